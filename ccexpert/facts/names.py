"""Names and words in facts: their allowed form, and the stand-in for a missing one.

Names that end up in commands (instances, hosts, workflows) must match a narrow pattern, so that
they are harmless in any shell.
"""

from typing import Annotated, Literal

from pydantic import StringConstraints

#: The instance that addresses the single process of a multi-instance module.
DEFAULT_INSTANCE = "default"

#: Means that a fact, a binding or a diagnosis names no instance or host.
UNSAID = ""

INSTANCE_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"
HOST_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,252}$"
NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$"

InstanceName = Annotated[str, StringConstraints(pattern=INSTANCE_PATTERN)]
HostName = Annotated[str, StringConstraints(pattern=HOST_PATTERN)]
ObjectName = Annotated[str, StringConstraints(pattern=NAME_PATTERN)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=120)]
FreeText = Annotated[str, StringConstraints(min_length=1, max_length=8000)]
Platform = Literal["linux", "windows"]


def word(value: object) -> str:
    """A field's value as cards and documents write it: ``true``, ``missing``, ``6666``."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def addressed(name: str, instance: str | None) -> str:
    """A thing and its instance, as nlserver names processes: ``mta@prod``, or ``mta`` alone."""
    return f"{name}@{instance}" if instance else name
