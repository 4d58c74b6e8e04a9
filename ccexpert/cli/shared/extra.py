"""Commands that need more than the program itself."""

from __future__ import annotations

from importlib.util import find_spec

from ccexpert.errors import MissingInputError


def needs(*packages: str, extra: str) -> None:
    """Raise ``MissingInputError`` if a package of an extra is not installed."""
    missing = next((package for package in packages if find_spec(package) is None), None)
    if missing:
        raise MissingInputError(
            f"this command needs the package '{missing}', which is not installed",
            advice=f"pip install 'ccexpert[{extra}]'",
        )
