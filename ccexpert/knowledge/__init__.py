"""The knowledge: the vocabulary of observations and the diagnosis cards, read and checked."""
