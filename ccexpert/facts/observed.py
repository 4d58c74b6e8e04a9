"""The fields of every fact, and what every kind of fact must define.

A fact says which thing was looked at (its *key*) and what was *seen*. A missing fact is unknown,
never *no*. A kind of fact is one class, which alone defines how its things are named and asked
about, the possible answers, which answer is healthy, which need an explanation, and what rules can
see. An incomplete class is refused when it is defined. The models are strict: an unknown field,
kind or state is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter
from types import NoneType
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple, cast, get_args, get_origin

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from ccexpert.facts.entries import ENTRIES, Entry, Text
from ccexpert.facts.names import UNSAID, FreeText, HostName, addressed, word

if TYPE_CHECKING:
    from ccexpert.facts.vocabulary import Vocabulary

#: All kinds of fact by name, in the order in which people complain.
KINDS: dict[str, type[Observed]] = {}

#: The names of every answer in English and Swedish, across all kinds of fact.
CALLED: dict[str, tuple[str, str]] = {}


@dataclass(frozen=True)
class Named:
    """Marks a field whose values are vocabulary names of one kind."""

    kind: str
    open: bool = False
    """Whether names outside the vocabulary are accepted too."""


Domain = Named | tuple[str, ...] | type
"""The values a field may have: a vocabulary name, one of several words, a truth value, a whole
number, or (``str``) any name that matches its pattern."""


@dataclass(frozen=True)
class Asked:
    """How to ask about a kind of fact."""

    question: Text
    """The question about several things at once; the answer names the abnormal ones."""
    in_lists: bool = False
    """Whether to ask about several things at once."""
    one_look: bool = False
    """Whether one look shows all things of this kind."""
    some_answers: bool = False
    """Whether to offer, for each thing, only the answers that make a difference for it."""
    yes_is_trouble: bool = False
    """Whether *yes* to a yes-or-no question means that the thing is abnormal."""


class Face(NamedTuple):
    """A fact as rules see it; one fact may have several faces, or none."""

    kind: str
    fields: dict[str, Any]


_MUST_SAY = {
    "KEY": "the fields that say which thing was looked at",
    "SEEN": "the field that says what was seen",
    "ANSWERS": "what may be seen, and what that is called in English and in Swedish",
    "NORMAL": "what a healthy server shows",
    "ALARMING": "the answers that call for an explanation",
    "ASKED": "how people are asked about it",
}

YES_NO: Mapping[str, tuple[str, str]] = {"true": ("yes", "ja"), "false": ("no", "nej")}


class Observed(BaseModel):
    """The common fields of all facts, and the definition of their kind."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, defer_build=True, allow_inf_nan=False
    )

    KEY: ClassVar[tuple[str, ...]]
    """The fields that say which thing was looked at."""
    SEEN: ClassVar[str]
    """The field that says what was seen."""
    ANSWERS: ClassVar[Mapping[str, tuple[str, str]]]
    """The possible answers, with their names in English and Swedish."""
    NORMAL: ClassVar[str]
    """The answer of a healthy server."""
    ALARMING: ClassVar[frozenset[str]]
    """The answers that need an explanation. A kind without any tells nothing of health."""
    ASKED: ClassVar[Asked]
    SUFFERED: ClassVar[bool] = False
    """Whether it says what people suffer from, without pointing to a cause."""
    ANYHOW: ClassVar[tuple[str, ...]] = ()
    """Fields for rules that say something whatever is answered: a variable there asks for nothing
    more."""
    UNASKED: ClassVar[bool] = False
    """Whether people only tell it, and are never asked about it."""
    BACKGROUND: ClassVar[bool] = False
    """Whether it only makes other facts fit and alone indicates nothing."""

    VOCABULARY: ClassVar[str]
    """The kind of vocabulary entries for such things; default: the same name."""
    ENTRY: ClassVar[type[Entry]] = Entry
    """The model of those entries."""
    NAMES: ClassVar[tuple[str, ...]]
    """The fields by which rules and questions name a thing, optional ones last; default: the key
    without the instance."""
    NAMED: ClassVar[Mapping[str, Named]]
    """The fields marked as vocabulary names."""
    RULES: ClassVar[Mapping[str, Domain]]
    """The fields that rules see, with their domains; default: the key and what was seen."""
    SHOWN: ClassVar[str]
    """The name rules use for the field that says what was seen; default: as in documents."""
    ALSO_SEEN: ClassVar[tuple[str, ...]] = ()
    """Further fields that rules see if they are given."""
    IMPLIED: ClassVar[Mapping[str, Any]] = {}
    """The values a pattern implies for fields it leaves out."""
    PARTS: ClassVar[Callable[[Any], tuple[Any, ...]]]
    """Gets the parts of the key: kind, key fields, host."""
    UNSEEN: ClassVar[frozenset[str]] = frozenset({"source", "observed_at", "span"})
    """The fields that no rule, ranking or record uses."""

    kind: str
    host: HostName | None = Field(None, description="host it was seen on; default: the document's")
    certainty: float = Field(1.0, ge=0, le=1, description="how sure the observer is, 0 to 1")
    observed_at: AwareDatetime | None = Field(None, strict=False, description="when it was seen")
    source: FreeText | None = Field(
        None, description="where it was seen: a command, a file, a person"
    )
    span: tuple[int, int] | None = Field(
        None, strict=False, description="characters of the text that it was read from: start, end"
    )

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Register the class as a kind; ``TypeError`` if it is incomplete."""
        super().__pydantic_init_subclass__(**kwargs)
        own = cls.__dict__
        for name, meaning in _MUST_SAY.items():
            if name not in own:
                raise TypeError(f"the kind of fact {cls.__name__} lacks {name}: {meaning}")
        kind = _kind(cls)
        cls.VOCABULARY = own.get("VOCABULARY", kind)
        cls.PARTS = attrgetter("kind", *cls.KEY, "host")
        cls.NAMES = own.get("NAMES", tuple(f for f in cls.KEY if f != "instance"))
        cls.SHOWN = own.get("SHOWN", cls.SEEN)
        cls.NAMED = {f: d for f in cls.model_fields if isinstance(d := _domain(cls, f), Named)}
        visible = (*cls.KEY, cls.SEEN, *cls.ALSO_SEEN, "host")
        cls.RULES = own.get("RULES") or {f: _domain(cls, f) for f in visible}
        _check(cls)
        ENTRIES[cls.VOCABULARY] = cls.ENTRY
        CALLED.update(cls.ANSWERS)
        KINDS[kind] = cls

    @property
    def key(self) -> tuple[str, ...]:
        """The thing that was looked at: kind, key fields, host; ``""`` for missing parts."""
        parts = type(self).PARTS(self)
        return tuple([UNSAID if part is None else str(part) for part in parts])

    @property
    def names(self) -> tuple[str, ...]:
        """The words that name the thing, without instance and host."""
        given = (getattr(self, field, None) for field in self.NAMES)
        return tuple(word(value) for value in given if value is not None)

    @property
    def seen(self) -> Any:
        """What was seen: a state word or a truth value."""
        return getattr(self, self.SEEN)

    @property
    def is_alarming(self) -> bool:
        """Whether it needs an explanation."""
        return word(self.seen) in self.ALARMING

    @property
    def is_complaint(self) -> bool:
        """Whether it needs a cause and points to none itself."""
        return self.SUFFERED and self.is_alarming

    @property
    def label(self) -> str:
        """The fact in one short line, as reports cite it: ``process mta@prod = missing``."""
        return f"{self.kind} {self._thing()} = {word(self.seen)}"

    def _thing(self) -> str:
        name = str(getattr(self, self.KEY[0]))
        return addressed(name, getattr(self, "instance", None))

    def faces(self, vocabulary: Vocabulary) -> tuple[Face, ...]:
        """What rules can see of it."""
        fields: dict[str, Any] = {"host": self.host or UNSAID}
        for name in (*self.KEY, self.SEEN, *self.ALSO_SEEN):
            value = getattr(self, name)
            if value is not None or name == "instance":
                fields[name] = UNSAID if value is None else value
        return (Face(self.kind, fields),)

    def implied(self) -> Iterator[Observed]:
        """Other facts that it tells beside its own."""
        return iter(())

    def own_instance(self, vocabulary: Vocabulary) -> str | None:
        """The instance it names; None if it names none, or the address of a thing that all
        instances share."""
        instance: str | None = getattr(self, "instance", None)
        return None if self.shared_address(self.names, vocabulary) else instance

    @classmethod
    def shared_address(cls, names: tuple[str, ...], vocabulary: Vocabulary) -> str | None:
        """The instance that addresses a thing all instances share; None for other things."""
        return None

    @classmethod
    def needed(cls) -> tuple[str, ...]:
        """The fields without which a pattern would mean "anything at all"."""
        named = (f for f in cls.NAMES if f not in cls.model_fields or cls._is_required(f))
        return tuple(f for f in (*named, cls.SHOWN) if f not in cls.IMPLIED)

    @classmethod
    def shorter_names(cls, name: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        """All names under which a thing may be asked about: with and without optional parts."""
        least = sum(f not in cls.model_fields or cls._is_required(f) for f in cls.NAMES)
        return (name[:length] for length in range(least, len(name) + 1))

    @classmethod
    def _is_required(cls, field: str) -> bool:
        return cls.model_fields[field].is_required()

    @classmethod
    def entry(cls, name: tuple[str, ...], vocabulary: Vocabulary) -> Entry | None:
        """The vocabulary entry of the thing with this name."""
        return vocabulary.get(cls.VOCABULARY, "/".join(name))

    @classmethod
    def said(cls, name: tuple[str, ...], answer: str, vocabulary: Vocabulary) -> dict[str, Any]:
        """The fact that ``answer`` about a thing stands for, as in a facts document."""
        given: dict[str, str] = dict(zip(cls.NAMES, name, strict=False))
        fields = {f: int(v) if cls.RULES[f] is int else v for f, v in given.items()}
        return {"kind": _kind(cls), **fields, cls.SEEN: _value(answer)}


def _kind(model: type[Observed]) -> str:
    (kind,) = get_args(model.model_fields["kind"].annotation) or (model.__name__,)
    return str(kind)


def _domain(model: type[Observed], field: str) -> Domain:
    """The domain of a field, from its annotation."""
    info = model.model_fields.get(field)
    if info is None:
        raise TypeError(f"the kind of fact {model.__name__} has no field '{field}'")
    marks = [mark for mark in info.metadata if isinstance(mark, Named)]
    return marks[0] if marks else _plain(info.annotation)


def _plain(annotation: Any) -> Domain:
    """``int`` of ``int | None``, the words of a ``Literal``, ``str`` of any kind of text."""
    inner = [part for part in get_args(annotation) if part is not NoneType]
    if get_origin(annotation) is Literal:
        return tuple(inner)
    return _plain(inner[0]) if inner else cast(type, annotation)


def _check(model: type[Observed]) -> None:
    """Refuse a kind of fact that contradicts itself or another."""
    kind, answers = _kind(model), tuple(model.ANSWERS)
    words = _domain(model, model.SEEN)
    if isinstance(words, tuple) and set(words) != set(answers):
        raise _refused(model, f"ANSWERS must be those of '{model.SEEN}': {', '.join(words)}")
    if not {model.NORMAL} <= set(answers) - model.ALARMING:
        raise _refused(model, "NORMAL must be one of ANSWERS, and not ALARMING")
    if not set(answers) >= model.ALARMING:
        raise _refused(model, "ALARMING must be some of ANSWERS")
    if kind in KINDS:
        raise _refused(model, f"the kind '{kind}' is {KINDS[kind].__name__} already")
    for field in model.NAMES:
        if model.RULES[field] is str:
            raise _refused(model, f"'{field}' must be marked with Named, or be one of some words")
    for answer, called in model.ANSWERS.items():
        if CALLED.get(answer, called) != called:
            raise _refused(model, f"the answer '{answer}' is called something else elsewhere")


def _refused(model: type[Observed], problem: str) -> TypeError:
    return TypeError(f"the kind of fact {model.__name__}: {problem}")


def _value(answer: str) -> str | bool:
    return {"true": True, "false": False}.get(answer, answer)
