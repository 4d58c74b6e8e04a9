"""Whom trouble affects, since when, and how often: read from the words around a complaint.

Only plain ways to say it count, in English and Swedish. A sentence that names another program's
upgrade (*since the upgrade of Java*) says nothing of Campaign's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from ccexpert.facts import ContextFact
from ccexpert.facts.circumstances import CIRCUMSTANCES
from ccexpert.intake.reading import PROSE_LIMIT, understood_from

_MAIL = r"(?:gmail|google|hotmail|outlook|microsoft|yahoo|aol|icloud|apple|gmx|telia|orange)"
_FINE = r"(?:is|are|goes?|go|works?|run|get|arrive|can|do(?:es)? not|have no)\b"
#: People who do not have the trouble.
_OTHERS = (
    r"(?:colleagues?|team ?mates?|the others|others in the \w{1,12}|everyone else|everybody else)"
)
_DO = (
    r"(?:sees?\b|can\b|gets? in\b|logs? in\b|ha(?:s|ve) no (?:trouble|problem|error)"
    r"|(?:works?|is|are) (?:fine|ok)\b)"
)
_ANDRA = r"(?:kollegan|kollegorna|mina kollegor|de andra|övriga|alla andra)"
_ONLY = r"\b(?:only|just|solely|bara|endast|enbart)\s(?:\w{1,12}\s){0,2}?"

_WAYS: Mapping[str, Mapping[str, str]] = {
    "affects": {
        "one-user": rf"{_ONLY}(?:one|single|1|en) (?:user|operator|person|användare|operatör)\b"
        r"|\b(?:everybody|everyone) else\b|\bnobody else\b|\balla andra (?:kan|kommer|slipper)\b"
        rf"|\b(?:all )?other (?:users|operators|colleagues) {_FINE}|{_ONLY}(?:jag|me|I)\b"
        rf"|\b{_OTHERS}(?: (?!not\b)\w{{1,12}}){{0,3}}? {_DO}"
        rf"|\b{_ANDRA}(?: (?!inte\b)\w{{1,12}}){{0,2}}? (?:ser|kan|kommer|slipper|har inga)\b",
        "some-users": r"\b(?:some|a few|several|certain) (?:of the )?(?:users|operators|people)\b"
        r"|\b(?:two|three|four|five|[2-9]|both) (?:\w{1,8} ){0,2}?(?:users|operators|colleagues)\b"
        r"|\b(?:två|tre|fyra|fem) (?:\w{1,8} ){0,2}?(?:användare|operatörer|kollegor)\b"
        r"|\bI,? as (?:an? )?admin\w*,? can\b|\bsom admin\w* (?:kan|går)\b"
        r"|\b(?:vissa|några|en del) (?:användare|operatörer)\b",
        "one-pc": rf"{_ONLY}(?:on )?(?:one|this|my|her|his|en|min|hennes|hans|den här)"
        r" (?:(?:new|nya) )?(?:pc|computer|laptop|machine|dator|datorn|maskin)\b"
        rf"|\b(?:from|on) (?:all )?other (?:pcs|computers|laptops|machines) (?:it )?{_FINE}"
        r"|\b(?:på|från) (?:andra|övriga) datorer (?:går|fungerar)",
        "one-network": rf"{_ONLY}(?:from|over|via|through|on|från|på|genom) (?:the |new )*"
        r"(?:vpn|office|home|wifi|network|kontoret|hemifrån|nätet)",
        "one-screen": rf"{_ONLY}(?:this|one|that|den här|en) (?:screen|page|form|tab|sida|vy)",
        "one-activity": rf"{_ONLY}(?:this|one|that|den här|en) (?:activity|aktivitet)",
        "one-workflow": rf"{_ONLY}(?:this|one|that|ett|det här) (?:workflow|arbetsflöde)"
        rf"|\bother workflows {_FINE}|\b(?:övriga|andra) arbetsflöden (?:går|körs|fungerar)",
        "one-delivery": rf"{_ONLY}(?:this|one|that|en|den här) (?:delivery|template|leverans|mall)"
        rf"|\bother deliveries {_FINE}|\bandra (?:utskick|leveranser) (?:går|fungerar)",
        "one-channel": rf"{_ONLY}(?:sms|push|line|mobile app)\b|\b(?:e-?mail|mail|sms|push) is fine"
        r"|\b(?:mejl|e-post|sms|push) fungerar\b",
        "one-domain": rf"{_ONLY}(?:to |till )?(?:{_MAIL}|one (?:receiving )?domain|this domain)\b"
        rf"|\b{_MAIL} (?:is|are|goes|works?) (?:fine|ok|well)|\b{_MAIL} (?:går|fungerar) bra"
        r"|\bother domains (?:are|work|get)|\bandra domäner (?:går|fungerar)",
        "one-server": rf"{_ONLY}(?:on |på )?(?:one|this|en) (?:of (?:the|our) |av )?"
        r"(?:two |three )?(?:server|node|host|servrar)",
        "all-workflows": r"\b(?:all|every|no) workflows?\b|\balla arbetsflöden\b",
        "all": r"\b(?:everybody|everyone|nobody|no one|all (?:the )?(?:users|operators))\b(?! else)"
        r"|\balla (?:användare|operatörer)\b|\bingen (?:kan|kommer)\b",
    },
    "since": {
        "upgrade": r"\b(?:since|after|following) (?:\w{1,12}\s){0,4}?(?:upgrad|updat|migrat)"
        r"|\b(?:sedan|efter) (?:\w{1,12}\s){0,3}?(?:uppgrader|uppdater|migrer)"
        r"|(?<!not )\b(?:we|it|server|instance|is|was|were|has|have|had|been|got) "
        r"(?:just |recently )?(?:upgraded|migrated)\b"
        r"|\b(?:uppgraderade[st]?|uppgraderats?|migrerade[st]?)\b",
        "restart": r"\b(?:since|after|following) (?:\w{1,12}\s){0,3}?(?:restart|reboot)"
        r"|\b(?:sedan|efter) (?:\w{1,12}\s){0,3}?omstart",
        "change": r"\b(?:since|after|following) (?:\w{1,12}\s){0,3}?(?:chang|reconfigur)"
        r"|\b(?:sedan|efter) (?:\w{1,12}\s){0,3}?(?:ändra|ändring|omkonfigurer)",
        "nothing": r"\bnothing (?:was|has been|else)? ?(?:been )?changed\b|\bchanged nothing\b"
        r"|\b(?:never|nobody|no one) (?:has |have |had |ever )?changed\b|\bwithout any changes?\b"
        r"|\binget (?:är|har|var)? ?(?:ändrats?|ändrat|förändrats)\b|\binte ändrat någo",
        "go-live": r"\b(?:since|after|following) (?:\w{1,12}\s){0,2}?(?:go-?live|going live)"
        r"|\b(?:sedan|efter) (?:\w{1,12}\s){0,2}?(?:driftstart|go-?live|driftsättning)",
    },
    "often": {
        "sometimes": r"\b(?:sometimes|intermittent\w*|occasionally|now and then|sporadic\w*"
        r"|from time to time|on and off|randomly|ibland|då och då|sporadiskt|till och från"
        r"|every (?:second|other|third) (?:time|log[io]n|attempt|try|request|click|call)"
        r"|half (?:of )?the (?:time|logins|requests|calls)"
        r"|varannan (?:gång|inloggning|begäran)|vartannat försök)\b",
        "always": r"\b(?:always|every time|each time|alltid|varje gång)\b",
        "first-run": r"\b(?:first (?:time|run|attempt)|första (?:gången|körningen|försöket))\b",
    },
}
_PATTERNS = {
    field: [(word, re.compile(way, re.IGNORECASE)) for word, way in ways.items()]
    for field, ways in _WAYS.items()
}
#: A clause at the beginning that tells since when, up to the day.
_DAY = (
    r"(?:(?:last |this |on |in the )?(?:mon|tues|wednes|thurs|fri|satur|sun)day|yesterday|today"
    r"|(?:last|this|the) (?:night|week|weekend|month|morning)|midnight|i ?går|i ?dag|i natt"
    r"|i morse|i helgen|förra veckan|(?:i |på )?(?:mån|tis|ons|tors|fre|lör|sön)dags?)"
    r"(?: (?:night|evening|morning|afternoon|kväll|morse|natt|eftermiddag))?"
)
_SINCE_THEN = re.compile(
    r"\s*(?:(?:ever )?since|after|following|sedan|efter)\b[^.,;:!?\n]{0,120}?"
    rf"(?:\b{_DAY}\b,?|,)\s+(?=\S+ \S+)",
    re.IGNORECASE,
)
#: A load balancer that stands before the servers, also by the name of a product.
_BALANCED = re.compile(
    r"\b(?:behind|through|via|bakom|genom) (?:an? |our |the |en |vår |den )?"
    r"(?:load[ -]?balancers?|f5|big-?ip|netscaler|haproxy|lastbalanserar\w{1,3}"
    r"|lastdelar\w{1,3})\b",
    re.IGNORECASE,
)
#: What is upgraded or changed beside Campaign; facts of their own speak of it.
_ELSEWHERE = re.compile(
    r"\b(?:os|windows|red ?hat|rhel|debian|java|jdk|oracle|postgres\w*|sql server|tomcat|apache"
    r"|data ?bas\w*|passwords?|lösenord\w*|certificates?|certifikat\w*)\b",
    re.IGNORECASE,
)


def after_since(text: str) -> str:
    """What a sentence says behind a clause that only tells since when, and that ends with a day or
    a comma: *since we moved the servers on Friday no mails go out*; empty if it has none."""
    told = _SINCE_THEN.match(text)
    return text[told.end() :] if told else ""


def scope_in(sentences: Iterable[str]) -> dict[str, str]:
    """The fields of a symptom that these sentences tell; nothing where they tell several things."""
    said: dict[str, set[str]] = {}
    for sentence in sentences:
        for field, word in _said_in(sentence):
            said.setdefault(field, set()).add(word)
    return {field: next(iter(words)) for field, words in said.items() if len(words) == 1}


@lru_cache(maxsize=512)
def _said_in(sentence: str) -> tuple[tuple[str, str], ...]:
    """The fields that one sentence tells; it is asked of a whole text, and of each sentence."""
    told = []
    for field, ways in _PATTERNS.items():
        if field == "since" and _ELSEWHERE.search(sentence):
            continue
        if word := next((word for word, way in ways if way.search(sentence)), None):
            told.append((field, word))
    return tuple(told)


def setup_in(text: str) -> tuple[ContextFact, ...]:
    """What a sentence says in passing of how the servers stand: behind a load balancer."""
    if not _BALANCED.search(text):
        return ()
    fact = ContextFact(
        kind="context",
        name="load-balanced",
        present=True,
        certainty=PROSE_LIMIT,
        source=understood_from(text),
    )
    return (fact,)


def circumstances(scope: Mapping[str, str]) -> Iterator[ContextFact]:
    """What these fields tell of the whole case, where no symptom was understood to carry them."""
    for field, value in scope.items():
        if told := CIRCUMSTANCES.get(value):
            name, present = told
            yield ContextFact(
                kind="context",
                name=name,
                present=present,
                certainty=PROSE_LIMIT,
                source=f"understood from the words around: {field}",
            )
