"""Inferences: rules that conclude facts from other facts."""

from typing import Self

from pydantic import Field, model_validator

from ccexpert.errors import KnowledgeError
from ccexpert.facts.entries import NonEmpty, Text
from ccexpert.knowledge.fields import CARD_ID, Certainty, Condition, Wanted, Written
from ccexpert.knowledge.patterns import used_variables
from ccexpert.knowledge.texts import ALWAYS


class Inference(Written):
    """A rule that concludes facts from other facts."""

    id: str = Field(pattern=CARD_ID)
    when: Condition
    conclude: tuple[Wanted, ...] = Field(min_length=1)
    certainty: Certainty
    because: Text
    references: tuple[NonEmpty, ...] = ()

    @model_validator(mode="after")
    def _can_be_concluded(self) -> Self:
        if any(True for _ in self.when.negatives):
            raise KnowledgeError("'not' is not allowed in the 'when' of an inference")
        if self.certainty < 0:
            raise KnowledgeError(
                "an inference only concludes what is true; its certainty must be positive"
            )
        bound = used_variables(self.when.alternatives) | ALWAYS
        for pattern in self.conclude:
            free = pattern.variables - bound
            if free:
                raise KnowledgeError(
                    f"the conclusion uses ${min(free)}, which 'when' does not bind"
                )
        return self
