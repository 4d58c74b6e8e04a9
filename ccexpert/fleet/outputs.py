"""Where the records go: JSON Lines or Parquet, block by block; a file is whole or not there."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Protocol

from ccexpert.errors import CANNOT_CREATE, CcexpertError
from ccexpert.writing import whole_file


class Output(Protocol):
    """Takes records."""

    def write(self, records: str) -> None:
        """Take some records, one JSON object a line."""


class JsonLines:
    """The records as they are."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def write(self, records: str) -> None:
        """Write them, and let a reader at the other end of a pipe have them at once."""
        self._stream.write(records.encode())
        self._stream.flush()


@contextlib.contextmanager
def json_lines(path: Path | None) -> Iterator[JsonLines]:
    """JSON Lines into a file, or to stdout."""
    if path is None:
        yield JsonLines(sys.stdout.buffer)
        return
    with whole_file(path) as stream:
        yield JsonLines(stream)


def require_pyarrow(where: str) -> None:
    """Raise a sentence when the library for Parquet is not installed."""
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        raise CcexpertError(
            "writing Parquet needs a library that is not installed",
            where,
            advice="pip install 'ccexpert[parquet]'",
            exit_code=CANNOT_CREATE,
        ) from None


class Parquet:
    """A row a record; the first diagnosis has columns of its own, all of them are a list."""

    def __init__(self, stream: IO[bytes]) -> None:
        import pyarrow
        import pyarrow.parquet

        self._arrow = pyarrow
        self._schema = _schema(pyarrow)
        self._writer = pyarrow.parquet.ParquetWriter(stream, self._schema, compression="zstd")

    def write(self, records: str) -> None:
        """Write them as one row group."""
        rows = [_row(json.loads(line)) for line in records.split("\n") if line]
        if rows:
            self._writer.write_table(self._arrow.Table.from_pylist(rows, self._schema))

    def close(self) -> None:
        """Write the end of the file."""
        self._writer.close()


@contextlib.contextmanager
def parquet(path: Path) -> Iterator[Parquet]:
    """Parquet into a file."""
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
