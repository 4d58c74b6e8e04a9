"""The list of sources that cards may cite, made from checkouts of the public documentation.

    python -m tests.references CAMPAIGN-CLASSIC.EN EXPERIENCE-CLOUD-KCS.EN

Both are Git directories of ``github.com/AdobeDocs``. Of each page and article only the name and the
title are kept. Of the support articles those about Campaign are listed, with the product that they
say they apply to.
"""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from ccexpert.knowledge.packs import shipped
from ccexpert.knowledge.references import ELSEWHERE, FILE, Reference

_FRONT = re.compile(r"\A---\s*\n(.*?)\n---\s*\n", re.DOTALL)
_ARTICLE = re.compile(r"KA-\d+")
_CLASSIC = frozenset({"Campaign", "Campaign Classic", "Campaign Classic v7"})


def pages(repository: str) -> Iterator[Reference]:
    """The pages of the product documentation."""
    for path, front in _documents(repository, "help"):
        yield Reference(path, str(front.get("title") or Path(path).stem), "classic")


def articles(repository: str) -> Iterator[Reference]:
    """The support articles about Campaign, of whatever kind."""
    for path, front in _documents(repository, "articles"):
        name = _ARTICLE.search(path.upper())
        products = {p.strip() for p in str(front.get("applies-to") or "").split(",")}
        if name and any("Campaign" in p for p in products):
            product = "classic" if products & _CLASSIC else ELSEWHERE
            yield Reference(name[0], str(front.get("title")).strip(), product)


def _documents(repository: str, folder: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in git(repository, "ls-tree", "-r", "--name-only", "HEAD", folder).splitlines():
        if path.endswith(".md"):
            front = _FRONT.match(git(repository, "show", f"HEAD:{path}"))
            yield path, _read(front[1]) if front else {}


def _read(front: str) -> dict[str, Any]:
    """The head of a document; line by line where it is not quite YAML."""
    try:
        return dict(yaml.safe_load(front))
    except yaml.YAMLError:
        pairs = (line.split(":", 1) for line in front.splitlines() if ":" in line)
        return {key.strip(): value.strip().strip("'\"") for key, value in pairs}


def git(repository: str, *arguments: str) -> str:
    """What a command of git prints about a Git directory."""
    command = ["git", f"--git-dir={repository}", *arguments]
    return subprocess.run(command, check=True, capture_output=True).stdout.decode(
        "utf-8", "replace"
    )


def main(classic: str, support: str) -> None:
    """Write the shipped list."""
    found = sorted({*pages(classic), *articles(support)})
    with (shipped() / FILE).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(Reference._fields)
        writer.writerows(found)
    print(f"{len(found)} sources")


if __name__ == "__main__":
    main(*sys.argv[1:])
