"""Fuzzers of all that reads what others have written; ``make fuzz`` runs them for minutes."""
