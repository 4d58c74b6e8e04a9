"""``ccexpert config``: the settings, and where each comes from."""

from __future__ import annotations

import os

from ccexpert.cli.shared.options import LangOption, packs
from ccexpert.cli.shared.output import ListFormatOption, OutputOption, emit, layout
from ccexpert.cli.shared.settings import names, settings
from ccexpert.cli.shared.tongue import language
from ccexpert.report.listing import listing
from ccexpert.words import Pair, Words, in_language

_WORDS: Words = {
    "default": Pair("default", "standard"),
    "from": Pair("From", "Från"),
    "locale": Pair("locale", "språkinställningen"),
    "setting": Pair("Setting", "Inställning"),
    "value": Pair("Value", "Värde"),
}


def config(
    format_: ListFormatOption = "table", output: OutputOption = None, lang: LangOption = None
) -> None:
    """Show the settings: each value, and the file it comes from.

    Files named ccexpert.toml are read from /etc/ccexpert, from your configuration folder and from
    the working folder; a later one wins over an earlier one, and the command line over all.
    """
    word = in_language(_WORDS, language(lang))
    rows = []
    for name in names():
        value, source = _value(name, word)
        rows.append({"setting": name, "value": value, "from": source})
    emit(listing(rows, word, format_, layout()), output)


def _value(name: str, word: dict[str, str]) -> tuple[str, str]:
    """A setting and where it comes from, in words."""
    if name == "packs" and "CCEXPERT_RULES" in os.environ:
        return os.pathsep.join(map(str, packs(None))), "CCEXPERT_RULES"
    found = settings().get(name)
    if found is None:
        return (language(None), word["locale"]) if name == "language" else ("", word["default"])
    several = isinstance(found.value, tuple)
    shown = os.pathsep.join(map(str, found.value)) if several else str(found.value)
    return shown, str(found.file)
