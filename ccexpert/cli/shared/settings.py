"""Settings from files called ``ccexpert.toml``, so that nobody types the same options every time.

Three places are read: the host's, the user's and the working folder's; the later wins. A file that
somebody else could have written is left out and named: its packs may propose commands.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from stat import S_ISREG
from typing import Any
from urllib.parse import urlsplit

from ccexpert.errors import CcexpertError, Place
from ccexpert.words import Language

NAME = "ccexpert.toml"

#: The size of a file in bytes that no person would write.
_LONGEST = 100_000


@dataclass(frozen=True)
class Setting:
    """One value and the file it comes from."""

    value: Any
    file: Path


def places() -> tuple[Path, ...]:
    """Where files of settings may be, the weakest first."""
    from platformdirs import site_config_path, user_config_path

    host = Path("/etc/ccexpert") if os.name == "posix" else site_config_path("ccexpert", False)
    return tuple(folder / NAME for folder in (host, user_config_path("ccexpert", False), Path()))


@cache
def settings() -> Mapping[str, Setting]:
    """Every value that a file sets, by its name.

    Raises ``CcexpertError`` if a file is no TOML, or has a name or a value that is not allowed.
    """
    found: dict[str, Setting] = {}
    for file in places():
        found |= {name: Setting(value, file) for name, value in _read(file)}
    return found


def names() -> tuple[str, ...]:
    """The names of all settings."""
    return tuple(_model().model_fields)


def setting(name: str) -> Any:
    """The value that a file sets; None if none does."""
    found = settings().get(name)
    return found and found.value


def is_url(given: str) -> bool:
    """Whether this is the address of a web server."""
    try:
        parts = urlsplit(given)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _read(file: Path) -> Iterator[tuple[str, Any]]:
    try:
        with open(file, "rb", opener=_at_once) as stream:
            status = os.fstat(stream.fileno())
            if not S_ISREG(status.st_mode):
                raise CcexpertError("this is no plain file", Place(str(file)))
            if not _is_trusted(status):
                _say_ignored(file)
                return
            raw = stream.read(_LONGEST + 1).decode()
            if len(raw) > _LONGEST:
                raise CcexpertError(f"larger than {_LONGEST:,} bytes", Place(str(file)))
    except (FileNotFoundError, NotADirectoryError):
        return
    except (OSError, UnicodeDecodeError) as error:
        raise CcexpertError(f"cannot be read: {error}", Place(str(file))) from None
    given = _checked(raw, file)
    yield from ((name, value) for name, value in given.items() if value is not None)


def _at_once(name: str, flags: int) -> int:
    """Open a file, even a pipe that nobody writes to."""
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))


def _is_trusted(status: os.stat_result) -> bool:
    """Whether only root and this account may write to a file."""
    if os.name != "posix":
        return True
    return status.st_uid in (0, os.geteuid()) and not status.st_mode & 0o002


def _say_ignored(file: Path) -> None:
    # not through say(), which asks for the language, which may be a setting
    reason = "is ignored: it belongs to another account, or others may write to it"
    print(f"ccexpert: {file} {reason}", file=sys.stderr)


def _checked(raw: str, file: Path) -> dict[str, Any]:
    """The values in a file; paths are relative to its folder."""
    import tomllib  # only who has such a file pays for reading it

    from pydantic import ValidationError

    try:
        given: dict[str, Any] = _model().model_validate(tomllib.loads(raw)).model_dump()
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = tuple(first["loc"])
        if first["type"] == "extra_forbidden":
            raise CcexpertError(
                f"unknown setting '{field[0]}'", Place(str(file)), names(), str(field[0])
            ) from None
        raise CcexpertError(first["msg"].lower(), Place(str(file), field=field)) from None
    except (ValueError, RecursionError) as error:  # also a number of too many digits
        raise CcexpertError(f"this is not TOML: {error}", Place(str(file))) from None
    beside = file.absolute().parent
    for name in ("var", "conf"):
        given[name] = given[name] and beside / given[name]
    given["packs"] = given["packs"] and tuple(beside / pack for pack in given["packs"])
    return given


@cache
def _model() -> Any:
    """The form of a file."""
    from typing import Annotated

    from pydantic import AfterValidator, ConfigDict, create_model
    from pydantic_core import PydanticCustomError

    from ccexpert.facts.names import InstanceName

    def url(given: str) -> str:
        if not is_url(given):
            raise PydanticCustomError("url", "write a URL like https://campaign.example.com")
        return given

    fields: dict[str, Any] = {
        "instance": InstanceName,
        "url": Annotated[str, AfterValidator(url)],
        "var": Path,
        "conf": Path,
        "smtp": str,
        "pop3": str,
        "packs": list[Path],
        "language": Language,
    }
    optional: dict[str, Any] = {name: (kind | None, None) for name, kind in fields.items()}
    return create_model("Settings", __config__=ConfigDict(extra="forbid"), **optional)
