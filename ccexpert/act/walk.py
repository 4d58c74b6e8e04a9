"""Walks along a plan, one step at a time.

Each step is shown, checked, confirmed and run. Then the server is observed again, and the next step
comes from the plan for the new findings. Nothing runs that ``gate`` refuses, nothing changes the
server without a yes, and no step is offered twice. Once a step is taken, the steps that must follow
it are offered even if nothing is found any more; if it is skipped, they are skipped too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from ccexpert.act import gate
from ccexpert.act.interface import Decision, Ending, Event, Hands, Key, Policy, Reason, Unfinished
from ccexpert.act.told import oldest, relied_on, settled, together, without
from ccexpert.diagnosis import Action, Diagnosis, PlainReport
from ccexpert.errors import FactsError
from ccexpert.expert import Expert
from ccexpert.facts import Fact, FactsDocument
from ccexpert.facts.document import Document, document_of
from ccexpert.observe.interface import CannotObserveError
from ccexpert.observe.redaction.redactor import Redactor
from ccexpert.words import Language

#: Seconds between observations while waiting for a change to show.
PAUSE = 3.0


class Walk:
    """One walk; ``go`` runs it.

    ``told`` holds facts documents from people and files, ``seen`` the facts of this host if they
    were already observed, and ``resumed`` an interrupted walk that replaces ``told``. Raises
    ``FactsError`` if the facts are about another host or too old.
    """

    def __init__(
        self,
        expert: Expert,
        hands: Hands,
        policy: Policy,
        told: Sequence[Document],
        seen: FactsDocument | None = None,
        *,
        language: Language = "en",
        resumed: Unfinished | None = None,
    ) -> None:
        self._expert, self._hands, self._policy = expert, hands, policy
        self._language: Language = language
        self._seen = seen
        self._resumed = resumed
        self._done = set(resumed.done if resumed else ())
        self._left: set[Key] = set()
        self._due: list[Action] = []
        self._redactor = Redactor()
        self._started = set(resumed.touched if resumed else ())
        self._told = resumed.told if resumed else settled(told, expert.base.vocabulary)
        self._check_told()
        self._suspects: set[str] = set()
        self._report = self._think()

    @property
    def report(self) -> PlainReport:
        """The report on what is known now."""
        return self._report

    def go(self) -> Ending:
        """Run the walk; returns how it ended."""
        self._hands.tell(Event("begun", findings=self._findings(), told=self._told))
        if self._resumed:
            self._confirm_told_facts()
        gone = False
        while step := self._next():
            self._done.add(step.key)
            self._hands.tell(Event("step", step))
            followers = self._followers(step)
            if self._take(step):
                self._due += followers
                gone = self._is_gone()
            if gone and all(due.key in self._done for due in self._due):
                return self._end("gone")
        if not self._policy.execute:
            return self._end("dry-run")
        doubtful = self._suspects or self._report.diagnoses or self._is_blind()
        return self._end("exhausted" if doubtful else "nothing")

    def _is_gone(self) -> bool:
        """Whether something was found and neither it nor its consequences are even likely now.

        Without any view of the processes this cannot be said.
        """
        likely = {d.id for d in self._report.diagnoses}
        return (
            not self._is_blind()
            and bool(self._suspects)
            and not self._findings()
            and not likely & self._suspects
        )

    def _is_blind(self) -> bool:
        return self._seen is not None and self._seen.blind

    def _end(self, ending: Ending) -> Ending:
        self._hands.tell(Event("ended", findings=self._findings(), ending=ending))
        return ending

    # --- what is known ---

    def _check_told(self) -> None:
        """Refuse to act on facts about other hosts or on outdated facts."""
        hosts = {self._told.host, *(fact.host for fact in self._told.facts)} - {None}
        if self._policy.execute and hosts - {self._policy.host}:
            raise FactsError(
                f"the facts are about host '{min(map(str, hosts - {self._policy.host}))}', but "
                f"commands would run on '{self._policy.host}'",
                advice="run 'ccexpert act' on that host",
            )
        if not self._told.facts:
            return
        time = oldest(self._told)
        if time is None:
            if self._policy.execute and self._seen is None:
                raise FactsError(
                    "the facts do not say when they were observed",
                    advice="add observed_at, or observe this host with --observe",
                )
        elif not self._resumed and self._is_far(time):
            passed = "ago" if time < self._hands.now() else "from now"
            raise FactsError(
                f"the facts were observed at {time.isoformat(timespec='seconds')}, more than "
                f"{self._policy.max_age.total_seconds() / 60:g} minutes {passed}",
                advice="observe again, or allow more with --max-age",
            )

    def _is_far(self, time: datetime) -> bool:
        """Whether a moment is too long ago, or as far ahead because a clock was changed."""
        return abs(self._hands.now() - time) > self._policy.max_age

    def _think(self) -> PlainReport:
        vocabulary = self._expert.base.vocabulary
        documents = [document_of(self._told)]
        if self._seen is not None:
            documents = together(self._told, self._seen, vocabulary)
        report = self._expert.diagnose_documents(documents, language=self._language)
        found = [d for d in report.diagnoses if d.is_finding]
        self._suspects |= {name for d in found for name in (d.id, *d.explains)}
        return report

    def _look(self) -> None:
        self._seen = self._hands.observe()
        self._report = self._think()

    def _findings(self) -> tuple[Diagnosis, ...]:
        return tuple(d for d in self._report.diagnoses if d.is_finding)

    def _next(self) -> Action | None:
        steps = (*self._due, *self._report.plan)
        return next((step for step in steps if step.key not in self._done), None)

    def _followers(self, step: Action) -> list[Action]:
        """The steps of the plan that follow one."""
        plan = self._report.plan
        return [one for one in plan if step.key in (plan[n - 1].key for n in one.after)]

    # --- one step ---

    def _take(self, step: Action) -> bool:
        """Do a step as far as it is allowed; returns whether the server was observed again."""
        if not self._policy.execute:
            return self._leave(step, self._refusal(step) or "dry-run")
        if self._follows_what_was_left(step):
            return self._leave(step, "not-after")
        if step.command is None:
            return self._by_hand(step)
        if why := self._refusal(step):
            return self._leave(step, why)
        if gate.is_harmless(step, self._policy):
            if not self._policy.checks and not self._hands.ask(Decision("run", step)):
                return self._leave(step, "looks")
        elif why := self._may_change(step):
            return self._leave(step, why)
        return self._run(step)

    def _leave(self, step: Action, why: Reason) -> bool:
        self._left.add(step.key)
        self._hands.tell(Event("left", step, why))
        return False

    def _follows_what_was_left(self, step: Action) -> bool:
        if step in self._due:
            return False
        before = [self._report.plan[n - 1] for n in step.after]
        changes = [one.key for one in before if one.changes_server]
        return bool(changes) and self._left.issuperset(changes)

    def _refusal(self, step: Action) -> Reason | None:
        return gate.refusal(step, self._report, self._policy) if step.command else None

    def _by_hand(self, step: Action) -> bool:
        if not step.changes_server:
            return self._leave(step, "by-hand")
        if not self._hands.ask(Decision("done", step)):
            return self._leave(step, "not-done")
        self._follow_up(step)
        return True

    def _may_change(self, step: Action) -> Reason | None:
        """Why a change may not be made: the person said no, or a new observation no longer calls
        for it."""
        again = gate.started(step) in self._started
        if not self._hands.ask(Decision("run-again" if again else "run", step)):
            return "declined"
        time = self._seen.observed_at if self._seen else oldest(self._told)
        if time is None or self._is_far(time):
            self._look()
            if step.key not in [one.key for one in self._report.plan] or self._refusal(step):
                return "outdated"
        return None

    def _run(self, step: Action) -> bool:
        self._hands.tell(Event("running", step))
        if module := gate.started(step):
            self._started.add(module)
        try:
            ran = self._hands.run(step.command or ())
        except CannotObserveError as error:
            told = Event("ran", step, "cannot-run", output=str(error))
        else:
            told = Event("ran", step, code=ran.code, output=ran.output.decode("utf-8", "replace"))
        self._hands.tell(replace(told, output=self._redactor.text(told.output)))
        self._follow_up(step)
        return True

    def _follow_up(self, step: Action) -> None:
        """Observe again and report the findings; after a change, wait until it has settled."""
        before = {d.id for d in self._report.diagnoses}
        self._look()
        waited = 0.0
        while (
            step.changes_server and waited < self._policy.patience and self._unsettled(step, before)
        ):
            self._hands.sleep(PAUSE)
            waited += PAUSE
            self._look()
        verified = self._verified(step)
        self._hands.tell(Event("seen", step, verified=verified, findings=self._findings()))
        if step.changes_server:
            self._confirm_told_facts()

    def _unsettled(self, step: Action, before: set[str]) -> bool:
        """Whether a change has not shown yet, or a start left something that may still come up."""
        new = {d.id for d in self._findings()} - before
        return self._verified(step) is False or bool(new and gate.started(step))

    def _verified(self, step: Action) -> bool | None:
        """Whether the fact that shows success was observed; None if nothing about it was."""
        if step.verify is None or self._seen is None:
            return None
        kind = step.verify["kind"]
        facts = settled([document_of(self._seen)], self._expert.base.vocabulary).facts
        of_kind = [fact for fact in facts if fact.kind == kind]
        about = [
            fact
            for fact in of_kind
            if all(getattr(fact, f, None) == v for f, v in step.verify.items() if f != fact.SEEN)
        ]
        return any(fact.seen == step.verify.get(fact.SEEN) for fact in about) if about else None

    def _confirm_told_facts(self) -> None:
        """Ask after a change whether reported facts still hold; drop those that do not."""
        asked: list[Fact] = []
        while fact := next(
            (f for f in relied_on(self._told, self._report, self._suspects) if f not in asked), None
        ):
            asked.append(fact)
            if not self._hands.ask(Decision("still", fact=fact.label)):
                self._told = without(self._told, fact)
                self._report = self._think()
                self._hands.tell(Event("no-longer", fact=fact.label, findings=self._findings()))
