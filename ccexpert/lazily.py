"""Modules of a package that are imported on first use, with type checking."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING


class Lazily:
    """The modules of ``package`` as attributes.

    A subclass imports them in its body under ``TYPE_CHECKING``. The type checker then reports a
    module that is not named there or lacks a requested attribute.
    """

    def __init__(self, package: str) -> None:
        self._package = package

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> ModuleType:
            return import_module(f"{self._package}.{name}")
