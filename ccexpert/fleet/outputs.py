"""Writes the records as JSON Lines or Parquet, block by block; files all or nothing."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Protocol

from ccexpert.errors import CANNOT_CREATE, CcexpertError, Place
from ccexpert.writing import whole_file


class Sink(Protocol):
    """Receives records."""

    def write(self, records: str) -> None:
        """Write some records, given as one JSON object per line."""


class JsonLines:
    """Writes the records unchanged."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def write(self, records: str) -> None:
        """Write the records and flush, so that a reader of a pipe gets them at once."""
        self._stream.write(records.encode())
        self._stream.flush()


@contextlib.contextmanager
def json_lines(path: Path | None) -> Iterator[JsonLines]:
    """JSON Lines to a file or to stdout."""
    if path is None:
        yield JsonLines(sys.stdout.buffer)
        return
    with whole_file(path) as stream:
        yield JsonLines(stream)


def require_pyarrow(where: str) -> None:
    """Raise ``CcexpertError`` if the Parquet library is not installed."""
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        raise CcexpertError(
            "writing Parquet needs a library that is not installed",
            Place(where),
            advice="pip install 'ccexpert[parquet]'",
            exit_code=CANNOT_CREATE,
        ) from None


class Parquet:
    """Writes one row per record. The first diagnosis has its own columns; all are in a list."""

    def __init__(self, stream: IO[bytes]) -> None:
        import pyarrow
        import pyarrow.parquet

        self._arrow = pyarrow
        self._schema = _schema(pyarrow)
        self._writer = pyarrow.parquet.ParquetWriter(stream, self._schema, compression="zstd")

    def write(self, records: str) -> None:
        """Write the records as one row group."""
        rows = [_row(json.loads(line)) for line in records.split("\n") if line]
        if rows:
            self._writer.write_table(self._arrow.Table.from_pylist(rows, self._schema))

    def close(self) -> None:
        """Write the end of the file."""
        self._writer.close()


@contextlib.contextmanager
def parquet(path: Path) -> Iterator[Parquet]:
    """Parquet to a file."""
    with whole_file(path) as stream, contextlib.closing(Parquet(stream)) as output:
        yield output


def _row(record: dict[str, Any]) -> dict[str, Any]:
    diagnoses: list[dict[str, Any]] = record.get("diagnoses", [])
    first = diagnoses[0] if diagnoses else {}
    return {
        **record,
        **{f"first_{name}": first.get(name) for name in ("id", "instance", "certainty", "impact")},
        "unexplained": [json.dumps(f, ensure_ascii=False) for f in record.get("unexplained", ())],
        "not_observed": record.get("not_observed", []),
        "diagnoses": diagnoses,
        "waived": record.get("waived", []),
    }


def _schema(arrow: Any) -> Any:
    text, texts = arrow.string(), arrow.list_(arrow.string())
    diagnosis = {
        **dict.fromkeys(("id", "module", "instance", "host", "title", "verdict"), text),
        "certainty": arrow.float64(),
        "impact": arrow.int8(),
        "explains": texts,
    }
    columns = {
        "file": text,
        "line": arrow.int64(),
        "host": text,
        "status": text,
        "first_id": text,
        "first_instance": text,
        "first_certainty": arrow.float64(),
        "first_impact": arrow.int8(),
        "diagnoses": arrow.list_(arrow.struct(list(diagnosis.items()))),
        "unexplained": texts,
        "waived": texts,
        "not_observed": arrow.list_(arrow.struct([("source", text), ("reason", text)])),
        "error": text,
    }
    return arrow.schema(list(columns.items()))
