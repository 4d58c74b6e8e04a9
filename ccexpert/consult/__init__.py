"""The consultation: asks only questions that can still change the answer; resumable sessions."""

from ccexpert.consult.consultation import Consultation
from ccexpert.consult.question import Choice, NotAnAnswerError, Question

__all__ = ["Choice", "Consultation", "NotAnAnswerError", "Question"]
