"""The cards of known faults and the words that find them, as files would state them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ccexpert.knowledge.faults import KnownFault, Release

#: The page that says what an upgrade needs.
UPGRADE = "help/production/using/build-upgrade.md"

_PDUMP = {"linux": ["nlserver", "pdump"], "windows": ["nlserver", "pdump"]}


def words_of(releases: Iterable[Release]) -> Iterator[dict[str, Any]]:
    """Files of the vocabulary: the builds before each release, a signature for each fault with
    texts of its own, and for each fault a complaint that is like it."""
    releases = sorted(releases, key=lambda release: release.build)
    first = {release.version: release for release in reversed(releases)}
    builds = [_builds_before(each, named=first[each.version] is each) for each in releases]
    errors = [_signature(f, each) for each in releases for f in each.faults if f.texts]
    like = [_complaint(f, each) for each in releases for f in each.faults]
    yield {"kind": "build", "topic": "builds", "entries": builds}
    yield {"kind": "error", "topic": "known-faults", "entries": errors}
    yield {"kind": "complaint", "topic": "known-faults", "entries": like}


def _builds_before(release: Release, *, named: bool) -> dict[str, Any]:
    number, version = release.build, release.version
    return {
        "name": f"before-{number}",
        "range": f"<{number}",
        "title": {
            "en": f"The build is older than {release.name}",
            "sv": f"Builden är äldre än {release.name}",
        },
        "question": {
            "en": f"Is the build older than {number}?",
            "sv": f"Är builden äldre än {number}?",
        },
        "help": {
            "en": "The first line that nlserver pdump prints names the build; so does the console: "
            "Help > About.",
            "sv": "Den första raden som nlserver pdump skriver anger builden; det gör även "
            "konsolen: Help > About.",
        },
        "command": _PDUMP,
        "commands": [spelling.model_dump() for spelling in release.commands],
        "minutes": 1,
        "aliases": {
            "en": [f"older than {version}"] if named else [],
            "sv": [f"äldre än {version}"] if named else [],
        },
        "references": [release.source],
    }


def _signature(fault: KnownFault, release: Release) -> dict[str, Any]:
    shown = " / ".join(fault.texts)
    return {
        "name": fault.id,
        "title": fault.sees.model_dump(),
        "question": {
            "en": f'Does a log or a journal say "{shown}"?',
            "sv": f'Säger en logg eller en journal "{shown}"?',
        },
        "help": {
            "en": "Look in the journal of the workflow or delivery, and in the log of the module.",
            "sv": "Titta i arbetsflödets eller leveransens journal och i modulens logg.",
        },
        "minutes": 2,
        "fragments": list(fault.texts),
        "references": [release.source],
    }


def _complaint(fault: KnownFault, release: Release) -> dict[str, Any]:
    return {
        "name": fault.id,
        "title": fault.sees.model_dump(),
        "question": {
            "en": f"Is it like this: {_clause(fault.sees.en)}?",
            "sv": f"Är det så här: {_clause(fault.sees.sv)}?",
        },
        "help": {
            "en": "Compare what you see with the release notes.",
            "sv": "Jämför det du ser med versionsinformationen.",
        },
        "minutes": 2,
        "references": [release.source],
    }


def card_of(fault: KnownFault, release: Release) -> dict[str, Any]:
    """The card of a fault, as a file would state it."""
    return {
        "id": fault.id,
        "module": fault.component,
        "verdict": "fault",
        "impact": 2,
        "general": True,
        "title": {
            "en": f"Known fault, corrected in build {release.name}: {_clause(fault.sees.en)}",
            "sv": f"Känt fel, rättat i build {release.name}: {_clause(fault.sees.sv)}",
        },
        "meaning": {
            "en": f"{fault.sees.en} The release notes name it as {_called(fault)} and say that "
            f"build {release.name} corrects it.",
            "sv": f"{fault.sees.sv} Versionsinformationen kallar det {_called(fault)} och säger "
            f"att build {release.name} rättar det.",
        },
        "evidence": [
            *_texts(fault, release),
            *_symptoms(fault, release),
            *_complaints(fault, release),
        ],
        "actions": _actions(release),
        "false_positives": [
            {
                "en": "The same message or symptom can have another cause on the same build.",
                "sv": "Samma meddelande eller symtom kan ha en annan orsak på samma build.",
            }
        ],
        "references": [release.source, UPGRADE, *fault.articles],
    }


def _clause(sentence: str) -> str:
    return sentence.removesuffix(".")


def _called(fault: KnownFault) -> str:
    return fault.id.upper() if fault.id.startswith("neo-") else "a fault"


def _older(release: Release, present: bool = True) -> dict[str, Any]:
    return {"build": {"range": f"before-{release.build}", "present": present}}


def _texts(fault: KnownFault, release: Release) -> list[dict[str, Any]]:
    names = [*([fault.id] if fault.texts else []), *fault.signatures]
    if not names:
        return []
    said = {"error": {"signature": names}}
    there = {"en": "The message is there", "sv": "Meddelandet finns"}
    return _by_build(said, release, there, "no longer have")


def _symptoms(fault: KnownFault, release: Release) -> list[dict[str, Any]]:
    if not fault.symptoms:
        return []
    suffered = {"symptom": {"name": list(fault.symptoms), "present": True}}
    return [
        {
            "when": [suffered, _older(release)],
            "certainty": "weak",
            "because": {
                "en": f"The symptom fits, and the build is older than {release.name}.",
                "sv": f"Symtomet stämmer, och builden är äldre än {release.name}.",
            },
        }
    ]


def _complaints(fault: KnownFault, release: Release) -> list[dict[str, Any]]:
    like = {"complaint": {"about": fault.id, "present": True}}
    alike = {"en": "The words are like it", "sv": "Orden liknar det"}
    return _by_build(like, release, alike, "lack")


def _by_build(
    sign: dict[str, Any], release: Release, seen: dict[str, str], lack: str
) -> list[dict[str, Any]]:
    """What a sign says on an older build, on an unknown one and on one with the correction."""
    name, en, sv = release.name, seen["en"], seen["sv"]
    return [
        {
            "when": [sign, _older(release)],
            "certainty": "strong",
            "because": {
                "en": f"{en}, and the build is older than {name}.",
                "sv": f"{sv}, och builden är äldre än {name}.",
            },
        },
        {
            "when": [sign],
            "certainty": "weak",
            "because": {
                "en": f"{en}. Builds from {name} {lack} the fault.",
                "sv": f"{sv}. Buildar från {name} har inte längre felet.",
            },
        },
        {
            "when": [sign, _older(release, present=False)],
            "certainty": "excluded",
            "because": {
                "en": "This build has the correction.",
                "sv": "Den här builden har rättelsen.",
            },
        },
    ]


def _actions(release: Release) -> list[dict[str, Any]]:
    return [
        {
            "kind": "check",
            "target": "build",
            "text": {
                "en": f"Read the build: the fault needs one older than {release.name}.",
                "sv": f"Läs av builden: felet kräver en som är äldre än {release.name}.",
            },
            "command": _PDUMP,
            "asks": {"build": {"range": f"before-{release.build}"}},
            "minutes": 1,
            "references": [UPGRADE],
        },
        {
            "kind": "escalate",
            "target": "server build",
            "text": {
                "en": f"Compare what you see with the release notes. If it is this fault, plan the "
                f"upgrade to build {release.name} or later: back up first, test it outside "
                "production, upgrade the mid-sourcing servers before the marketing server.",
                "sv": f"Jämför det du ser med versionsinformationen. Är det detta fel, planera en "
                f"uppgradering till build {release.name} eller senare: säkerhetskopiera först, "
                "testa den utanför produktion, uppgradera mid-sourcing-servrarna före "
                "marknadsföringsservern.",
            },
            "minutes": 30,
            "references": [release.source, UPGRADE],
        },
    ]
