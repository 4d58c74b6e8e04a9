"""Makes a failing scenario as small as it goes: fewest faults, fewest pieces, fewest hosts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tests.simulate.play import Scenario, play
from tests.simulate.site import Site


def shrunk(scenario: Scenario, rule: str) -> Scenario:
    """The smallest scenario that still breaks the rule."""
    while smaller := next((one for one in _smaller(scenario) if _breaks(one, rule)), None):
        scenario = smaller
    return scenario


def _breaks(scenario: Scenario, rule: str) -> bool:
    return any(broken.rule == rule for broken in play(scenario).broken)


def _smaller(scenario: Scenario) -> Iterator[Scenario]:
    """The scenarios with one thing less, the largest cuts first."""
    used = {fault.host for fault in scenario.faults} | {p.split(":")[1] for p in scenario.pieces}
    hosts = tuple(host for host in scenario.site.hosts if host.name in used)
    if hosts != scenario.site.hosts:
        yield replace(scenario, site=Site(hosts))
    if scenario.consulted:
        yield replace(scenario, consulted=False)
    half = len(scenario.pieces) // 2
    if half > 1:
        yield replace(scenario, pieces=scenario.pieces[:half])
        yield replace(scenario, pieces=scenario.pieces[half:])
    for fault in scenario.faults:
        faults = tuple(one for one in scenario.faults if one != fault)
        yield replace(scenario, faults=faults)
    if len(scenario.pieces) > 1:
        for piece in scenario.pieces:
            yield replace(scenario, pieces=tuple(p for p in scenario.pieces if p != piece))
    for host in scenario.site.hosts:
        if len(host.instances) > 1:
            for instance in host.instances:
                if not any(f.at.endswith(f"@{instance}") for f in scenario.faults) and not any(
                    piece.endswith((f"@{instance}", f":{instance}")) for piece in scenario.pieces
                ):
                    fewer = tuple(i for i in host.instances if i != instance)
                    hosts = tuple(
                        replace(h, instances=fewer) if h == host else h for h in scenario.site.hosts
                    )
                    yield replace(scenario, site=Site(hosts))
