"""An exact agenda. Goes in through experta's extension point ``__strategy__``.

experta's own strategy looks at three neighbours when it removes an activation; with four or more
equal keys it can miss, and then fires a rule whose condition no longer holds. Which rule depends on
addresses. Here activations are removed by identity, and the order is total: salience, then the
recency of the facts (as experta's depth strategy), then the name of the rule, then its bindings.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import Any

from ccexpert.engine.shim import Activation, Agenda, Fact, Strategy


class ExactStrategy(Strategy):  # type: ignore[misc]
    """Keeps exactly the activations whose conditions hold, in an order that never varies."""

    def _update_agenda(
        self, agenda: Agenda, added: list[Activation], removed: list[Activation]
    ) -> None:
        activations = agenda.activations
        for activation in removed:
            _remove(activations, activation)
        for activation in added:
            activation.key = _key(activation)
        if len(added) > 8:
            activations.extend(added)
            activations.sort(key=lambda a: a.key)
        else:
            for activation in added:
                insort(activations, activation)


def _remove(activations: list[Activation], gone: Activation) -> None:
    gone.key = _key(gone)
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
        if not isinstance(value, Fact)  # which facts it is about, recency says
    )
    return (activation.rule.salience, recency, activation.rule.__name__, bindings)
