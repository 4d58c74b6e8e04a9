"""Lists of a firewall on the host itself: firewalld, iptables, nftables, ufw and Windows.

Which ports Campaign needs: help/installation/using/network-configuration.md. Only rules without
further conditions count; where another chain or a condition decides, nothing is concluded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ccexpert.facts import Fact, PortFact, SettingFact
from ccexpert.observe.interface import Circumstances, Outputs, Seen, Shape, unseen
from ccexpert.observe.sources.firewall_rules import READERS, Rule
from ccexpert.observe.text import decode

FILES = ("firewall.txt",)

#: A host with such a list need not be the one that the documented ports are for.
_PROBABLY = 0.7

_HEADS = (
    r"\s{0,8}(?:Chain \S{1,40} \((?:policy \w{4,8}|\d{1,4} ref)|-P (?:INPUT|OUTPUT|FORWARD) \w"
    r"|table (?:inet|ip6?) [\w-]{1,40} \{|Status: (?:in)?active\s*$"
    r"|[\w-]{1,40} \(.{0,20}active\)\s*$"
    r"|Rule Name: {1,40}\S)"
)
_TELLS = (
    r"^\s{0,8}(?:Chain \S{1,40} \(|-P \w{5,7} \w|table \w{2,4} [\w-]{1,40} \{|Rule Name: "
    r"|services:|To {1,60}Action)"
)
_COMMAND = re.compile(
    r"^(?:sudo )?(?:\S{0,40}/)?(?:firewall-cmd .{0,60}--list-all|iptables(?:-save)?\b|nft list\b"
    r"|ufw status\b|netsh advfirewall firewall show rule\b)"
)
_LINE = (
    r"\s{0,40}(?:(?:target|icmp-block-inversion|interfaces|sources|services|ports|protocols|forward"
    r"|masquerade|forward-ports|source-ports|icmp-blocks|rich rules|[ei]n?gress-priority):"
    r"|rule (?:family|priority|service|port)|num {1,4}target|target {1,8}prot|pkts {1,8}bytes"
    r"|-[APN] \S|\*\w{3,8}$|:\w{3,40} \w|COMMIT$|#|(?:chain|table|set) .{1,60}\{|\}|type \w"
    r"|(?:ct|iif|oif|iifname|oifname|ip6?|tcp|udp|icmp\w{0,3}|meta|counter|accept|drop|reject|log"
    r"|jump|goto|policy|return)\b|Logging:|Default:|New profiles:|To {1,60}Action|-{2,90}"
    r"|(?:\[ ?\d{1,3}\] )?[\w/:,. ()-]{1,60}? {1,30}(?:ALLOW|DENY|REJECT|LIMIT)\b"
    r"|(?:\d{1,5} {1,8}){0,1}(?:\d{1,12}[KMG]? {1,8}){0,2}[\w-]{1,40} {1,20}"
    r"(?:tcp|udp|all|icmp\w{0,3}|\d{1,3}) {1,8}(?:--|opt)|Chain "
    r"|(?:Enabled|Direction|Profiles|Grouping|LocalIP|RemoteIP"
    r"|Protocol|LocalPort|RemotePort|Edge traversal|Action): {0,40}|Ok\.$)"
)
SHAPES: tuple[Shape, ...] = (
    Shape(
        output=FILES[0],
        begins=re.compile(_HEADS),
        belongs=re.compile(f"{_HEADS}|{_LINE}"),
        tells=re.compile(_TELLS),
        command=_COMMAND,
        heads=re.compile(r"\s{0,8}Rule Name: "),
        gaps=True,
    ),
    Shape(
        output=FILES[0],
        begins=re.compile(r"\s{0,8}Status: inactive\s*$"),
        belongs=re.compile(r"(?!)"),
        tells=re.compile(r"(?!)"),
        command=re.compile(r"^(?:sudo )?ufw status\b"),
    ),
)

#: What the servers of Campaign take in and send out.
_WEB, _OUT = ((80, "tcp"), (443, "tcp")), ((25, "tcp"), (53, "udp"), (7777, "udp"))


def parse(outputs: Outputs, _context: Circumstances) -> Seen:
    """The setting ``host-firewall``, and the ports that it closes on the way out."""
    if FILES[0] not in outputs:
        return Seen()
    text = decode(outputs[FILES[0]].data())
    if re.search(r"(?m)^\s{0,8}Status: inactive\s*$", text):
        return Seen((_setting("ok", "inactive"),))
    rules = [rule for read in READERS for rule in read(text)]
    facts = [*_web(rules), *(_port(*port) for port in _OUT if _passes(rules, "out", port) is False)]
    if not facts:
        return unseen("firewall", "no rule decides for itself about a port of Campaign")
    return Seen(tuple(facts))


def _web(rules: Sequence[Rule]) -> Iterator[Fact]:
    """Whether requests get in. That one port of two is closed by default may be meant."""
    closed = [port for port in _WEB if _passes(rules, "in", port) is False]
    if len(closed) < len(_WEB):
        closed = [port for port in closed if _passes(rules, "in", port, by_name=True) is False]
    if closed:
        yield _setting("wrong", "closed: " + ", ".join(f"{port}/{kind}" for port, kind in closed))
    elif any(_passes(rules, "in", port) for port in _WEB):
        yield _setting("ok", "lets the web in")


def _passes(
    rules: Sequence[Rule], way: str, port: tuple[int, str], *, by_name: bool = False
) -> bool | None:
    """Whether a port is let through; None if that is not known. ``by_name``: only rules that name
    ports count."""
    for rule in rules:
        if rule.way != way or not rule.covers(*port) or (by_name and not rule.ports):
            continue
        if rule.is_bound and rule.lets is False:
            continue
        return None if rule.is_bound else rule.lets
    return None


def _setting(state: str, value: str) -> Fact:
    return SettingFact.model_validate(
        {
            "kind": "setting",
            "name": "host-firewall",
            "state": state,
            "value": value[:200],
            "source": "firewall",
        }
    )


def _port(port: int, protocol: str) -> Fact:
    return PortFact.model_validate(
        {
            "kind": "port",
            "port": port,
            "protocol": protocol,
            "state": "unreachable",
            "certainty": _PROBABLY,
            "source": "firewall",
        }
    )
