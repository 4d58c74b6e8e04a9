"""``nlserver monitor -missing``: the modules that should start but do not run.

It names missing modules by definition; a header alone means that nothing is missing. Format:
help/production/using/usual-commands.md, help/production/using/monitoring-processes.md.
"""

from __future__ import annotations

import re

from ccexpert.display import first_line
from ccexpert.facts import DEFAULT_INSTANCE, INSTANCE_PATTERN, Fact, ProbeFact, ProcessFact
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.observe.builds import build_of
from ccexpert.observe.commands import nlserver
from ccexpert.observe.interface import Circumstances, Host, Outputs, Seen, Shape, Taken, unseen
from ccexpert.observe.signatures import errors_in
from ccexpert.observe.text import BANNER, after_header, decode, exit_code

FILES = ("monitor-missing.txt",)

_MODULE = re.compile(r"([A-Za-z]{1,40})(?:@([^\s@]{1,64}))?")

_NAMED = r"\s{0,8}[A-Za-z]{3,20}(?:@[\w-]{1,64})?\s*$"
_TITLE = r"\s{0,8}[\w -]{0,30}\b(?:missing|stopped|saknas|saknade)\b[\w -]{0,30}:\s*$"
SHAPES: tuple[Shape, ...] = (
    Shape(
        output=FILES[0],
        begins=re.compile(BANNER, re.IGNORECASE),
        heads=re.compile(BANNER, re.IGNORECASE),
        belongs=re.compile(rf"(?:{_NAMED}|{_TITLE}|exit code)", re.IGNORECASE),
        tells=re.compile(r"^\s{0,8}[A-Za-z]{3,20}@[\w-]{1,64}\s*$"),
        command=re.compile(r"\bnlserver(?:\.exe)? monitor\b.*-missing\b", re.IGNORECASE),
        least=2,
    ),
)


def parse(outputs: Outputs, context: Circumstances) -> Seen:
    """Missing processes and the probe ``monitor-missing``."""
    if FILES[0] not in outputs:
        return Seen()
    raw = outputs[FILES[0]].data()
    return parse_text(raw, context) + build_of(raw, "nlserver monitor -missing")


def parse_text(raw: bytes | str, context: Circumstances) -> Seen:
    """The facts of one list."""
    text, code, own_account = exit_code(decode(raw))
    headed = [after_header(line) for line in text.split("\n")]
    names = missing([line for _, line in headed], context.vocabulary)
    if code and not names:
        return _failed(text, code, own_account, context)
    if not names and text.strip() and not any(header for header, _ in headed):
        return unseen("missing", f"not a list of missing modules: {first_line(text)}")
    probe = ProbeFact(
        kind="probe",
        name="monitor-missing",
        result="error" if names else "ok" if text.strip() else "blank",
        source="nlserver monitor -missing",
    )
    facts: list[Fact] = [probe]
    facts += [
        ProcessFact(
            kind="process",
            module=module,
            instance=instance,
            state="missing",
            autostart=True,
            source="nlserver monitor -missing",
        )
        for module, instance in names
        if context.wants(instance)
    ]
    return Seen(tuple(facts))


def missing(lines: list[str], vocabulary: Vocabulary) -> list[tuple[str, str]]:
    """The module and instance of each line that names a module; other lines are ignored."""
    modules = {e.name.casefold(): e.name for e in vocabulary.modules if e.instances != "none"}
    found = {
        (module, instance)
        for line in lines
        if (named := _MODULE.fullmatch(line))
        and (module := modules.get(named[1].casefold()))
        and (instance := named[2] or vocabulary.default_instance(module) or DEFAULT_INSTANCE)
        and re.fullmatch(INSTANCE_PATTERN, instance)
    }
    return sorted(found)


def _failed(text: str, code: int, own_account: bool, context: Circumstances) -> Seen:
    seen = unseen(
        "missing", f"nlserver monitor -missing failed (exit code {code}): {first_line(text)}"
    )
    if not own_account:
        return seen
    return seen + Seen(errors_in(text, context.vocabulary, "service", "nlserver monitor -missing"))


def read(host: Host) -> Taken:
    """Run the command."""
    return Taken({FILES[0]: nlserver(host, "monitor", "-missing")})
