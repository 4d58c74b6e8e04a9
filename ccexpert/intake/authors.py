"""Tells messages of other products from those of Campaign and of what it stands on.

People paste logs of whatever runs on a host. What a proxy, a container or somebody's own program
reports rarely has to do with Campaign, although the words are the same: its messages stay facts,
but weak ones. A product is known by how it writes: its tag in syslog, the stamp and level of its
lines, the names of its classes. A message that names anything of Campaign's counts in full.
"""

from __future__ import annotations

import re

from ccexpert.intake.likely import Likely

#: How sure it is that a message of another product concerns Campaign.
ELSEWHERE = 0.4

#: What is looked at of a line; its author shows at the beginning.
_LOOKED_AT = 600

_CAMPAIGN = Likely(
    r"\bnlserver|\bneolane|\bcampaign\b|\biRc ?="
    r"|\b(?:nms|xtk|ncm|nl|sfa|crm|mid|temp):[A-Z]|\bsoaprouter\b|\b(?:mta|wfserver|web|inMail)@\w",
    (
        *("nlserver", "neolane", "campaign", "irc", "soaprouter", "mta@", "wfserver@", "web@"),
        *("inmail@", "nms:", "xtk:", "ncm:", "nl:", "sfa:", "crm:", "mid:", "temp:"),
    ),
)
#: A code, in capitals or not; a pattern that begins with a character is looked for fastest.
_CODE = re.compile(r"-\d{6}(?![\w-])(?<=(?<![\w-])[A-Za-z]{3}-\d{6})")

#: The program that a line of syslog names.
_TAG = re.compile(
    r"(?:<\d{1,3}>)?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S{8,30}) "
    r"[\w.:-]{1,80} (?P<tag>%?[\w.-]{1,60})(?:[\[/:(]|-\d)"
)
#: Programs that Campaign stands on: their trouble is its own.
_STOOD_ON = re.compile(
    r"nl|postgres|postmaster|postfix|sendmail|exim|opendkim|httpd|apache|tomcat|kernel|systemd$"
    r"|oracle|sqlservr|snmp",
    re.IGNORECASE,
)

#: A class of a program with its packages, also in short (``o.s.boot.Application``).
_CLASS = re.compile(
    r"(?<![\w./@:-])(?P<first>[a-z]\w{0,30})(?:\.[a-z_]\w{0,40}){1,12}\.[A-Z]\w{2,80}\b"
)
_OWN_PACKAGES = frozenset({"java", "javax", "jakarta", "sun", "oracle", "jdk"})
_OWN_CLASS = re.compile(
    r"(?:com\.(?:neolane|adobe\.campaign|microsoft\.sqlserver|sun)|org\.(?:postgresql|mozilla"
    r"|apache\.(?:catalina|coyote|jasper|tomcat|commons|xerces|http)))\."
)

_ISO = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S{0,16}"
_LEVEL = r"(?:ERROR|WARN|WARNING|INFO|DEBUG|FATAL|SEVERE|TRACE|CRITICAL)"
#: How lines of other products begin, in a way that neither Campaign nor its neighbours write.
_MANNERS = re.compile(
    "|".join(
        (
            r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d (?:\[\w{1,12}\]|\S{1,80}:\d{1,6}:|[A-Z]{4,8}\b)",
            r"[IWEF]\d{4} \d\d:\d\d:\d\d\.\d{1,9} ",
            r"(?:time|ts)=\"?\d{4}-\d\d|.{0,120}?\blevel=\"?[a-z]{4,8}\"? ",
            r"\{\"(?:level|time|ts|timestamp|@timestamp|severity|log)\":",
            rf"\[{_ISO}(?: \S{{1,12}})?\][ .\[]",
            r"\[\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d [\w/]{1,30}\] ",
            r"\d{1,10}:[A-Z] \d\d [A-Z][a-z]{2} \d{4} ",
            rf"{_ISO} \d{{1,10}} \[\w{{1,12}}\] \[",
            rf"{_ISO}\s{{1,4}}\[?{_LEVEL}\]?(?::|\s{{1,4}}(?:\d{{1,8}} ---|\[|[A-Za-z]\w{{0,60}}"
            r"[. ]))",
            r"\s{0,8}(?:Salesforce|Dynamics(?: 365| CRM)?|SAP|Jenkins|GitLab|Jira): ",
            r"(?:npm|yarn|pip) (?:ERR!|error)|.{0,60}?\bfrom daemon: |PHP [A-Z]",
            r"(?:fatal|remote): \S|panic: |goroutine \d|thread '[^'\n]{1,60}' panicked",
            r"Traceback \(most recent|\s{1,8}File \"[^\"\n]{1,300}\", line \d|\w{3,40}Error: ",
            r"(?:Normal|Warning|Error|Critical|Information)\s{2,}\S.{0,80}?\s{2,}\S",
        )
    )
)
#: The beginning of a message that goes on from the line above.
_GOES_ON = re.compile(r"\s+\S|Caused by: |\.\.\. \d|During handling of the above")


class Authors:
    """Whose lines a text consists of; lines are given in their order."""

    def __init__(self) -> None:
        self._last_is_other = False
        self._others = self._own = 0

    @property
    def is_elsewhere(self) -> bool:
        """Whether the whole text is another product's: some line is, and none is Campaign's."""
        return self._others > 0 and not self._own

    def is_of_another(self, line: str) -> bool:
        """Whether another product wrote a line."""
        line = line[:_LOOKED_AT]
        if _CODE.search(line) or _CAMPAIGN.is_in(line):
            self._own += 1
            self._last_is_other = False
        elif not (self._last_is_other and _GOES_ON.match(line)):
            self._last_is_other = _is_others(line)
        self._others += self._last_is_other
        return self._last_is_other


def _is_others(line: str) -> bool:
    if tagged := _TAG.match(line):
        return not _STOOD_ON.match(tagged["tag"])
    if _MANNERS.match(line):
        return True
    return any(
        named["first"] not in _OWN_PACKAGES and not _OWN_CLASS.match(named[0])
        for named in _CLASS.finditer(line)
    )
