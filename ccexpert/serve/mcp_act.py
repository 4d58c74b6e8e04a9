"""The tool that acts on a plan: each call puts one question to the person and goes on after it.

Nothing runs without the person's yes in a form that the server itself has sent.
"""

# The SDK reads annotations when a tool is added, so they are not postponed here.

import asyncio
from collections.abc import Callable
from typing import Annotated, Any

from mcp.server.mcpserver import (
    AcceptedElicitation,
    CancelledElicitation,
    Context,
    Elicit,
    ElicitationResult,
    Resolve,
)
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import BaseModel, Field

from ccexpert.errors import CcexpertError
from ccexpert.serve.acting import Acting, Heard
from ccexpert.serve.service import Service
from ccexpert.words import Language

CHANGES = ToolAnnotations(
    read_only_hint=False, destructive_hint=True, idempotent_hint=False, open_world_hint=False
)


class Yes(BaseModel):
    """The person's word on one step; what only resembles *true* is none."""

    yes: bool = Field(False, title="Yes / Ja", strict=True)


def acting_tool(acting: Acting, service: Service) -> Callable[..., Any]:
    """The tool; walks of one server are taken one after another."""

    async def present(ctx: Context, given: str = "", language: Language = "en") -> Heard:
        able = ctx.client_capabilities
        if able is None or able.elicitation is None:
            raise ToolError("act needs a client that puts questions to its person (elicitation)")

        def begin() -> Heard:
            told = [service.document_in(given.encode())] if given else []
            return acting.heard(told, language)

        return await _in_thread(begin)

    async def confirmed(now: Annotated[Heard, Resolve(present)]) -> Elicit[Yes] | Yes:
        return Elicit("\n".join((*now.lines, now.question)), Yes) if now.question else Yes()

    async def act(
        now: Annotated[Heard, Resolve(present)],
        reply: Annotated[ElicitationResult[Yes], Resolve(confirmed)],
        given: str = "",
        language: Language = "en",
    ) -> dict[str, Any]:
        """Mend this host, one step a call: observes, asks the person, runs it after a yes.
        Call until 'ended'. 'given': facts to begin with. CHANGES THE SERVER."""
        if now.question:
            answer = _answer(reply)
            now = await _in_thread(lambda: acting.answer(now.number, answer))
        return {"told": now.lines, "next_question": now.question, "ended": now.ended}

    return act


def _answer(reply: Any) -> bool | None:
    """Yes or no; None if the person wants to end the walk."""
    if isinstance(reply, CancelledElicitation):
        return None
    return isinstance(reply, AcceptedElicitation) and bool(getattr(reply.data, "yes", False))


async def _in_thread(work: Callable[[], Heard]) -> Heard:
    """What a walk tells; it may take as long as its commands do."""
    try:
        return await asyncio.to_thread(work)
    except CcexpertError as error:
        raise ToolError(str(error)) from None
