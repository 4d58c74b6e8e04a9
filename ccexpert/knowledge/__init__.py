"""What is known: the vocabulary of observations and the cards of diagnoses, read and checked."""
