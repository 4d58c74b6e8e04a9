"""Which language a run speaks. Help and errors need to know, so this imports next to nothing."""

from __future__ import annotations

import locale
import os
import re
import sys
from typing import Annotated, cast

import typer

from ccexpert.cli.shared.settings import setting
from ccexpert.errors import CcexpertError
from ccexpert.words import Language

LangOption = Annotated[
    Language | None, typer.Option("--lang", help="Language of texts; default: from the locale.")
]


def language(lang: Language | None) -> Language:
    """The requested language, else that of the settings, that of the locale, English."""
    chosen: Language | None = lang or requested() or setting("language")
    if chosen is not None:
        return chosen
    return _of_locale()


def _of_locale() -> Language:
    wanted = next((v for n in ("LC_ALL", "LC_MESSAGES", "LANG") if (v := os.environ.get(n))), None)
    if wanted is None and sys.platform == "win32":
        wanted = locale.getlocale()[0]
    return "sv" if (wanted or "").lower().startswith(("sv", "swedish")) else "en"


def requested() -> Language | None:
    """The language of the last ``--lang``, wherever it stands in the command line."""
    found = re.findall(r"\0--lang[\0=](en|sv)(?=\0|$)", "\0".join(sys.argv))
    return cast(Language, found[-1]) if found else None


def spoken() -> Language:
    """The language of help and errors, which is needed before the command line is understood."""
    try:
        return language(None)
    except CcexpertError:  # an error in the settings is told, too
        return _of_locale()
