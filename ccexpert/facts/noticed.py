"""Kinds of fact that people notice: symptoms, messages, jobs and workflows that fail."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from ccexpert.facts.circumstances import CIRCUMSTANCES, Affects, Often, Since
from ccexpert.facts.concerned import CALLED, Whom, whom
from ccexpert.facts.entries import Entry, ErrorEntry, Text
from ccexpert.facts.names import UNSAID, FreeText, HostName, InstanceName, ObjectName, Word
from ccexpert.facts.observed import YES_NO, Asked, Face, Named, Observed
from ccexpert.facts.peers import Peer, path_in, peer_in
from ccexpert.facts.shown import ContextFact

if TYPE_CHECKING:
    from ccexpert.facts.vocabulary import Vocabulary


class SymptomFact(Observed):
    """Something a person notices. Whom it affects, since when and how often are circumstances of
    the whole case: rules see them as those of the vocabulary."""

    KEY = ("name", "instance")
    SEEN = "present"
    ALSO_SEEN = ("affects", "since", "often")
    ANSWERS = YES_NO
    NORMAL = "false"
    ALARMING = frozenset({"true"})
    SUFFERED = True
    ASKED = Asked(
        Text(en="Which of these do you see as well?", sv="Vad av det här ser du också?"),
        in_lists=True,
        one_look=True,
    )
    kind: Literal["symptom"]
    name: Annotated[Word, Named("symptom")]
    instance: InstanceName | None = None
    present: bool
    affects: Affects | None = Field(None, description="whom or what it affects")
    since: Since | None = Field(None, description="after what it began")
    often: Often | None = Field(None, description="how often it happens")

    def implied(self) -> Iterator[ContextFact]:
        """The circumstances that it tells beside what is noticed."""
        for field in ("affects", "since", "often"):
            if self.present and (told := CIRCUMSTANCES.get(getattr(self, field))):
                name, present = told
                yield ContextFact(
                    kind="context",
                    name=name,
                    present=present,
                    host=self.host,
                    certainty=self.certainty,
                    observed_at=self.observed_at,
                    source=self.source or f"the symptom {self.name}: {field}",
                )


class ErrorFact(Observed):
    """An error message: its code, its text or both. ``count: 0`` means looked for but not seen.

    Rules see the signatures that it shows, each as a face of its own; those of a family also say
    whom the message concerns, and the host and port that it names.
    """

    KEY = ("module", "instance", "code", "type", "text")
    SEEN = "count"
    ANSWERS = YES_NO
    NORMAL = "false"
    ALARMING = frozenset({"true"})
    ASKED = Asked(
        Text(
            en="Which of these messages does a log or a journal show?",
            sv="Vilka av de här meddelandena visar en logg eller en journal?",
        ),
        in_lists=True,
        one_look=True,
    )
    ENTRY = ErrorEntry
    NAMES = ("signature", "module")
    SHOWN = "seen"
    ANYHOW = ("whom",)
    RULES = MappingProxyType(
        {
            "signature": Named("error"),
            "module": Named("module"),
            "instance": str,
            "seen": bool,
            "whom": tuple(CALLED),
            "peer": str,
            "port": str,
            "path": str,
            "host": str,
        }
    )
    IMPLIED = MappingProxyType({"seen": True})
    UNSEEN = Observed.UNSEEN | {"count"}

    kind: Literal["error"]
    module: Annotated[Word | None, Named("module")] = None
    instance: InstanceName | None = None
    code: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,5}-\d{3,6}$")] | None = None
    type: Word | None = Field(None, description="the family of the error, such as xtk:session")
    text: FreeText | None = None
    count: int | None = Field(
        None, ge=0, description="how often it was seen; 0: looked for, not seen"
    )
    concerns: Whom | None = Field(
        None, description="whom it concerns, if only the lines beside it say so"
    )
    peer: HostName | None = Field(
        None, description="the host on the other side, if only the command above says so"
    )
    port: int | None = Field(None, ge=1, le=65535, description="the port of ``peer``")

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.code or self.text or self.type):
            raise ValueError("an error needs a code, a text or a type")
        return self

    @property
    def seen(self) -> bool:
        """Whether the error was seen at all."""
        return self.count != 0

    @property
    def label(self) -> str:
        """``error XSV-350013 (web) = seen``; long texts are cut."""
        what = " ".join(part for part in (self.code, self.type, self.text) if part)
        what = what if len(what) <= 60 else what[:59] + "…"
        place = f" ({self.module})" if self.module else ""
        return f"error {what}{place} = {'seen' if self.seen else 'not seen'}"

    def faces(self, vocabulary: Vocabulary) -> tuple[Face, ...]:
        """One for each signature that it shows, and for each family that it belongs to."""
        fields: dict[str, Any] = {
            "host": self.host or UNSAID,
            "instance": self.instance or UNSAID,
            "seen": self.seen,
        }
        if self.module:
            fields["module"] = self.module
        shown = self.shows(vocabulary)
        named: dict[str, Any] = {}
        if any(concerned for _, concerned in shown):
            peer = self._peer()
            path = path_in(self.text or "")
            named = {"peer": peer.host, "port": peer.port, "path": path}
        return tuple(
            Face("error", fields | {"signature": name} | ({"whom": about} | named if about else {}))
            for name, about in shown
        )

    def _peer(self) -> Peer:
        """The host on the other side: as its text says, else as the command above does."""
        told = Peer(self.peer or UNSAID, str(self.port or UNSAID))
        named = peer_in(self.text or "")
        return named if (named.host and named.port) or not told.host else told

    def shows(self, vocabulary: Vocabulary) -> tuple[tuple[str, str | None], ...]:
        """The signatures that it shows, and its families with whom they concern."""
        said = " ".join(filter(None, (self.code, self.type, self.text)))
        exact, families = vocabulary.recognition.shown(self.code, self.type, self.text)
        concerned = ((name, whom(self.module, said, self.concerns)) for name in families)
        return (*((name, None) for name in exact), *concerned)

    @classmethod
    def entry(cls, name: tuple[str, ...], vocabulary: Vocabulary) -> Entry | None:
        """The signature, whatever module showed it."""
        return vocabulary.get("error", name[0])

    @classmethod
    def said(cls, name: tuple[str, ...], answer: str, vocabulary: Vocabulary) -> dict[str, Any]:
        """A message with this signature."""
        signature, *module = name
        entry = vocabulary.error(signature)
        said: dict[str, Any] = {"kind": "error"} | dict(zip(("module",), module, strict=False))
        shown = entry.shown if entry else {}
        return said | shown | ({} if answer == "true" else {"count": 0})


class JobFact(Observed):
    """One run of an import or export job."""

    KEY = ("type", "name", "instance")
    SEEN = "state"
    ANSWERS = MappingProxyType(
        {
            "finished": ("finished", "slutfört"),
            "failed": ("failed", "misslyckat"),
            "interrupted": ("interrupted", "avbrutet"),
            "partial": ("partial", "delvis klart"),
            "running": ("running", "körs"),
            "paused": ("paused", "pausat"),
        }
    )
    NORMAL = "finished"
    ALARMING = frozenset({"failed", "interrupted", "partial", "paused"})
    SUFFERED = True
    ASKED = Asked(
        Text(
            en="Which of these jobs did not finish?",
            sv="Vilka av de här jobben slutfördes inte?",
        ),
        in_lists=True,
        one_look=True,
    )
    NAMES = ("type",)

    kind: Literal["job"]
    type: Literal["export", "import"]
    name: ObjectName | None = None
    instance: InstanceName | None = None
    state: Literal["finished", "failed", "interrupted", "partial", "running", "paused"]

    def _thing(self) -> str:
        instance = f"@{self.instance}" if self.instance else ""
        return self.type + (f" {self.name}" if self.name else "") + instance


class WorkflowFact(Observed):
    """One workflow by its internal name, or, without a name, the site's own workflows."""

    KEY = ("name", "instance")
    SEEN = "state"
    ANSWERS = MappingProxyType(
        {
            "running": ("running", "körs"),
            "pending": ("pending", "väntande"),
            "start-asap": ("start as soon as possible", "starta så snart som möjligt"),
            "start-in-progress": ("start in progress", "start pågår"),
            "paused": ("paused", "pausat"),
            "failed": ("failed", "misslyckat"),
            "stopped": ("stopped", "stoppat"),
            "late": ("late", "försenat"),
        }
    )
    NORMAL = "running"
    ALARMING = frozenset(
        {"pending", "start-asap", "start-in-progress", "paused", "failed", "stopped", "late"}
    )
    SUFFERED = True
    ASKED = Asked(
        Text(
            en="Which of these workflows do not run as they should?",
            sv="Vilka av de här arbetsflödena körs inte som de ska?",
        ),
        in_lists=True,
        one_look=True,
    )

    kind: Literal["workflow"]
    name: Annotated[ObjectName | None, Named("workflow", open=True)] = None
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

    @classmethod
    def entry(cls, name: tuple[str, ...], vocabulary: Vocabulary) -> Entry | None:
        """The workflow with this name; without a name, ``any``: the site's own workflows."""
        return vocabulary.get("workflow", name[0] if name else "any")


class ComplaintFact(Observed):
    """What somebody complains of in words that fit no symptom: whom it concerns, or which known
    fault of a build it is like. Nobody is asked about it."""

    KEY = ("about",)
    SEEN = "present"
    ANSWERS = YES_NO
    NORMAL = "false"
    ALARMING = frozenset({"true"})
    SUFFERED = True
    ASKED = Asked(
        Text(en="Which of these do you complain of?", sv="Vilka av de här gäller det?"),
        in_lists=True,
    )
    UNASKED = True

    kind: Literal["complaint"]
    about: Annotated[Word, Named("complaint")]
    present: bool
