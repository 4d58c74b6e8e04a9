"""The rules in the lists of firewalls, in their order, the default of a chain last.

Formats: firewall-cmd(1), iptables(8), nft(8), ufw(8), and netsh of Windows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_NAMES = {"http": 80, "https": 443, "smtp": 25, "domain": 53, "WWW Full": 443, "ssh": 22}


class Rule(NamedTuple):
    """One rule. Without ports it is for all."""

    way: str
    lets: bool | None
    """None: another chain decides."""
    ports: tuple[tuple[int, int], ...] = ()
    protocol: str = ""
    is_bound: bool = False
    """Whether it has further conditions."""

    def covers(self, port: int, protocol: str) -> bool:
        """Whether it may be for a port."""
        named = not self.ports or any(low <= port <= high for low, high in self.ports)
        return named and self.protocol in ("", protocol)


def _ports(said: str) -> tuple[tuple[int, int], ...]:
    """The ports in *80,443*, *8000:8100*, *http*."""
    found = []
    for one in re.split(r"[\s,{}]+", said.strip()):
        low, _, high = one.replace(":", "-").partition("-")
        if low in _NAMES or low.isdecimal():
            first = _NAMES.get(low) or int(low)
            found.append((first, int(high) if high.isdecimal() else first))
    return tuple(found) or ((0, 0),)


def _zone(text: str) -> Iterator[Rule]:
    """``firewall-cmd --list-all``: what a zone does not name it refuses."""
    fields = dict(re.findall(r"(?m)^[ \t]+([a-z -]{3,20}):[ \t]*(.*)$", text))
    if "services" not in fields or "target" not in fields:
        return
    if re.search(r"(?m)^[ \t]*rule .*\baccept\b", text):
        yield Rule("in", None)
    yield Rule("in", True, _ports(fields["services"]), "tcp")
    for protocol in ("tcp", "udp"):
        listed = re.findall(rf"([\d-]+)/{protocol}", fields.get("ports", ""))
        yield Rule("in", True, _ports(" ".join(listed)), protocol)
    if not fields.get("sources", "").strip():
        yield Rule("in", fields["target"].strip() == "ACCEPT")


_CHAIN = re.compile(r"\s*Chain (INPUT|OUTPUT|\S+) \((?:policy (\w+))?")
_ROW = re.compile(
    r"\s*(?:\d+\s+)?(?:\d+[KMG]?\s+\d+[KMG]?\s+)?(?P<target>[\w-]+)\s+(?P<protocol>tcp|udp|all|\d+|icmp)"
    r"\s+(?:--|opt)\s+(?:(?P<on>\*|[a-z][\w.+-]*)\s+(?:\*|[a-z][\w.+-]*)\s+(?=[\da!]))?"
    r"(?P<ends>\S+\s+\S+)\s*(?P<rest>.*)"
)
_NUMBERS = re.compile(r"(?:(?:tcp|udp)\s+)?(?:dpts?:|multiport dports )(?P<ports>[\w:,-]+)")
#: Rules for connections that stand, and for the host itself.
_STANDING = re.compile(r"state \{? ?(?:RELATED|ESTABLISHED)|\biif(?:name)? \"?lo\b|-i lo\b", re.I)
_PLAIN = re.compile(
    r"/\*.*?\*/|-{0,2}reject-with \S+|-m (?:conntrack|state|tcp|udp|comment|multiport)"
    r"|(?:--)?(?:ct)?state NEW|--comment (?:\"[^\"]*\"|\S+)"
)
_ANYWHERE = re.compile(r"(?:anywhere|0\.0\.0\.0/0)\s+(?:anywhere|0\.0\.0\.0/0)")
_ACTS = {"ACCEPT": True, "DROP": False, "REJECT": False}
_WAYS = {"INPUT": "in", "OUTPUT": "out"}


def _iptables(text: str) -> Iterator[Rule]:
    """``iptables -L``. Without ``-v`` it does not show that a rule is only for the host itself: one
    that lets all in, and is not the last, must be."""
    for said in re.split(r"(?m)^\s*(?=Chain )", text):
        chain = _CHAIN.match(said)
        if chain is None or chain[1] not in _WAYS:
            continue
        way = _WAYS[chain[1]]
        rules = [rule for line in said.split("\n") for rule in _row(way, line)]
        yield from (one for one in rules[:-1] if one != Rule(way, True))
        yield from rules[-1:]
        if chain[2]:
            yield Rule(way, chain[2] == "ACCEPT")


def _row(way: str, line: str) -> Iterator[Rule]:
    row = _ROW.match(line)
    if row is None or row["target"] in ("target", "LOG") or row["on"] == "lo":
        return
    if _STANDING.search(line):
        return
    numbers = _NUMBERS.search(row["rest"])
    left = _PLAIN.sub("", _NUMBERS.sub("", row["rest"])).strip()
    bound = bool(left) or not _ANYWHERE.fullmatch(row["ends"]) or row["on"] not in (None, "*")
    yield _rule(way, row["target"], row["protocol"], numbers and numbers["ports"], bound)


def _saved(text: str) -> Iterator[Rule]:
    """``iptables -S`` and ``iptables-save``."""
    policies = dict(re.findall(r"(?m)^(?:-P |:)(INPUT|OUTPUT) (\w+)", text))
    for chain, rest in re.findall(r"(?m)^-A (INPUT|OUTPUT) (.*)$", text):
        act = re.search(r"-j (\S+)", rest)
        protocol = re.search(r"(?<!\S)-p (tcp|udp)", rest)
        ports = re.search(r"--dports? (\S+)", rest)
        left = re.sub(r"-j \S+|(?<!\S)-p \S+|--dports? \S+", "", _PLAIN.sub("", rest)).strip()
        if act and act[1] != "LOG" and not _STANDING.search(rest):
            yield _rule(
                _WAYS[chain],
                act[1],
                protocol[1] if protocol else "",
                ports and ports[1],
                bool(left),
            )
    for chain, policy in policies.items():
        yield Rule(_WAYS[chain], policy == "ACCEPT")


def _rule(way: str, act: str, protocol: str, ports: str | None, is_bound: bool) -> Rule:
    named = {"all": "", "0": "", "6": "tcp", "17": "udp"}.get(protocol, protocol)
    return Rule(way, _ACTS.get(act), _ports(ports) if ports else (), named, is_bound)


def _nft(text: str) -> Iterator[Rule]:
    """``nft list ruleset``."""
    way, policy = "", None
    for line in map(str.strip, text.split("\n")):
        if hook := re.match(r"type filter hook (input|output) .*?(?:policy (\w+))?;?$", line):
            way, policy = {"input": "in", "output": "out"}[hook[1]], hook[2] or "accept"
        elif line == "}" and way:
            yield Rule(way, policy == "accept")
            way = ""
        elif (
            way
            and not _STANDING.search(line)
            and (act := re.search(r"\b(accept|drop|reject|jump|goto)\b", line))
        ):
            lets = {"accept": True, "drop": False, "reject": False}.get(act[1])
            plain = re.fullmatch(
                r"(?:(tcp|udp) dport (\{[^}]*\}|\S+) )?(?:ct state new )?"
                r"(?:counter (?:packets \d+ bytes \d+ )?)?"
                r"(?:accept|drop|reject)(?: with .*)?",
                line,
            )
            named = plain and plain[2]
            yield Rule(
                way, lets, _ports(named) if named else (), (plain and plain[1]) or "", not plain
            )


def _ufw(text: str) -> Iterator[Rule]:
    """``ufw status``."""
    if not re.search(r"(?m)^\s*Status: active", text):
        return
    acts = {"ALLOW": True, "LIMIT": True, "DENY": False, "REJECT": False}
    row = r"(?m)^(?:\[ ?\d+\] )?(\S.*?) {2,}(ALLOW|DENY|REJECT|LIMIT)(?: (IN|OUT))? +(\S.*?)\s*$"
    for target, act, way, whom in re.findall(row, text):
        if "(v6)" in target or (bare := re.fullmatch(r"([\d:,]+)(?:/(tcp|udp))?", target)) is None:
            if re.match(r"(?:Apache|Nginx|WWW)", target) and "v6" not in target:
                yield Rule(
                    "in", acts[act], ((80, 80), (443, 443)), "tcp", not whom.startswith("Any")
                )
            continue
        yield Rule(
            way.lower() or "in",
            acts[act],
            _ports(bare[1]),
            bare[2] or "",
            not whom.startswith("Any"),
        )
    for act, way in re.findall(r"\b(allow|deny|reject) \((incoming|outgoing)\)", text):
        yield Rule("in" if way == "incoming" else "out", act == "allow")


def _windows(text: str) -> Iterator[Rule]:
    """``netsh advfirewall firewall show rule``: those that block, which win over all others."""
    for block in re.split(r"(?m)^\s*(?=Rule Name:)", text)[1:]:
        said = dict(re.findall(r"(?m)^([A-Za-z ]{2,20}):[ \t]*(.*?)[ \t]*$", block))
        way = {"In": "in", "Out": "out"}.get(said.get("Direction", ""), "")
        ports = said.get("LocalPort" if way == "in" else "RemotePort", "Any")
        if way and said.get("Enabled") == "Yes" and said.get("Action") == "Block":
            bound = said.get("RemoteIP", "Any") != "Any"
            protocol = said.get("Protocol", "Any").lower().replace("any", "")
            yield Rule(way, False, () if ports == "Any" else _ports(ports), protocol, bound)


#: One reader for each format.
READERS = (_zone, _iptables, _saved, _nft, _ufw, _windows)
