"""Mutants of the cards: each piece of a card is removed or turned round, and something must fail.

``mutate`` makes the mutants of a card, ``trial`` holds them against the examples of the cards and
the stories of the tests. ``python -m tests.mutants`` runs them and lists the survivors.
"""
