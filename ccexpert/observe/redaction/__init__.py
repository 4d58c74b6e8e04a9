"""Takes private data out of everything that leaves: ``redactor`` removes it, the others find it."""
