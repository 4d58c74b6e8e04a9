"""Turns alerts of monitoring systems into facts: ``payload`` is the posted message, ``mapping``
says what it means, and ``alertmanager`` combines the two."""
