"""The knowledge as a handbook to browse: a page per diagnosis, and an index by module and by
symptom."""

from __future__ import annotations

import html as markup
from collections import defaultdict
from collections.abc import Iterable

from ccexpert.handbook.page import card_page
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.knowledge.cards import Card
from ccexpert.knowledge.texts import rendered
from ccexpert.report.words import words
from ccexpert.words import Language

_HTML = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1rem/1.5 system-ui, sans-serif; }}
body {{ max-width: 50rem; margin: 2rem auto; padding: 0 1rem; }}
code {{ font-size: .9em; padding: .1em .3em; border-radius: .2em; background: #8882; }}
li {{ margin: .3rem 0; }}
nav {{ margin-bottom: 2rem; }}
</style>
</head>
<body>
<nav><a href="{home}">{index}</a></nav>
{body}
</body>
</html>
"""


def pages(base: KnowledgeBase, language: Language, *, html: bool = False) -> dict[str, str]:
    """The text of every page, by its path in the handbook's folder."""
    ending = "html" if html else "md"
    found = {
        f"{card.module}/{card.id}.{ending}": card_page(card, language)
        for card in base.cards.values()
    }
    found[f"index.{ending}"] = _index(base, language, ending)
    if html:
        found = {path: _as_html(path, text, language) for path, text in found.items()}
    return found


def _index(base: KnowledgeBase, language: Language, ending: str) -> str:
    word = words(language)
    by_module: dict[str, list[Card]] = defaultdict(list)
    by_symptom: dict[str, list[Card]] = defaultdict(list)
    for card in base.cards.values():
        by_module[card.module].append(card)
        for symptom in sorted(card.symptoms):
            by_symptom[symptom].append(card)
    lines = [f"# {word['diagnoses']}", "", f"## {word['by module']}"]
    for module in sorted(by_module, key=str.casefold):
        lines += ["", f"### {module}", "", *_links(by_module[module], language, ending)]
    lines += ["", f"## {word['by symptom']}"]
    for entry in base.vocabulary.entries("symptom"):
        if entry.name in by_symptom:
            lines += ["", f"### {entry.title.in_language(language)}", ""]
            lines += _links(by_symptom[entry.name], language, ending)
    return "\n".join(lines) + "\n"


def _links(cards: Iterable[Card], language: Language, ending: str) -> Iterable[str]:
    for card in cards:
        yield f"- [{rendered(card.title, {}, language)}]({card.module}/{card.id}.{ending})"


def _as_html(path: str, text: str, language: Language) -> str:
    from markdown_it import MarkdownIt

    up = "../" * path.count("/")
    title = text.splitlines()[0].lstrip("# ")
    return _HTML.format(
        language=language,
        title=markup.escape(title),
        home=f"{up}index.html",
        index=markup.escape(words(language)["diagnoses"]),
        body=MarkdownIt("commonmark", {"html": False}).render(text),
    )
