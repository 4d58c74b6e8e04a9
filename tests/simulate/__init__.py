"""A simulated world of Campaign installations that break on purpose.

``site`` draws installations, ``faults`` says how they break, ``world`` works out what follows,
``shown`` and ``told`` say what people and programs show of it, ``acts`` carries steps out, and
``invariants`` holds the product to the truth. ``play`` is one run, ``python -m
tests.simulate`` many.

The world is written from the documentation of Campaign, not from the cards: a second opinion.
"""
