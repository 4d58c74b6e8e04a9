"""The report as one JSON document, and its JSON Schema."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ccexpert.diagnosis import REPORT_SCHEMA_VERSION, Report
from ccexpert.errors import CcexpertError
from ccexpert.reading import Source, parse_json
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


def read(source: Source) -> Report:
    """The report that a JSON document holds.

    Raises ``CcexpertError`` when it is not JSON, not a report, or one of another schema version.
    """
    data = parse_json(source, CcexpertError)
    try:
        report = _adapter().validate_python(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise CcexpertError(
            f"this is not a report of ccexpert: {first['msg'].lower()}",
            source.place(first["loc"]),
            advice="make one with: ccexpert diagnose --format json",
        ) from None
    if report.schema_version != REPORT_SCHEMA_VERSION:
        raise CcexpertError(
            f"this report has schema version {report.schema_version}",
            source.name,
            allowed=(str(REPORT_SCHEMA_VERSION),),
        )
    return report


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the JSON report."""
    found = _adapter().json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID} | found
