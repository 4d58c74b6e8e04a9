"""The report as a program holds it: plain data that can give itself in any format and to notebooks.

It stands above the formats, which know the plain data alone.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Self

from ccexpert import diagnosis
from ccexpert.report import render


class Report(diagnosis.Report):
    """The whole answer about one case: ranked ``diagnoses``, the ``plan``, and what else is known.

    A notebook shows it as a page.
    """

    __slots__ = ()

    @classmethod
    def of(cls, plain: diagnosis.Report) -> Self:
        """The same report, able to show itself."""
        return cls(**{field.name: getattr(plain, field.name) for field in fields(plain)})

    def to_dict(self) -> dict[str, Any]:
        """The report as plain JSON data, as its JSON Schema describes it."""
        from ccexpert.report.json import to_dict

        return to_dict(self)

    def render(self, name: str) -> str:
        """The report in the format called ``name``, a key of ``ccexpert.report.FORMATS``."""
        return render(self, name)

    def _repr_html_(self) -> str:
        from ccexpert.report.html import fragment

        return fragment(self)

    def _repr_markdown_(self) -> str:
        return self.render("markdown")
