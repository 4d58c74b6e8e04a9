"""The kinds of observed fact, and the facts document that carries them.

A fact says which thing was looked at (its *key*) and what was *seen*. Missing is unknown, never
*no*. The models are strict: an unknown field, kind or state is refused. Names that end up in
commands (instances, hosts, workflows) must fit a narrow pattern, so that no shell can ever be
surprised by them. Names of modules, symptoms and so on are checked against the vocabulary by
``ccexpert.knowledge``.
"""

from functools import cache
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

SCHEMA_VERSION = 1

#: The instance by which the one process of a multi-instance module is addressed.
DEFAULT_INSTANCE = "default"

#: Stands for "not said" where a fact, a binding or a diagnosis names no instance or host.
UNSAID = ""

INSTANCE_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"
HOST_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,252}$"
NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$"

InstanceName = Annotated[str, StringConstraints(pattern=INSTANCE_PATTERN)]
HostName = Annotated[str, StringConstraints(pattern=HOST_PATTERN)]
ObjectName = Annotated[str, StringConstraints(pattern=NAME_PATTERN)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=8000)]
Platform = Literal["linux", "windows"]


class Observed(BaseModel):
    """What every fact may carry beside its own fields."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    KEY: ClassVar[tuple[str, ...]] = ()
    """The fields that say which thing was looked at."""
    SEEN: ClassVar[str] = ""
    """The field that says what was seen."""

    kind: str
    host: HostName | None = Field(None, description="host it was seen on; default: the document's")
    certainty: float = Field(1.0, ge=0, le=1, description="how sure the observer is, 0 to 1")
    observed_at: AwareDatetime | None = Field(None, strict=False, description="when it was seen")
    source: Text | None = Field(None, description="where it was seen: a command, a file, a person")

    @property
    def key(self) -> tuple[str, ...]:
        """Which thing was looked at: kind, key fields, host; ``""`` for what was not said."""
        fields = (getattr(self, name) for name in self.KEY)
        return (self.kind, *(UNSAID if v is None else str(v) for v in fields), self.host or UNSAID)

    @property
    def seen(self) -> Any:
        """What was seen: a state word or a truth value."""
        return getattr(self, self.SEEN)

    @property
    def label(self) -> str:
        """The fact in one short line, as reports cite it: ``process mta@prod = missing``."""
        return f"{self.kind} {self._thing()} = {word(self.seen)}"

    def _thing(self) -> str:
        name = str(getattr(self, self.KEY[0]))
        instance = getattr(self, "instance", None)
        return f"{name}@{instance}" if instance else name


class ProcessFact(Observed):
    """One nlserver process of the process list."""

    KEY = ("module", "instance")
    SEEN = "state"
    kind: Literal["process"]
    module: Word
    instance: InstanceName | None = None
    state: Literal["running", "missing", "unresponsive", "crashing", "restarting", "stuck"]
    autostart: bool | None = Field(None, description="whether the configuration starts it")
    pid: int | None = Field(None, ge=0)
    memory_mb: float | None = Field(None, ge=0, description="resident memory in MB")


class SymptomFact(Observed):
    """Something a person notices."""

    KEY = ("name", "instance")
    SEEN = "present"
    kind: Literal["symptom"]
    name: Word
    instance: InstanceName | None = None
    present: bool


class PortFact(Observed):
    """A listening port: ``bound`` by its rightful owner, ``in-use`` by another program."""

    KEY = ("port", "protocol")
    SEEN = "state"
    kind: Literal["port"]
    port: int = Field(ge=1, le=65535)
    protocol: Literal["tcp", "udp"]
    state: Literal["bound", "free", "in-use", "unreachable"]
    owner: Word | None = Field(None, description="name of the program that holds it")

    def _thing(self) -> str:
        return f"{self.port}/{self.protocol}" + (f" ({self.owner})" if self.owner else "")


class ErrorFact(Observed):
    """An error message: by its code, its text or both. ``count: 0`` means looked for, not seen."""

    KEY = ("module", "instance", "code", "type", "text")
    SEEN = "count"
    kind: Literal["error"]
    module: Word | None = None
    instance: InstanceName | None = None
    code: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,5}-\d{3,6}$")] | None = None
    type: Word | None = Field(None, description="the family of the error, such as xtk:session")
    text: Text | None = None
    count: int | None = Field(
        None, ge=0, description="how often it was seen; 0: looked for, not seen"
    )

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.code or self.text or self.type):
            raise ValueError("an error needs a code, a text or a type")
        return self

    @property
    def present(self) -> bool:
        """Whether the error was seen at all."""
        return self.count != 0

    @property
    def label(self) -> str:
        """``error XSV-350013 (web) = seen``; long texts are cut."""
        what = " ".join(part for part in (self.code, self.type, self.text) if part)
        what = what if len(what) <= 60 else what[:59] + "…"
        place = f" ({self.module})" if self.module else ""
        return f"error {what}{place} = {'seen' if self.present else 'not seen'}"


class LogFact(Observed):
    """The log file of one module."""

    KEY = ("module", "instance")
    SEEN = "state"
    kind: Literal["log"]
    module: Word
    instance: InstanceName | None = None
    state: Literal["growing", "stale", "missing", "incomplete"]


class ProbeFact(Observed):
    """A test call and what came back."""

    KEY = ("name",)
    SEEN = "result"
    kind: Literal["probe"]
    name: Word
    result: Literal["ok", "error", "blank", "tomcat-error", "refused", "timeout"]


class JobFact(Observed):
    """One run of an import or export job."""

    KEY = ("type", "name", "instance")
    SEEN = "state"
    kind: Literal["job"]
    type: Literal["export", "import"]
    name: ObjectName | None = None
    instance: InstanceName | None = None
    state: Literal["finished", "failed", "interrupted", "partial", "running", "paused"]

    def _thing(self) -> str:
        instance = f"@{self.instance}" if self.instance else ""
        return self.type + (f" {self.name}" if self.name else "") + instance


class WorkflowFact(Observed):
    """One workflow, by its internal name; without a name: workflows of the site."""

    KEY = ("name", "instance")
    SEEN = "state"
    kind: Literal["workflow"]
    name: ObjectName | None = None
    instance: InstanceName | None = None
    state: Literal[
        "running",
        "pending",
        "start-asap",
        "start-in-progress",
        "paused",
        "failed",
        "stopped",
        "late",
    ]

    def _thing(self) -> str:
        return (self.name or "*") + (f"@{self.instance}" if self.instance else "")


class IndicatorFact(Observed):
    """A system indicator of the monitoring page, against its documented thresholds."""

    KEY = ("name",)
    SEEN = "level"
    kind: Literal["indicator"]
    name: Word
    level: Literal["ok", "warning", "alert"]
    value: float | Text | None = Field(None, description="the figure shown, with its unit")


class SettingFact(Observed):
    """A configuration value, option or property."""

    KEY = ("name", "instance")
    SEEN = "state"
    kind: Literal["setting"]
    name: Word
    instance: InstanceName | None = None
    state: Literal["ok", "wrong", "empty", "absent"]
    value: float | Text | None = Field(None, description="the value found; never a secret")


class ContextFact(Observed):
    """A circumstance that changes what is likely."""

    KEY = ("name",)
    SEEN = "present"
    kind: Literal["context"]
    name: Word
    present: bool


Fact = Annotated[
    ProcessFact
    | SymptomFact
    | PortFact
    | ErrorFact
    | LogFact
    | ProbeFact
    | JobFact
    | WorkflowFact
    | IndicatorFact
    | SettingFact
    | ContextFact,
    Field(discriminator="kind"),
]

FACT_TYPES: dict[str, type[Observed]] = {
    "process": ProcessFact,
    "symptom": SymptomFact,
    "port": PortFact,
    "error": ErrorFact,
    "log": LogFact,
    "probe": ProbeFact,
    "job": JobFact,
    "workflow": WorkflowFact,
    "indicator": IndicatorFact,
    "setting": SettingFact,
    "context": ContextFact,
}


#: The sources of an observer that list processes.
_PROCESS_LISTS = frozenset({"pdump", "missing"})


class NotObserved(BaseModel):
    """A source of observations that gave none, or not all, and why."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    source: Word
    reason: Text


class FactsDocument(BaseModel):
    """What was observed on one host, as it stands in a JSON file."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    schema_version: Literal[1]
    host: HostName | None = None
    platform: Platform = "linux"
    observed_at: AwareDatetime | None = Field(None, strict=False)
    facts: tuple[Fact, ...] = Field(strict=False)
    not_observed: tuple[NotObserved, ...] | None = Field(
        None, strict=False, description="what an observer could not read, and why"
    )
    redacted: bool | None = Field(
        None, description="whether an observer took out logins, addresses and secrets"
    )

    @property
    def blind(self) -> bool:
        """Whether an observer could read neither list of processes, and no fact names a process."""
        lacking = {item.source for item in self.not_observed or ()}
        named = any(fact.kind == "process" for fact in self.facts)
        return lacking >= _PROCESS_LISTS and not named


def word(value: object) -> str:
    """A field's value as cards and documents write it: ``true``, ``missing``, ``6666``."""
    return str(value).lower() if isinstance(value, bool) else str(value)


@cache
def states(kind: str) -> tuple[str, ...]:
    """The words that facts of ``kind`` may use for what was seen."""
    annotation = FACT_TYPES[kind].model_fields[FACT_TYPES[kind].SEEN].annotation
    return (
        tuple(getattr(annotation, "__args__", ())) if annotation is not bool else ("true", "false")
    )
