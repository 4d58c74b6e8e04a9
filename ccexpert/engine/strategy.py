"""An exact agenda. It plugs into experta's extension point ``__strategy__``.

experta's own strategy looks at only three neighbours when it removes an activation. With four or
more equal keys it can miss it and then fire a rule whose condition no longer holds; which rule,
depends on memory addresses. This strategy compares rule, facts and bindings, and its order is
total: salience, recency of the facts (as in experta's depth strategy), name of the rule, bindings.
An activation of our own matcher brings its key, in which its facts stand for the bindings.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import Any

from ccexpert.engine.shim import Activation, Agenda, Fact, Strategy


class ExactStrategy(Strategy):  # type: ignore[misc]
    """Keeps exactly the activations whose conditions hold, always in the same order."""

    def _update_agenda(
        self, agenda: Agenda, added: list[Activation], removed: list[Activation]
    ) -> None:
        activations = agenda.activations
        for activation in removed:
            _remove(activations, activation)
        for activation in added:
            activation.key = activation.key or _key(activation)
        if len(added) > 8:
            activations.extend(added)
            activations.sort(key=lambda a: a.key)
        else:
            for activation in added:
                insort(activations, activation)


def _remove(activations: list[Activation], gone: Activation) -> None:
    gone.key = gone.key or _key(gone)
    i = bisect_left(activations, gone)
    while i < len(activations) and activations[i].key == gone.key:
        found = activations[i]
        if found.rule is gone.rule and found.facts == gone.facts and found.context == gone.context:
            del activations[i]
            return
        i += 1


def _key(activation: Activation) -> tuple[Any, ...]:
    recency = sorted((fact["__factid__"] for fact in activation.facts), reverse=True)
    bindings = sorted(
        (name, repr(value))
        for name, value in activation.context.items()
        if not isinstance(value, Fact)  # recency already covers its facts
    )
    return (activation.rule.salience, recency, activation.rule.__name__, bindings)
