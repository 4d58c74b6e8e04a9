"""Kinds of fact that the server shows: processes, probes, indicators, logs, ports, settings, and
circumstances."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from ccexpert.facts.entries import ModuleEntry, PortEntry, Text
from ccexpert.facts.names import FreeText, InstanceName, Word
from ccexpert.facts.observed import YES_NO, Asked, Named, Observed
from ccexpert.facts.spelling import SpellingEntry

if TYPE_CHECKING:
    from ccexpert.facts.vocabulary import Vocabulary


class ProcessFact(Observed):
    """One nlserver process in the process list."""

    KEY = ("module", "instance")
    SEEN = "state"
    ANSWERS = MappingProxyType(
        {
            "running": ("running", "körs"),
            "missing": ("missing", "saknas"),
            "unresponsive": ("unresponsive", "svarar inte"),
            "crashing": ("crashing", "kraschar"),
            "restarting": ("restarting", "startas om hela tiden"),
            "stuck": ("stuck", "har hängt sig"),
        }
    )
    NORMAL = "running"
    ALARMING = frozenset({"missing", "unresponsive", "crashing", "restarting", "stuck"})
    ASKED = Asked(
        Text(
            en="Which of these processes do not run as they should?",
            sv="Vilka av de här processerna körs inte som de ska?",
        ),
        in_lists=True,
    )
    VOCABULARY = "module"
    ENTRY = ModuleEntry
    ALSO_SEEN = ("autostart",)
    UNSEEN = Observed.UNSEEN | {"pid", "memory_mb"}

    kind: Literal["process"]
    module: Annotated[Word, Named("module")]
    instance: InstanceName | None = None
    state: Literal["running", "missing", "unresponsive", "crashing", "restarting", "stuck"]
    autostart: bool | None = Field(None, description="whether the configuration starts it")
    pid: int | None = Field(None, ge=0)
    memory_mb: float | None = Field(None, ge=0, description="resident memory in MB")

    @classmethod
    def shared_address(cls, names: tuple[str, ...], vocabulary: Vocabulary) -> str | None:
        """``default`` for a module with one process for all instances."""
        return vocabulary.default_instance(names[0])


class ProbeFact(Observed):
    """A test call and its result."""

    KEY = ("name",)
    SEEN = "result"
    ANSWERS = MappingProxyType(
        {
            "ok": ("ok", "ok"),
            "error": ("error", "fel"),
            "blank": ("blank", "tomt"),
            "tomcat-error": ("Tomcat or Java error", "Tomcat- eller Java-fel"),
            "refused": ("refused", "nekas"),
            "timeout": ("no answer", "inget svar"),
        }
    )
    NORMAL = "ok"
    ALARMING = frozenset({"error", "blank", "tomcat-error", "refused", "timeout"})
    ASKED = Asked(
        Text(
            en="Which of these checks do not succeed?",
            sv="Vilka av de här kontrollerna lyckas inte?",
        ),
        some_answers=True,
    )

    kind: Literal["probe"]
    name: Annotated[Word, Named("probe")]
    result: Literal["ok", "error", "blank", "tomcat-error", "refused", "timeout"]


class IndicatorFact(Observed):
    """A system indicator of the monitoring page, judged by its documented thresholds."""

    KEY = ("name",)
    SEEN = "level"
    ANSWERS = MappingProxyType(
        {"ok": ("ok", "ok"), "warning": ("warning", "varning"), "alert": ("alert", "larm")}
    )
    NORMAL = "ok"
    ALARMING = frozenset({"warning", "alert"})
    ASKED = Asked(
        Text(
            en="Which of these are at a warning or an alert?",
            sv="Vilka av de här ligger på varning eller larm?",
        ),
        yes_is_trouble=True,
    )
    UNSEEN = Observed.UNSEEN | {"value"}

    kind: Literal["indicator"]
    name: Annotated[Word, Named("indicator")]
    level: Literal["ok", "warning", "alert"]
    value: float | FreeText | None = Field(None, description="the figure shown, with its unit")


class LogFact(Observed):
    """The log file of one module."""

    KEY = ("module", "instance")
    SEEN = "state"
    ANSWERS = MappingProxyType(
        {
            "growing": ("growing", "växer"),
            "stale": ("stale", "växer inte längre"),
            "missing": ("missing", "saknas"),
            "incomplete": ("incomplete", "ofullständig"),
        }
    )
    NORMAL = "growing"
    ALARMING = frozenset({"stale", "missing", "incomplete"})
    ASKED = Asked(
        Text(
            en="Which of these logs do not grow as they should?",
            sv="Vilka av de här loggarna växer inte som de ska?",
        )
    )

    kind: Literal["log"]
    module: Annotated[Word, Named("log")]
    instance: InstanceName | None = None
    state: Literal["growing", "stale", "missing", "incomplete"]

    @classmethod
    def shared_address(cls, names: tuple[str, ...], vocabulary: Vocabulary) -> str | None:
        """``default`` for a module with one process for all instances."""
        return vocabulary.default_instance(names[0])


class PortFact(Observed):
    """A listening port: ``bound`` by its rightful owner, ``in-use`` by another program."""

    KEY = ("port", "protocol")
    SEEN = "state"
    ANSWERS = MappingProxyType(
        {
            "bound": ("held by the right program", "hålls av rätt program"),
            "free": ("free", "ledig"),
            "in-use": ("held by another program", "hålls av ett annat program"),
            "unreachable": ("unreachable", "går inte att nå"),
        }
    )
    NORMAL = "bound"
    ALARMING = frozenset({"free", "in-use", "unreachable"})
    ASKED = Asked(
        Text(
            en="Which of these ports are not as they should be?",
            sv="Vilka av de här portarna är inte som de ska?",
        ),
        in_lists=True,
    )
    ENTRY = PortEntry

    kind: Literal["port"]
    port: int = Field(ge=1, le=65535)
    protocol: Literal["tcp", "udp"]
    state: Literal["bound", "free", "in-use", "unreachable"]
    owner: Word | None = Field(None, description="name of the program that holds it")

    def is_rightful(self, vocabulary: Vocabulary) -> bool:
        """Whether the program that holds it is a rightful owner."""
        entry = vocabulary.port(self.port, self.protocol)
        return entry is not None and entry.is_owner(self.owner or "")

    def _thing(self) -> str:
        return f"{self.port}/{self.protocol}" + (f" ({self.owner})" if self.owner else "")


class SettingFact(Observed):
    """A configuration value, option or property."""

    KEY = ("name", "instance")
    SEEN = "state"
    ANSWERS = MappingProxyType(
        {
            "ok": ("ok", "ok"),
            "wrong": ("wrong", "felaktig"),
            "empty": ("empty", "tom"),
            "absent": ("not there", "finns inte"),
        }
    )
    NORMAL = "ok"

    ALARMING = frozenset({"wrong", "empty", "absent"})
    ASKED = Asked(
        Text(
            en="Which of these settings are not right?",
            sv="Vilka av de här inställningarna är inte rätt?",
        ),
        some_answers=True,
    )
    UNSEEN = Observed.UNSEEN | {"value"}

    kind: Literal["setting"]
    name: Annotated[Word, Named("setting")]
    instance: InstanceName | None = None
    state: Literal["ok", "wrong", "empty", "absent"]
    value: float | FreeText | None = Field(None, description="the value found; never a secret")


class ContextFact(Observed):
    """A circumstance that changes what is likely, or how a command is written."""

    ENTRY = SpellingEntry
    KEY = ("name",)
    SEEN = "present"
    ANSWERS = YES_NO
    NORMAL = "false"
    ALARMING = frozenset()
    ASKED = Asked(
        Text(en="Which of these are true?", sv="Vilket av det här stämmer?"),
        in_lists=True,
        one_look=True,
    )

    kind: Literal["context"]
    name: Annotated[Word, Named("context")]
    present: bool
