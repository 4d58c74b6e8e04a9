"""The configuration files: which values may be read from them, and which value counts.

Only attributes that are named here are ever taken out of a file; everything else, secrets above
all, is dropped before anyone else sees it, and of a login or password only whether it is set.
A value in ``config-<instance>.xml`` goes before the one in ``serverConf.xml``
(help/production/using/configuration-principle.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, tostring

from ccexpert.facts import DEFAULT_INSTANCE, INSTANCE_PATTERN
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.observe.interface import Configuration, Outputs
from ccexpert.observe.text import decode
from ccexpert.observe.xml import NotXmlError, root_of

SERVER = "conf/serverConf.xml"
VARIABLES = "conf/customer.sh"
INSTANCE_FILE = re.compile(r"conf/config-(?P<instance>.+)\.xml")
_VARIABLE = re.compile(
    r"(?m)^[ \t]*(?:export[ \t]+|set[ \t]+)?(TRACE_ADDR|XTK_VAR_DIR|TMPDIR)="
    r"[\"']?([^\"'\n#;]{0,500})"
)
_TRACE_ADDR = re.compile(r"[\w.-]{1,253}:(?P<port>\d{1,5})")

#: The attributes that may be read, by node (in lower case; ``""`` for any node).
_KEPT: Mapping[str, frozenset[str]] = {
    "": frozenset(
        {
            "autoStart",
            "_autoStart",
            "processRestartTime",
            "maxProcessMemoryWarningMb",
            "maxProcessMemoryAlertMb",
            "internalPassword",
        }
    ),
    "mta": frozenset({"statServerAddress", "verifyMode"}),
    "relay": frozenset({"address", "port"}),
    "ipaffinity": frozenset({"name"}),
    "ip": frozenset({"address", "publicId"}),
    "stat": frozenset({"port"}),
    "web": frozenset({"httpPort", "controlPort", "startRedirection"}),
    "url": frozenset({"targetUrl"}),
    "pipelined": frozenset({"monitorServerPort"}),
    "dbcnx": frozenset({"provider", "login"}),
    "datastore": frozenset({"hosts"}),
    "pool": frozenset({"maxCnx"}),
    "dnsconfig": frozenset({"nameServers"}),
}
_ONLY_WHETHER_SET = frozenset({"login", "internalPassword"})
_SET = "set"


def reduced(root: Element) -> Element | None:
    """A copy with only the readable attributes; None if there are none."""
    tag = str(root.tag)
    allowed = _KEPT[""] | _KEPT.get(tag.casefold(), frozenset())
    copy = Element(tag)
    for name, value in root.attrib.items():
        if name in allowed:
            copy.set(name, (_SET if value else "") if name in _ONLY_WHETHER_SET else value)
    copy.extend(kept for child in root if (kept := reduced(child)) is not None)
    return copy if copy.attrib or len(copy) else None


def keep(data: bytes) -> bytes:
    """The readable part of a configuration file, as XML; a note if it is not well-formed."""
    try:
        return tostring(_root(data))
    except NotXmlError as error:
        return f"<!-- not well-formed: {str(error).replace('--', '- -')} -->\n".encode()


_FAULT = re.compile(r"<!-- not well-formed: (.*?) -->")


def _root(data: bytes) -> Element:
    text = decode(data)
    if noted := _FAULT.match(text):
        raise NotXmlError(noted[1])
    kept = reduced(root_of(text))
    return Element("serverconf") if kept is None else kept


def nodes(root: Element | None, tag: str) -> Iterator[Element]:
    """All nodes with this name, in any case and at any depth."""
    if root is not None:
        yield from (e for e in root.iter() if str(e.tag).casefold() == tag.casefold())


def is_true(value: str | None) -> bool:
    """Whether an attribute is true."""
    return (value or "").strip().casefold() in ("true", "1", "yes")


def variables(text: str) -> dict[str, str]:
    """The environment variables of customer.sh that matter here."""
    return {name: value.strip() for name, value in _VARIABLE.findall(text)}


@dataclass(frozen=True)
class ConfFiles:
    """The well-formed files, by purpose."""

    server: Element | None = None
    instances: Mapping[str, Element] = field(default_factory=dict)
    """By instance; ``default`` is shared by all instances."""
    variables: Mapping[str, str] | None = None
    """The variables of customer.sh; None if it was not read."""
    faults: tuple[str, ...] = ()
    """The errors of files that are not well-formed."""

    @property
    def names(self) -> tuple[str, ...]:
        """The instances that have a file of their own."""
        return tuple(sorted(name for name in self.instances if name != DEFAULT_INSTANCE))

    @property
    def trace_port(self) -> int | None:
        """The port in TRACE_ADDR; None if it is not set to ``host:port``."""
        found = _TRACE_ADDR.fullmatch((self.variables or {}).get("TRACE_ADDR", ""))
        return int(found["port"]) if found else None

    def value(self, instance: str, node: str, attribute: str) -> str | None:
        """The value that counts for an instance: from its own file, else from serverConf.xml."""
        for root in (self.instances.get(instance), self.server):
            for element in nodes(root, node):
                if attribute in element.attrib:
                    return element.attrib[attribute]
        return None

    def number(self, instance: str, node: str, attribute: str) -> int | None:
        """Like ``value``, if it is a whole number."""
        value = self.value(instance, node, attribute) or ""
        return int(value) if re.fullmatch(r"[0-9]{1,9}", value) else None

    def any_number(self, node: str, attribute: str) -> int | None:
        """Like ``number``, from the first instance that has one."""
        found = (self.number(instance, node, attribute) for instance in self.names)
        return next((number for number in found if number), None)


def read_files(outputs: Outputs) -> ConfFiles:
    """The files among outputs."""
    roots: dict[str, Element] = {}
    faults = []
    for name, output in sorted(outputs.items()):
        if name == SERVER or INSTANCE_FILE.fullmatch(name):
            try:
                roots[name] = _root(output.data())
            except NotXmlError as error:
                faults.append(f"{name}: {error}")
    said = variables(decode(outputs[VARIABLES].data())) if VARIABLES in outputs else None
    return ConfFiles(
        server=roots.pop(SERVER, None),
        instances={
            found["instance"]: root
            for name, root in roots.items()
            if (found := INSTANCE_FILE.fullmatch(name))
            and re.fullmatch(INSTANCE_PATTERN, found["instance"])
        },
        variables=said,
        faults=tuple(faults),
    )


def configuration(files: ConfFiles, vocabulary: Vocabulary) -> Configuration:
    """The part of the configuration that other sources need."""
    warning = files.number(DEFAULT_INSTANCE, "web", "maxProcessMemoryWarningMb")
    alert = files.number(DEFAULT_INSTANCE, "web", "maxProcessMemoryAlertMb")
    ports = {
        "web": files.number(DEFAULT_INSTANCE, "web", "httpPort"),
        "web-control": files.number(DEFAULT_INSTANCE, "web", "controlPort"),
        "syslogd": files.trace_port,
        "stat": files.any_number("stat", "port"),
        "pipelined": files.any_number("pipelined", "monitorServerPort"),
    }
    return Configuration(
        instances=files.names,
        autostart=_autostart(files, vocabulary),
        ports={name: port for name, port in ports.items() if port is not None},
        relay=_relay(files),
        memory_mb=(float(warning), float(alert)) if warning and alert else None,
        max_connections=files.any_number("pool", "maxCnx"),
        tmpdir=(files.variables or {}).get("TMPDIR") or None,
    )


def _autostart(files: ConfFiles, vocabulary: Vocabulary) -> dict[tuple[str, str], bool]:
    """Whether each module starts; a module without the attribute does not
    (help/installation/using/the-server-configuration-file.md)."""
    scopes = {"multi": (DEFAULT_INSTANCE,), "mono": files.names}
    return {
        (entry.name, instance): is_true(files.value(instance, entry.name, "autoStart"))
        for entry in vocabulary.modules
        if entry.autostart != "none"
        for instance in scopes.get(entry.instances, ())
        if instance in files.instances
    }


def _relay(files: ConfFiles) -> tuple[str, int] | None:
    for root in (*(files.instances[name] for name in files.names), files.server):
        for mta in nodes(root, "mta"):
            for relay in nodes(mta, "relay"):
                if address := relay.get("address", "").strip():
                    port = relay.get("port", "")
                    return address, int(port) if re.fullmatch(r"[0-9]{1,5}", port) else 25
    return None
