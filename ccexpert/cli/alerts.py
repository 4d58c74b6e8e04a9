"""``ccexpert observe alertmanager``: facts from the message of a monitoring system."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ccexpert.cli.shared.observed import PlatformOption, RedactOption, print_facts
from ccexpert.cli.shared.options import RulesOption, read_input, vocabulary
from ccexpert.cli.shared.output import OutputOption, emit
from ccexpert.display import as_json
from ccexpert.errors import KnowledgeError
from ccexpert.observe.host import this_platform
from ccexpert.observe.observer import Origin, document
from ccexpert.reading import read_source


def alertmanager(
    file: Annotated[
        str | None, typer.Argument(metavar="FILE|-", help="The payload of a webhook (JSON).")
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option("--mapping", help="The meaning of each alert (YAML).")
    ] = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of a mapping and exit.")
    ] = False,
    platform: PlatformOption = None,
    redact: RedactOption = True,
    rules: RulesOption = None,
    output: OutputOption = None,
) -> None:
    """Print the facts in a webhook message of Prometheus Alertmanager, by a mapping."""
    from ccexpert.alerts import alertmanager, payload  # for alerts alone
    from ccexpert.alerts import mapping as mappings

    if schema:
        emit(as_json(mappings.schema()), output)
        return
    if file is None:
        raise typer.BadParameter("name a payload file, or - for stdin", param_hint="FILE|-")
    if mapping is None:
        raise typer.BadParameter(
            "is required: a file that says what each alert means", param_hint="--mapping"
        )
    words = vocabulary(rules)
    known = mappings.read_mapping(read_source(mapping, KnowledgeError), words)
    seen = alertmanager.facts_of(payload.read_payload(read_input(file)), known, words)
    now = datetime.now(UTC).replace(microsecond=0)
    origin = Origin(None, platform or this_platform(), now)
    print_facts(document(seen, origin, redact=redact), output)
