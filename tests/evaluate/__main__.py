"""``make evaluate``: how good are the answers? Figures, not tests."""

from ccexpert import Expert
from tests.evaluate import kills, questions
from tests.evaluate.field import evaluate

expert = Expert().warm()
evaluate(expert)
questions.evaluate(expert)
kills.report()
