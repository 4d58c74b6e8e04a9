"""The webhook message of Prometheus Alertmanager (version 4); only the fields that are read."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from ccexpert.display import one_line
from ccexpert.errors import FactsError
from ccexpert.reading import Source, parse_json, validated


class Alert(BaseModel):
    """One alert."""

    model_config = ConfigDict(frozen=True)

    status: Literal["firing", "resolved"]
    labels: dict[str, str]
    annotations: dict[str, str] = Field(default_factory=dict)
    startsAt: AwareDatetime  # noqa: N815 - the name in the payload
    endsAt: AwareDatetime | None = None  # noqa: N815

    @property
    def name(self) -> str:
        """The name under which it is cited."""
        return one_line(f"alert {self.labels.get('alertname', '?')[:80]}")

    @property
    def seen_at(self) -> datetime:
        """When its present state began."""
        return (self.status == "resolved" and self.endsAt) or self.startsAt


class Payload(BaseModel):
    """One message."""

    model_config = ConfigDict(frozen=True)

    version: Literal["4"]
    alerts: tuple[Alert, ...]
    truncatedAlerts: int = 0  # noqa: N815


def read_payload(source: Source) -> Payload:
    """Read a message from Alertmanager; ``FactsError`` if it is something else."""
    return validated(Payload, parse_json(source, FactsError), source, FactsError)
