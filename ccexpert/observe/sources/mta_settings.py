"""The settings of the mta as facts: its statistics server, name servers and IP affinities.

A value that the file alone cannot judge gives a fact of less certainty, or none.
"""

from __future__ import annotations

from collections.abc import Iterator

from ccexpert.display import clean
from ccexpert.facts import Fact, SettingFact
from ccexpert.observe.interface import Configuration
from ccexpert.observe.sources.conffiles import SERVER, ConfFiles, is_true, nodes

#: The names of this host.
LOCAL = ("localhost", "127.0.0.1")


def setting(
    name: str,
    state: str,
    instance: str | None = None,
    *,
    value: str | None = None,
    certainty: float = 1.0,
    source: str | None = None,
) -> SettingFact:
    """A setting of an instance, or of the server, as its file has it."""
    return SettingFact.model_validate(
        {
            "kind": "setting",
            "name": name,
            "instance": instance,
            "state": state,
            "value": clean(value) or None if value else None,
            "certainty": certainty,
            "source": source or (f"conf/config-{instance}.xml" if instance else SERVER),
        }
    )


def mta_settings(instance: str, files: ConfFiles, known: Configuration) -> Iterator[Fact]:
    """What an mta that starts here needs to send."""
    yield from _stat_address(instance, files, known)
    verify = files.value(instance, "mta", "verifyMode")
    if verify:
        state = "wrong" if is_true(verify) else "ok"
        yield setting("verifyMode", state, instance, value=verify)
    yield from _affinities(instance, files)


def name_servers(instance: str, files: ConfFiles) -> Iterator[Fact]:
    """On Windows the mta needs them (help/installation/using/configure-delivery-settings.md)."""
    servers = files.value(instance, "dnsConfig", "nameServers")
    if servers is not None and not servers.strip():
        yield setting("nameServers", "empty", instance)


def _stat_address(instance: str, files: ConfFiles, known: Configuration) -> Iterator[Fact]:
    """Without an address the mta does not start (help/installation/using/email-deliverability.md).
    A local one must name the port of the stat that starts here; whether another one is right cannot
    be told from here, hence the certainty."""
    value = files.value(instance, "mta", "statServerAddress")
    if value is None:
        if files.server is not None:
            yield setting("statServerAddress", "absent", instance)
        return
    host, _, port = value.strip().partition(":")
    local = host.casefold() in LOCAL
    if not host:
        yield setting("statServerAddress", "empty", instance)
    elif local and port not in ("", str(files.number(instance, "stat", "port") or 7777)):
        yield setting("statServerAddress", "wrong", instance, value=value)
    else:
        certainty = 1.0 if local and known.starts("stat") else 0.5
        yield setting("statServerAddress", "ok", instance, value=value, certainty=certainty)


def _affinities(instance: str, files: ConfFiles) -> Iterator[Fact]:
    """Names are parted by ``;`` and each public IP has one publicId
    (help/installation/using/configure-delivery-settings.md,
    help/installation/using/email-deliverability.md). Which name a delivery asks for stands in the
    database, so a name that is well written gives no fact."""
    own = list(nodes(files.instances[instance], "IPAffinity"))
    affinities = own or list(nodes(files.server, "IPAffinity"))
    for affinity in affinities:
        name = affinity.get("name", "")
        if "," in name:
            yield setting("ip-affinity", "wrong", instance, value=name)
            break
    pairs = {
        (ip.get("address", "").strip(), ip.get("publicId", "").strip())
        for affinity in affinities
        for ip in nodes(affinity, "IP")
        if ip.get("publicId", "").strip()
    }
    if pairs:
        clear = len(pairs) == len({a for a, _ in pairs}) == len({p for _, p in pairs})
        yield setting("publicId", "ok" if clear else "wrong", instance)
