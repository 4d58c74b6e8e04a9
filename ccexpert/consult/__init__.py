"""The consultation: ask only what still matters; a session that can be stopped and resumed."""

from ccexpert.consult.consultation import Consultation
from ccexpert.consult.question import Choice, NotAnAnswerError, Question

__all__ = ["Choice", "Consultation", "NotAnAnswerError", "Question"]
