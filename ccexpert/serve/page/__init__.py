"""The page: one consultation in a browser, rendered here, with or without scripts.

The page holds the whole state in a form and sends it back with each answer.
"""
