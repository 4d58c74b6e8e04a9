"""Renders cards as pages and as a handbook."""
