"""The walk along a plan, one step at a time.

A step is shown, judged, asked for and run; then the server is observed again, and the next step is
taken from the plan of what is found now. Nothing is run that ``gate`` refuses, nothing changes the
server without a yes, and no step is offered twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ccexpert.act import gate
from ccexpert.act.interface import Ending, Event, Hands, Policy, Question, Reason, Unfinished, key
from ccexpert.act.told import Document, oldest, relied_on, settled, together, without
from ccexpert.diagnosis import Action, Diagnosis, Report
from ccexpert.errors import FactsError
from ccexpert.expert import Expert
from ccexpert.facts import Fact, FactsDocument
from ccexpert.knowledge.intake import document_of
from ccexpert.knowledge.vocabulary import Language
from ccexpert.observe.interface import CannotObserveError

#: Seconds between two looks while a change has not shown yet.
PAUSE = 3.0


class Walk:
    """One walk; ``go`` takes it.

    ``told``: facts documents of people and files. ``seen``: the facts of this host, when they have
    been observed already. ``resumed``: the walk to go on with, instead of ``told``. Raises
    ``FactsError`` when the facts are of another host or too old.
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
        self._started = set(resumed.touched if resumed else ())
        self._told = resumed.told if resumed else settled(told, expert.base.vocabulary)
        self._check_told()
        self._suspects: set[str] = set()
        self._report = self._think()

    def go(self) -> Ending:
        """Take the walk; how it ended."""
        self._hands.tell(Event("begun", findings=self._findings(), told=self._told))
        if self._resumed:
            self._ask_whether_it_is_still_so()
        while step := self._next():
            self._done.add(key(step))
            self._hands.tell(Event("step", step))
            if self._take(step) and self._is_gone():
                return self._end("gone")
        if not self._policy.execute:
            return self._end("dry-run")
        doubtful = self._suspects or self._report.diagnoses or self._is_blind()
        return self._end("exhausted" if doubtful else "nothing")

    def _is_gone(self) -> bool:
        """Whether something was found on this walk, and neither that nor what it explained is even
        likely any more; who sees no process cannot tell."""
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
        """Facts of other hosts and of long ago are no ground to act here and now."""
        hosts = {self._told.host, *(fact.host for fact in self._told.facts)} - {None}
        if self._policy.execute and hosts - {self._policy.host}:
            raise FactsError(
                f"the facts are about host '{min(map(str, hosts - {self._policy.host}))}', and "
                f"commands would be run on '{self._policy.host}'",
                advice="act on the host itself",
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
        elif not self._resumed and abs(self._hands.now() - time) > self._policy.max_age:
            passed = "ago" if self._is_old(time) else "from now"
            raise FactsError(
                f"the facts were observed at {time.isoformat(timespec='seconds')}, more than "
                f"{self._policy.max_age.total_seconds() / 60:g} minutes {passed}",
                advice="observe again, or allow more with --max-age",
            )

    def _is_old(self, time: datetime) -> bool:
        return self._hands.now() - time > self._policy.max_age

    def _think(self) -> Report:
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
        return next((step for step in self._report.plan if key(step) not in self._done), None)

    # --- one step ---

    def _take(self, step: Action) -> bool:
        """Do what a step says, as far as it may be done; whether the server was looked at
        again."""
        if not self._policy.execute:
            return self._leave(step, self._refusal(step) or "dry-run")
        if step.command is None:
            return self._by_hand(step)
        if why := self._refusal(step):
            return self._leave(step, why)
        if gate.is_harmless(step, self._policy):
            if not self._policy.checks and not self._hands.ask(Question("run", step)):
                return self._leave(step, "looks")
        elif why := self._may_change(step):
            return self._leave(step, why)
        return self._run(step)

    def _leave(self, step: Action, why: Reason) -> bool:
        self._hands.tell(Event("left", step, why))
        return False

    def _refusal(self, step: Action) -> Reason | None:
        return gate.refusal(step, self._report, self._policy) if step.command else None

    def _by_hand(self, step: Action) -> bool:
        if not step.changes_server:
            return self._leave(step, "by-hand")
        if not self._hands.ask(Question("done", step)):
            return self._leave(step, "not-done")
        self._follow_up(step)
        return True

    def _may_change(self, step: Action) -> Reason | None:
        """Why a change may not be made now: the person says no, or what was known is old and a new
        look no longer asks for it."""
        again = gate.started(step) in self._started
        if not self._hands.ask(Question("run-again" if again else "run", step)):
            return "declined"
        time = self._seen.observed_at if self._seen else oldest(self._told)
        if time is None or self._is_old(time):
            self._look()
            if key(step) not in map(key, self._report.plan) or self._refusal(step):
                return "outdated"
        return None

    def _run(self, step: Action) -> bool:
        self._hands.tell(Event("running", step))
        if module := gate.started(step):
            self._started.add(module)
        try:
            ran = self._hands.run(step.command or ())
        except CannotObserveError as error:
            self._hands.tell(Event("ran", step, "cannot-run", output=str(error)))
        else:
            text = ran.output.decode("utf-8", "replace")
            self._hands.tell(Event("ran", step, code=ran.code, output=text))
        self._follow_up(step)
        return True

    def _follow_up(self, step: Action) -> None:
        """Observe again and say what is found now; after a change as soon as that has settled."""
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
            self._ask_whether_it_is_still_so()

    def _unsettled(self, step: Action, before: set[str]) -> bool:
        """Whether a change has not shown yet, or a start has left something that may be on its way
        up."""
        new = {d.id for d in self._findings()} - before
        return self._verified(step) is False or bool(new and gate.started(step))

    def _verified(self, step: Action) -> bool | None:
        """Whether the fact that shows success was seen; None when nothing was seen of it."""
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

    def _ask_whether_it_is_still_so(self) -> None:
        """After a change, what people told before it counts only if it is still so."""
        asked: list[Fact] = []
        while fact := next(
            (f for f in relied_on(self._told, self._report, self._suspects) if f not in asked), None
        ):
            asked.append(fact)
            if not self._hands.ask(Question("still", fact=fact.label)):
                self._told = without(self._told, fact)
                self._report = self._think()
                self._hands.tell(Event("no-longer", fact=fact.label, findings=self._findings()))
