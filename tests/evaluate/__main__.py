"""``make evaluate``: how good are the answers? Figures, not tests."""

from ccexpert import Expert
from tests.evaluate import (
    agreement,
    blind,
    faces,
    foreign,
    kills,
    prose,
    questions,
    trials,
    trust,
    without,
)
from tests.evaluate.field import evaluate

expert = Expert().warm()
evaluate(expert)
trust.evaluate(expert)
without.evaluate(expert)
blind.evaluate(expert)
questions.evaluate(expert)
agreement.report(expert)
kills.report()
prose.evaluate(expert)
foreign.evaluate(expert)
trials.evaluate(expert)
faces.evaluate(expert)
