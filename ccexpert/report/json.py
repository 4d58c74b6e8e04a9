"""The report as one JSON document, and its JSON Schema."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ccexpert.diagnosis import REPORT_SCHEMA_VERSION, PlainReport
from ccexpert.display import as_json
from ccexpert.errors import CcexpertError
from ccexpert.reading import Source, parse_json
from ccexpert.report.interface import Layout

SCHEMA_ID = "https://ccexpert.dev/schema/report-1.json"


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[PlainReport]:
    return TypeAdapter(PlainReport)


def to_dict(report: PlainReport) -> dict[str, Any]:
    """The report as plain JSON data."""
    data: dict[str, Any] = _adapter().dump_python(report, mode="json")
    return data


def render(report: PlainReport, _layout: Layout) -> str:
    """The report as an indented JSON document."""
    return as_json(to_dict(report))


def read(source: Source) -> PlainReport:
    """Read a report from a JSON document.

    Raises ``CcexpertError`` if it is not JSON, not a report, or has another schema version.
    """
    data = parse_json(source, CcexpertError)
    try:
        report = _adapter().validate_python(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise CcexpertError(
            f"this is not a ccexpert report: {first['msg'].lower()}",
            source.place(first["loc"]),
            advice="make one with: ccexpert diagnose --format json",
        ) from None
    if report.schema_version != REPORT_SCHEMA_VERSION:
        raise CcexpertError(
            f"this report has schema version {report.schema_version}",
            source.whole,
            allowed=(str(REPORT_SCHEMA_VERSION),),
        )
    return report


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the JSON report."""
    found = _adapter().json_schema(mode="serialization") | {"title": "Report"}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID} | found
