"""Waivers: diagnoses that a site has reviewed and wants silenced for a while.

A waiver silences one diagnosis for a scope, with a reason and an expiry date. It hides nothing:
every report lists and counts waived diagnoses separately.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fnmatch import fnmatchcase

from ccexpert.facts.entries import Frozen, NonEmpty


class Waiver(Frozen):
    """One diagnosis, silenced for some instances and hosts through a last day."""

    diagnosis: NonEmpty
    reason: NonEmpty
    expires: date
    instance: NonEmpty = "*"
    host: NonEmpty = "*"

    def covers(self, diagnosis: str, instance: str, host: str, today: date) -> bool:
        """Whether the waiver silences this diagnosis there and today. Scopes may be globs."""
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
