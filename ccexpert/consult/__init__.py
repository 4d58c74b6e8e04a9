"""The consultation: ask only what still matters; a session that can be stopped and resumed."""

from ccexpert.consult.consultation import Consultation

__all__ = ["Consultation"]
