"""A template for a new card; it passes lint before anything is changed."""

from __future__ import annotations

import re

from ccexpert.errors import KnowledgeError
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.knowledge.fields import CARD_ID

#: Where a pack keeps the schemas of its files, as seen from a card and from the pack.
SCHEMAS = "schema"

_SKELETON = """\
# yaml-language-server: $schema=../../{schemas}/card.json
id: {id}
module: {module}
verdict: fault              # fault, not-a-fault or elsewhere
impact: 2                   # 1 low, 2 moderate, 3 important, 4 critical
basis: implied              # documented, implied, support-article or third-party
title:
  en: A fault of {module} that this site knows
  sv: Ett fel i {module} som är känt på den här servern
meaning:
  en: Say in one to three sentences what it is and what follows from it.
  sv: Säg i en till tre meningar vad det är och vad som följer av det.
evidence:
  - when: [{{workflow: {{name: siteNightlyJob, instance: $instance, state: late}}}}]
    certainty: strong       # conclusive, strong, suggestive, weak; … against; excluded
    because:
      en: The nightly job of the site is late.
      sv: Serverns nattliga jobb är försenat.
    needed:                 # what is said when it is well: without this sign it cannot be
      en: The nightly job of the site runs.
      sv: Serverns nattliga jobb körs.
# refines:                # cards that this one names more exactly; explains: its consequences
#   - cards: [wfserver-trouble]
#     because: {{en: say why, sv: säg varför}}
actions:
  - kind: check
    target: {module}
    text:
      en: Look at the process list.
      sv: Titta på processlistan.
    command: {{linux: [nlserver, pdump], windows: [nlserver, pdump]}}
    minutes: 1
false_positives:
  - en: Say when the evidence is there and the diagnosis is still wrong.
    sv: Säg när evidensen finns och diagnosen ändå är fel.
references: [help/production/using/modules-and-frequent-issues.md]
examples:
  - name: the job is late
    facts: [{{kind: workflow, name: siteNightlyJob, instance: prod, state: late}}]
    expect: {{rank: 1}}
  - name: the job runs
    facts: [{{kind: workflow, name: siteNightlyJob, instance: prod, state: running}}]
    expect: ruled-out
  - name: nothing runs at all
    facts: [{{kind: probe, name: pdump, result: blank}}]
    expect: {{below: watchdog-not-running}}
"""


def skeleton(card: str, module: str, vocabulary: Vocabulary) -> str:
    """The text of a new card with the id ``card``; raises ``KnowledgeError`` for a bad id or
    module."""
    if not re.fullmatch(CARD_ID, card):
        raise KnowledgeError(
            f"'{card}' is not a valid id; use 3 to 70 lower-case letters, digits and hyphens"
        )
    return _SKELETON.format(id=card, module=vocabulary.require("module", module), schemas=SCHEMAS)
