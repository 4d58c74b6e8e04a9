"""Where a negation belongs: *not sent*, *no bounces*, *it never stops*."""

from __future__ import annotations

from itertools import pairwise

from ccexpert.intake.statement import NOT, Token

#: How many words a negation may stand before and behind what it negates.
_AHEAD, _BEHIND = 6, 3
#: How many words before a property it is denied: *not too high*.
_JUST_BEFORE = 2


def denied_in(tokens: list[Token], denials: list[tuple[int, bool]]) -> frozenset[str]:
    """The trouble and the properties that denials stand just before."""
    ahead = ([t for t in tokens if at <= t.at <= at + _JUST_BEFORE] for at, _ in denials)
    nearest = (min(near, key=lambda token: token.at) for near in ahead if near)
    return frozenset(one.means for one in nearest if one.kind in ("trouble", "other"))


def with_denials(tokens: list[Token], denied: list[tuple[int, bool]]) -> list[Token]:
    """The tokens with each denial where it belongs: what is not done is trouble, trouble that is
    not there is gone. ``denied``: where each stands, and whether it may follow what it denies."""
    for at, either in denied:
        token = _denied_by(at, tokens, either)
        if token is not None and token.kind in ("trouble", "over"):
            tokens.remove(token)
        elif token is None or token.kind != "unknown":  # nobody knows: that denies nothing
            tokens = [one for one in tokens if one is not token or token.kind != "fine"]
            tokens.append(Token(NOT, "trouble", "", at))
    stops = (one for one, next_ in pairwise(tokens) if (one.means, next_.kind) == ("stop", "doing"))
    return [*tokens, *(Token(NOT, "trouble", one.words, one.at) for one in stops)]


def _denied_by(at: int, tokens: list[Token], either: bool) -> Token | None:
    """The token that a negation negates: the next one that is or is done, else the last."""
    said = ("doing", "trouble", "over", "fine") if either else ("doing", "trouble", "over")
    ends = next((t.at for t in tokens if t.kind in ("but", "pause") and t.at >= at), at + _AHEAD)
    ahead = [t for t in tokens if at <= t.at < max(at, min(ends, at + _AHEAD + 1))]
    behind = [t for t in tokens if either and at - _BEHIND <= t.at < at and t.kind in said]
    behind = [t for t in behind if not t.is_status]
    if behind and not (ahead and ahead[0].kind in said):
        return behind[-1]
    return next((t for t in ahead if t.kind in said), ahead[0] if ahead else None)
