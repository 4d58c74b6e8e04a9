"""What people say: complaints in their own words, and answers to questions, not always right."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from ccexpert.consult import Question
from ccexpert.inquiry.things import Thing
from tests.simulate.piece import Shown
from tests.simulate.site import Host
from tests.simulate.world import World

#: What a complaint is called, and how people say it.
SENTENCES: dict[str, tuple[str, ...]] = {
    "console-login-fails": (
        "Nobody can log in with the client console.",
        "Det går inte att logga in i konsolen.",
    ),
    "web-access-fails": ("The web access does not work.", "Webbåtkomsten fungerar inte."),
    "site-unreachable": ("The site cannot be reached.", "Webbplatsen går inte att nå."),
    "tracking-links-broken": (
        "Links in our mails do not work.",
        "Länkarna i våra utskick fungerar inte.",
    ),
    "emails-not-sent": ("E-mails are no longer sent.", "E-post skickas inte längre."),
    "delivery-pending": (
        "Deliveries stay Pending.",
        "Leveranserna står kvar som Pending.",
    ),
    "bounces-not-processed": (
        "Bounces are not processed any more.",
        "Studsar bearbetas inte längre.",
    ),
    "workflow-not-starting": ("Workflows do not start.", "Arbetsflödena startar inte."),
    "workflow-failed": ("A workflow has failed.", "Ett arbetsflöde har misslyckats."),
    "tracking-logs-missing": (
        "Tracking logs are no longer forwarded.",
        "Spårningsloggar vidarebefordras inte längre.",
    ),
    "tracking-log-files-absent": (
        "There are no tracking logs in the files on the server.",
        "Det finns inga spårningsloggar i filerna på servern.",
    ),
    "logs-missing": (
        "Some logs are missing in the log files.",
        "Vissa loggar saknas i loggfilerna.",
    ),
    "no-process-starts": ("No process starts.", "Inga processer startar."),
    "module-crash": ("A process crashes again and again.", "En process kraschar om och om igen."),
    "web-slow-or-timeout": ("The web pages are very slow.", "Webbsidorna är mycket långsamma."),
    "operationMgt": (
        "The operationMgt workflow has failed.",
        "Arbetsflödet operationMgt har misslyckats.",
    ),
    "tracking": ("The tracking workflow has failed.", "Arbetsflödet tracking har misslyckats."),
    "export": ("The export has failed.", "Exporten har misslyckats."),
}

#: What says nothing of a fault.
_IDLE = (
    "Hi, could you have a look at this please?",
    "Hej, kan ni titta på det här?",
    "Here is what the server shows.",
    "Thanks!",
)


def complaints(world: World, host: Host) -> Iterator[str]:
    """What the users of a host can complain about, as pieces."""
    for name in sorted(world.fails(host)):
        yield f"told:{host.name}:{name}"


def told(world: World, piece: str, seed: str) -> Shown:
    """A sentence of a person. ``idle`` says nothing; any other is a complaint."""
    _, host, name = piece.split(":")
    rng = Random(f"{seed}/{piece}")
    if name == "idle":
        return Shown(rng.choice(_IDLE))
    at = world.site.host(host)
    seen = frozenset(fault for fault, _ in world.at(at))
    said = frozenset(f for f, kind in world.at(at) if name in kind.fails and "-" not in name)
    return Shown(rng.choice(SENTENCES[name]), seen, said, spoken=True)


class Operator:
    """Answers questions about a world: mostly rightly, at times not at all or wrongly."""

    def __init__(self, world: World, host: Host, rng: Random) -> None:
        self.world, self.host, self.rng = world, host, rng
        self.erred = False

    def answers(self, question: Question) -> str | list[str]:
        values = [choice.value for choice in question.choices]
        if question.kind == "symptoms":
            return sorted(
                self.world.fails(self.host) & {*SENTENCES} - {"export", "tracking", "operationMgt"}
            )
        if question.kind == "instance":
            return self.rng.choice([*self.host.instances, "unknown"])
        if question.kind == "list":
            if question.states:
                return [f"{value}?" for value in values]
            return [
                v for v, thing in zip(values, question.things, strict=True) if self._knows(thing)
            ]
        luck = self.rng.random()
        if luck < 0.1:
            self.erred = True
            return self.rng.choice([*values, "unknown"])
        known = self._state(question.things[0])
        return known if known in values and luck < 0.9 else "unknown"

    def _knows(self, thing: Thing) -> bool:
        return bool(thing.name) and str(thing.name[0]) in self.world.fails(self.host)

    def _state(self, thing: Thing) -> str:
        """What the operator sees of a thing, or ``unknown``."""
        name = str(thing.name[0]) if thing.name else ""
        if thing.kind == "process":
            full = next((n for n in self.host.starts if n.split("@")[0] == name), None)
            if full is None:
                return "unknown"
            if (self.host.name, full) in self.world.down:
                return "missing"
            return "running" if self.world.works(self.host, full) else "unresponsive"
        if thing.kind == "symptom" and name in SENTENCES:
            return "true" if name in self.world.fails(self.host) else "false"
        return "unknown"
