"""A walk along the plan for an assistant: a thread walks, and waits while the person is asked.

The walk is that of ``ccexpert act``, with the same gate and the same record. Each call of the tool
brings the answer to one question and goes on to the next.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from queue import SimpleQueue
from threading import Lock, Thread

from ccexpert.act import Audit, Decision, Event, Hands, Policy, Walk
from ccexpert.act.telling import Telling
from ccexpert.expert import Expert
from ccexpert.facts import FactsDocument
from ccexpert.facts.document import Document
from ccexpert.observe.interface import Ran
from ccexpert.words import Language


@dataclass(frozen=True)
class Means:
    """With what a server acts on its host."""

    run: Callable[[Sequence[str]], Ran]
    observe: Callable[[], FactsDocument]
    policy: Policy
    audit: Audit


@dataclass(frozen=True)
class Heard:
    """What a walk has told since the last answer, and what it waits for."""

    lines: tuple[str, ...]
    question: str = ""
    """What the person is asked; empty if the walk has ended."""
    number: int = 0
    """The number of the question on its walk."""
    ended: str = ""


class Acting:
    """At most one walk at a time."""

    def __init__(self, expert: Expert, means: Means) -> None:
        self._expert, self._means = expert, means
        self._walk: _Walking | None = None
        self._lock = Lock()

    def heard(self, told: Sequence[Document], language: Language) -> Heard:
        """What the present walk waits for; without one, a walk begins with the facts ``told``."""
        with self._lock:
            if self._walk is None:
                self._walk = _Walking(self._expert, self._means, told, language)
            return self._now(self._walk)

    def answer(self, number: int, answer: bool | None) -> Heard:
        """Go on after the answer to a question; None ends the walk.

        The answer to an earlier question than the present one counts for nothing.
        """
        with self._lock:
            if self._walk is None:
                return Heard(())
            if number == self._walk.heard().number:
                self._walk.answer(answer)
            return self._now(self._walk)

    def close(self) -> None:
        """End the walk once a running command has ended."""
        with self._lock:
            if self._walk is not None:
                self._walk.answer(None)
                self._walk.heard()

    def _now(self, walk: _Walking) -> Heard:
        self._walk = None  # if it has ended or cannot go on
        now = walk.heard()
        if now.question:
            self._walk = walk
        return now


class _Left(Exception):  # noqa: N818  the person's wish is no error
    """The person ends the walk."""


class _Walking:
    """One walk in its thread."""

    def __init__(
        self, expert: Expert, means: Means, told: Sequence[Document], language: Language
    ) -> None:
        self._expert, self._means, self._told, self._language = expert, means, told, language
        self._telling = Telling(means.policy, language)
        self._answers: SimpleQueue[bool | None] = SimpleQueue()
        self._next: Future[Heard] = Future()
        self._lines: list[str] = []
        self._number = 0
        Thread(target=self._go, name="walk", daemon=True).start()

    def heard(self) -> Heard:
        """Wait for the next question or the end; raises what made the walk fail."""
        return self._next.result()

    def answer(self, answer: bool | None) -> None:
        """Let the walk go on."""
        self._next = Future()
        self._answers.put(answer)

    def _go(self) -> None:
        try:
            ended = self._walk()
        except _Left:
            ended = "interrupted"
        except BaseException as error:
            self._next.set_exception(error)
            return
        self._next.set_result(replace(self._said(), ended=ended))

    def _walk(self) -> str:
        means = self._means
        with means.audit.held():
            hands = Hands(means.run, means.observe, self._ask, self._tell, sleep=time.sleep)
            return Walk(
                self._expert,
                hands,
                means.policy,
                self._told,
                means.observe(),
                language=self._language,
            ).go()

    def _tell(self, event: Event) -> None:
        self._means.audit.write(event)
        self._lines += self._telling.lines(event)

    def _ask(self, decision: Decision) -> bool:
        self._number += 1
        question = self._telling.question(decision)
        self._next.set_result(replace(self._said(), question=question, number=self._number))
        answer = self._answers.get()
        if answer is None:
            raise _Left
        return answer

    def _said(self) -> Heard:
        lines, self._lines = tuple(self._lines), []
        return Heard(lines)
