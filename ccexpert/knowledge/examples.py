"""Examples of a card: facts, and the result that they must lead to."""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from ccexpert.errors import KnowledgeError
from ccexpert.facts import Platform
from ccexpert.facts.entries import NonEmpty
from ccexpert.knowledge.fields import Written


class Expectation(Written):
    """The expected result of an example: the rank of its card and the steps of its plan."""

    outcome: Literal["silent", "ruled-out"] | None = None
    rank: int | None = Field(None, ge=1)
    below: NonEmpty | None = None
    """The diagnosis that ranks first instead."""
    explained_by: NonEmpty | None = Field(None, alias="explained-by")
    certainty: Literal["conclusive", "strong", "suggestive", "weak"] | None = None
    """The word nearest to the certainty of the card, if it is among the diagnoses."""
    plan: tuple[NonEmpty, ...] = ()
    """Steps that the plan must have, in this order: ``restart``, ``restart web``, or a risk:
    ``loses-data``. A step named twice occurs twice."""
    never: tuple[NonEmpty, ...] = ()
    """Steps that the plan must not have."""

    @model_validator(mode="after")
    def _says_where_the_card_stands(self) -> Self:
        said = [x for x in (self.outcome, self.rank, self.below, self.explained_by) if x]
        if len(said) != 1:
            raise KnowledgeError(
                "'expect' needs one of outcome (silent, ruled-out), rank, below and explained-by"
            )
        return self


def _as_expectation(raw: Any) -> Any:
    return {"outcome": raw} if isinstance(raw, str) else raw


class Example(Written):
    """Facts and the result they must lead to."""

    name: NonEmpty
    facts: tuple[dict[str, Any], ...]
    expect: Annotated[Expectation, BeforeValidator(_as_expectation)]
    platform: Platform = "linux"
