"""Which language a run speaks. Help and errors need to know, so this imports next to nothing."""

from __future__ import annotations

import locale
import os
import re
import sys

from ccexpert.cli.shared.settings import setting
from ccexpert.errors import CcexpertError
from ccexpert.words import Language


def language(lang: Language | None) -> Language:
    """The requested language, else that of the settings, that of the locale, English."""
    chosen: Language | None = lang or setting("language")
    if chosen is not None:
        return chosen
    return _of_locale()


def _of_locale() -> Language:
    wanted = next((v for n in ("LC_ALL", "LC_MESSAGES", "LANG") if (v := os.environ.get(n))), None)
    if wanted is None and sys.platform == "win32":
        wanted = locale.getlocale()[0]
    return "sv" if (wanted or "").lower().startswith(("sv", "swedish")) else "en"


def spoken() -> Language:
    """The language of help and errors, which is needed before the command line is understood."""
    asked = re.search(r"\0--lang[\0=](en|sv)(?=\0|$)", "\0".join(sys.argv))
    if asked:
        return "sv" if asked[1] == "sv" else "en"
    try:
        return language(None)
    except CcexpertError:  # an error in the settings is told, too
        return _of_locale()
