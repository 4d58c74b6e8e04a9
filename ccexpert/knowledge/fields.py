"""The fields of cards and inferences: how what people write becomes conditions and certainties."""

from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, PlainSerializer, ValidationInfo, WithJsonSchema

from ccexpert.certainty import WORDS, word_for
from ccexpert.errors import KnowledgeError
from ccexpert.facts.entries import Frozen
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.knowledge.patterns import Pattern, When, read_pattern, read_thing, read_when

CARD_ID = r"^[a-z0-9][a-z0-9-]{2,69}$"


def vocabulary_of(info: ValidationInfo) -> Vocabulary:
    """The vocabulary that names are checked against, from the validation context."""
    return info.context["vocabulary"]  # type: ignore[no-any-return, index]


def _as_when(raw: Any, info: ValidationInfo) -> When:
    return raw if isinstance(raw, When) else read_when(raw, vocabulary_of(info))


def _as_pattern(raw: Any, info: ValidationInfo) -> Pattern:
    return raw if isinstance(raw, Pattern) else read_pattern(raw, vocabulary_of(info))


def _as_thing(raw: Any, info: ValidationInfo) -> Pattern:
    return raw if isinstance(raw, Pattern) else read_thing(raw, vocabulary_of(info))


#: Key in the validation context: the input was checked before, and its certainties are numbers.
COMPILED = "compiled"


class Written(Frozen):
    """What people write in a file of the knowledge."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, defer_build=True
    )


def _from_words(raw: Any, info: ValidationInfo) -> float:
    if isinstance(raw, str) and raw in WORDS:
        return WORDS[raw]
    if isinstance(raw, float) and isinstance(info.context, dict) and COMPILED in info.context:
        return raw
    number = isinstance(raw, (int, float)) and -1 <= raw <= 1 and raw
    told = (
        f"'{word_for(raw)}' instead of {raw}" if number else f"one of the words below, not '{raw}'"
    )
    raise KnowledgeError(
        f"a certainty is given as a word: write {told}", allowed=tuple(WORDS), given=str(raw)
    )


def _shaped(name: str) -> WithJsonSchema:
    """Marks what ``knowledge/schema.py`` describes, because the vocabulary tells its words."""
    return WithJsonSchema({"$comment": name})


Condition = Annotated[When, BeforeValidator(_as_when), PlainSerializer(str), _shaped("when")]
Wanted = Annotated[Pattern, BeforeValidator(_as_pattern), PlainSerializer(str), _shaped("pattern")]
Thing = Annotated[Pattern, BeforeValidator(_as_thing), PlainSerializer(str), _shaped("thing")]


Certainty = Annotated[float, BeforeValidator(_from_words), WithJsonSchema({"enum": list(WORDS)})]
"""A number from -1 to 1; cards write it as a word."""
