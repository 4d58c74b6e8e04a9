"""``make evaluate``: how good are the answers? Figures, not tests."""

from ccexpert import Expert
from tests.evaluate.field import evaluate

evaluate(Expert())
