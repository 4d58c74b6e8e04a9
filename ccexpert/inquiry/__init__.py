"""Decides what to look at next."""
