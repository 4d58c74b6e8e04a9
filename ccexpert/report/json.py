"""The report as one JSON document, and its JSON Schema."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter

from ccexpert.diagnosis import Report
from ccexpert.report.interface import Layout

SCHEMA_ID = "https://ccexpert.dev/schema/report-1.json"


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Report]:
    return TypeAdapter(Report)


def to_dict(report: Report) -> dict[str, Any]:
    """The report as plain JSON data."""
    data: dict[str, Any] = _adapter().dump_python(report, mode="json")
    return data


def render(report: Report, _layout: Layout) -> str:
    """The report as an indented JSON document."""
    return json.dumps(to_dict(report), ensure_ascii=False, indent=2) + "\n"


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the JSON report."""
    found = _adapter().json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID} | found
