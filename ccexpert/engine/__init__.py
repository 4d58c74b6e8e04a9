"""Compiles knowledge cards to experta rules, runs them on facts, and tells which held and why."""
