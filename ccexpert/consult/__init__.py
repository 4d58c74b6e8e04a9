"""The consultation: ask only what still matters; a session that can be stopped and resumed."""

from ccexpert.consult.consultation import Choice, Consultation, NotAnAnswerError, Question

__all__ = ["Choice", "Consultation", "NotAnAnswerError", "Question"]
