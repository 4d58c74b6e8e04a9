"""Waivers: diagnoses that a site has looked at and does not want to hear of for a while.

A waiver silences one diagnosis for a scope, with a reason and an expiry date. It hides nothing:
what is waived is listed and counted apart in every report.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fnmatch import fnmatchcase

from ccexpert.knowledge.vocabulary import Frozen, NonEmpty


class Waiver(Frozen):
    """One diagnosis, silenced for some instances and hosts until a day (that day included)."""

    diagnosis: NonEmpty
    reason: NonEmpty
    expires: date
    instance: NonEmpty = "*"
    host: NonEmpty = "*"

    def covers(self, diagnosis: str, instance: str, host: str, today: date) -> bool:
        """Whether it silences this diagnosis there and today. Scopes may be globs."""
        return (
            self.diagnosis == diagnosis
            and fnmatchcase(instance, self.instance)
            and fnmatchcase(host, self.host)
            and today <= self.expires
        )


class WaiversFile(Frozen):
    """The list in ``waivers.yaml``."""

    waivers: tuple[Waiver, ...]


def waiver_for(
    waivers: Iterable[Waiver], diagnosis: str, instance: str, host: str, today: date
) -> Waiver | None:
    """The first waiver that silences a diagnosis."""
    return next((w for w in waivers if w.covers(diagnosis, instance, host, today)), None)
