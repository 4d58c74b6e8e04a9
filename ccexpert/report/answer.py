"""The report as programs use it: plain data that can render itself in any format.

It is built on the formats, which know only the plain data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any, Self

from ccexpert import diagnosis
from ccexpert.diagnosis import Similar, UnknownFact
from ccexpert.report import render
from ccexpert.report.interface import Layout


class Report(diagnosis.PlainReport):
    """The complete answer about one case: ranked ``diagnoses``, the ``plan``, and more.

    A notebook shows it as a page.
    """

    __slots__ = ("_later",)

    def with_later(
        self,
        *,
        unknown: Callable[[], tuple[UnknownFact, ...]],
        similar: Callable[[], tuple[Similar, ...]],
    ) -> Self:
        """Return this report with these fields computed on first access, because ``unknown`` takes
        a third of the time of a diagnosis, and ``similar`` more."""
        later: dict[str, Callable[[], Any]] = {"unknown": unknown, "similar": similar}
        object.__setattr__(self, "_later", later)
        for name in later:
            object.__delattr__(self, name)
        return self

    def __getattr__(self, name: str) -> Any:
        """Called for attributes without a value."""
        if name == "_later" or name not in self._later:
            raise AttributeError(name)
        found = self._later[name]()
        object.__setattr__(self, name, found)
        return found

    @classmethod
    def of(cls, plain: diagnosis.PlainReport) -> Self:
        """The same report, with rendering."""
        return cls(**{field.name: getattr(plain, field.name) for field in fields(plain)})

    def to_dict(self) -> dict[str, Any]:
        """The report as plain JSON data, as its JSON Schema describes it."""
        from ccexpert.report.json import to_dict

        return to_dict(self)

    def render(self, name: str, rules: Iterable[Path | str] = ()) -> str:
        """The report in the format called ``name``, a key of ``ccexpert.report.FORMATS``.

        ``rules`` are site packs; a script may also run their commands.
        """
        return render(self, name, Layout(packs=tuple(map(Path, rules))))

    def _repr_html_(self) -> str:
        from ccexpert.report.html import fragment

        return fragment(self)

    def _repr_markdown_(self) -> str:
        return self.render("markdown")
