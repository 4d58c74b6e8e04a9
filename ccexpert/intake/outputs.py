"""Reads the outputs in a text by the sources that know them, and locates each fact."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ccexpert.display import clean
from ccexpert.facts import INSTANCE_PATTERN, Fact, NotObserved
from ccexpert.intake.lines import NO_COMMAND, Command, lines
from ccexpert.intake.pieces import Cut
from ccexpert.intake.reading import Piece, Span, Told
from ccexpert.observe.interface import Circumstances, Output, Seen, Taken
from ccexpert.observe.observer import conclude
from ccexpert.observe.text import CUT

_WHO = re.compile(r"(?m)^\s{0,8}Connection pool -{4,}", re.IGNORECASE)
_INSTANCE_OPTION = re.compile(r"-instance:(?P<instance>[\w-]{1,64})")
_SHORTENS = re.compile(
    r"\|\s*(?:(?i:head|tail|grep|findstr|select))\b|\bcurl\b[^|\n]*\s(?:-[a-zA-Z]{0,8}I|--head)\b"
)
_FILE_NAME = re.compile(r"config-(?P<instance>[\w-]{1,64})\.xml")
_WORD = re.compile(r"[\w@.-]{1,200}")
#: Outputs that count together, and how many of one name are looked at.
_TOGETHER, _SEVERAL = frozenset({"df.txt", "firewall.txt"}), 20


@dataclass(frozen=True)
class PastedOutputs:
    """The outputs of one text, or of one host in it."""

    text: str
    cut: Cut
    context: Circumstances
    called: str = ""
    """The name of the file it came from."""
    host: str | None = None
    """The host that they are of, where a text shows several."""

    @cached_property
    def told(self) -> tuple[Told, ...]:
        """Their facts, each with the line that shows it."""
        places = [_Place(piece, self.text) for _, piece in self._outputs.values()]
        seen = self._seen.facts
        placed = (
            [fact.model_copy(update={"host": self.host}) for fact in seen] if self.host else seen
        )
        return tuple(Told(fact, _where(fact, places)) for fact in placed)

    @property
    def not_observed(self) -> Iterator[NotObserved]:
        """What the sources could not read, and commands whose output is missing."""
        yield from self._seen.not_observed
        for said, shape in self.cut.barren:
            if shape.output not in self._outputs and not self._is_unknown(said):
                reason = f"nothing below '{clean(said.text, 80)}' looks like what it prints"
                yield NotObserved(source=shape.output, reason=reason)

    def _is_unknown(self, said: Command) -> bool:
        """Whether the shell says below a command that it does not find it."""
        _, _, below = self.text.partition(said.whole)
        return bool(NO_COMMAND.match(below.lstrip("\n").partition("\n")[0]))

    @cached_property
    def _seen(self) -> Seen:
        outputs = {name: output for name, (output, _) in self._outputs.items()}
        return conclude(Taken(outputs), self.context) if outputs else Seen()

    @cached_property
    def _outputs(self) -> Mapping[str, tuple[Output, Piece]]:
        """The outputs by documented name, one of each."""
        named: dict[str, list[tuple[Output, Piece]]] = {}
        for piece in self.cut.pieces:
            if piece.output is None:
                continue
            text = "\n".join(line.text for line in lines(piece.span.of(self.text)))
            text += f"\n{CUT}\n" if _SHORTENS.search(piece.below) else "\n"
            output = Output.of(text.encode("utf-8", "replace"))
            named.setdefault(self._name(piece, text), []).append((output, piece))
            if _WHO.search(text):
                named.setdefault("pdump-who.txt", []).append((output, piece))
        return {name: self._counting(name, given) for name, given in named.items()}

    def _counting(self, name: str, given: list[tuple[Output, Piece]]) -> tuple[Output, Piece]:
        """The one that counts of several outputs with one name: the last that is whole and shows
        no fewer kinds of facts than another; of disks and firewalls, all together."""
        if len(given) == 1:
            return given[0]
        if name in _TOGETHER:
            return Output.of(b"\n".join(output.data() for output, _ in given)), given[-1][1]
        seen = [(conclude(Taken({name: o}), self.context), (o, p)) for o, p in given[-_SEVERAL:]]
        whole = [each for each in seen if not each[0].not_observed] or seen
        kinds = [{fact.kind for fact in seen.facts} for seen, _ in whole]
        full = [
            one
            for own, (_, one) in zip(kinds, whole, strict=True)
            if not any(own < k for k in kinds)
        ]
        return full[-1]

    def _name(self, piece: Piece, text: str) -> str:
        if piece.output == "conf/serverConf.xml" and "<dataS" in text:
            found = _FILE_NAME.search(piece.below) or _FILE_NAME.search(self.called)
            return f"conf/config-{found['instance'] if found else self._instance}.xml"
        return piece.output or ""

    @property
    def _instance(self) -> str:
        """The instance that a command names, else ``default``."""
        named = (_INSTANCE_OPTION.search(c.text) for c in self.cut.commands)
        return next((found["instance"] for found in named if found), "default")


class _Place:
    """One output, with the first line of each of its words."""

    def __init__(self, piece: Piece, text: str) -> None:
        self.span = piece.span
        stem = (piece.output or "").rsplit("/", 1)[-1].removesuffix(".txt").removesuffix(".xml")
        self._called = (stem, stem.replace("-", " -"))
        self._lines: dict[str, Span] = {}
        for line in lines(piece.span.of(text)):
            span = Span(piece.span.start + line.start, piece.span.start + line.end)
            for word in _WORD.findall(line.text.casefold()):
                self._lines.setdefault(word, span)

    def is_source_of(self, fact: Fact) -> bool:
        """Whether a fact names this output as its source."""
        return any(name in (fact.source or "") for name in self._called)

    def line_of(self, word: str) -> Span | None:
        """The line with a word, or with the longest word of a text that occurs here."""
        said = sorted(_WORD.findall(word.casefold()), key=len, reverse=True)
        return next((self._lines[each] for each in said if each in self._lines), None)


def _where(fact: Fact, places: Sequence[_Place]) -> Span:
    """The line of an output that shows a fact, else the whole output."""
    likely = sorted(places, key=lambda place: not place.is_source_of(fact))
    for word in _shown_as(fact):
        for place in likely:
            if found := place.line_of(word):
                return found
    return likely[0].span


def _shown_as(fact: Fact) -> Iterator[str]:
    """The words by which a line shows a fact, the most specific first."""
    fields = ("text", "code", "module", "name", "version", "number")
    names = [str(value) for field in fields if (value := getattr(fact, field, None))]
    instance = getattr(fact, "instance", None)
    if instance and re.fullmatch(INSTANCE_PATTERN, instance):
        yield from (f"{name}@{instance}" for name in names)
    yield from names
