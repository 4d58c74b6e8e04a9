"""Whom a symptom affects, since when and how often, and the circumstances of a case that these
words tell."""

from __future__ import annotations

from typing import Literal

Affects = Literal[
    "all",
    "some-users",
    "one-user",
    "one-pc",
    "one-network",
    "one-server",
    "one-screen",
    "one-channel",
    "one-domain",
    "one-delivery",
    "one-workflow",
    "all-workflows",
    "one-activity",
]
Since = Literal["upgrade", "restart", "change", "go-live", "nothing"]
Often = Literal["always", "sometimes", "first-run"]

#: The circumstances of the vocabulary that these words tell, and whether they are true.
CIRCUMSTANCES = {
    "one-user": ("one-user-only", True),
    "some-users": ("some-users-only", True),
    "one-pc": ("one-pc-only", True),
    "one-server": ("one-host-only", True),
    "one-domain": ("one-domain-only", True),
    "one-delivery": ("one-delivery-only", True),
    "one-workflow": ("one-workflow-only", True),
    "all-workflows": ("all-workflows-affected", True),
    "upgrade": ("upgraded-recently", True),
    "change": ("config-changed-recently", True),
    "nothing": ("config-changed-recently", False),
    "sometimes": ("intermittent", True),
    "always": ("intermittent", False),
}
