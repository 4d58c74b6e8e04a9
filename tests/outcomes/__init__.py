"""What the program says of each card in each of its cases, kept as text for people to read.

``cases`` are the examples of a card and the facts in which each of its pieces decides; ``outcome``
is what the report says of the card; ``kept`` holds the texts, one file for each folder of
``rules/``. They are no proof that an answer is right: examples, stories and the simulated world
say that. They show every answer that a change changes.
"""
