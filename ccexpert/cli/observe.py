"""``ccexpert observe``: facts of this host or of a capture, and captures of this host."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from ccexpert.cli.alerts import alertmanager
from ccexpert.cli.outputs import SINGLE, single
from ccexpert.cli.shared.live import looks_here, refuse_places, settled
from ccexpert.cli.shared.observed import (
    HoursOption,
    PlatformOption,
    RedactOption,
    print_facts,
    warn_when_open,
)
from ccexpert.cli.shared.options import RulesOption, packs, vocabulary
from ccexpert.cli.shared.output import OutputOption
from ccexpert.cli.shared.progress import Bar
from ccexpert.cli.shared.say import say
from ccexpert.observe import captured, observer
from ccexpert.observe.capture import write
from ccexpert.observe.host import this_host
from ccexpert.whereabouts import Whereabouts

app = typer.Typer(
    help="Facts from the server's own output: live, from a capture, or from a single output.",
    rich_markup_mode=None,
    invoke_without_command=True,
)


@app.callback()
@looks_here
def observe(
    context: typer.Context,
    source: Annotated[
        Path | None,
        typer.Option(
            "--from", metavar="DIR|FILE.tar.gz", help="Read a capture instead of this host."
        ),
    ] = None,
    *,
    where: Whereabouts,
    hours: HoursOption = 24,
    platform: PlatformOption = None,
    redact: RedactOption = True,
    rules: RulesOption = None,
    output: OutputOption = None,
) -> None:
    """Print a facts document of this host or of a capture. It also lists what could not be read,
    with the reason."""
    if context.invoked_subcommand:
        _refuse_options_before(context)
        return
    if source is None:
        host, words, bar = this_host(settled(where), platform), vocabulary(rules), Bar()
        made = observer.observe(host, words, hours=hours, redact=redact, progress=bar)
    else:
        refuse_places(
            replace(where, instance=None),
            "applies to this host, but --from reads a capture instead",
        )
        made = captured(
            source,
            instance=where.instance,
            hours=hours,
            platform=platform,
            redact=redact,
            rules=packs(rules),
            progress=Bar(),
        )
    print_facts(made, output)


@app.command("capture")
@looks_here
def capture(
    file: Annotated[Path, typer.Argument(metavar="OUT.tar.gz", help="The archive to write.")],
    *,
    where: Whereabouts,
    hours: HoursOption = 24,
    platform: PlatformOption = None,
    redact: RedactOption = True,
    rules: RulesOption = None,
) -> None:
    """Collect everything readable on this host in an archive, for 'observe --from' elsewhere."""
    host, words = this_host(settled(where), platform), vocabulary(rules)
    origin = observer.here(host)
    taken = observer.look(host, words)
    reasons = write(file, taken, origin, words, hours=hours, redact=redact)
    warn_when_open(redact)
    for item in reasons:
        say(f"not observed: {item.source}: {item.reason}")
    typer.echo(f"{file}: {len(taken.outputs)} outputs")


for _name in SINGLE:
    app.command(_name)(single(_name))
app.command("alertmanager")(alertmanager)


def _refuse_options_before(context: typer.Context) -> None:
    """Refuse options before the name of a command; they would silently do nothing."""
    for parameter in context.command.params:
        given = context.get_parameter_source(parameter.name or "")
        if given is not None and given.name == "COMMANDLINE":
            raise typer.BadParameter(
                f"must come after '{context.invoked_subcommand}'", param_hint=parameter.opts[0]
            )
