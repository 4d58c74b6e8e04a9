"""The configuration: settings that are known to cause faults, and the kind of server.

A setting becomes a fact only if the module that uses it starts here and the file alone can show the
fault. A fact never contains a secret (``conffiles``).
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from ccexpert.display import clean
from ccexpert.facts import (
    DEFAULT_INSTANCE,
    ContextFact,
    Fact,
    NotObserved,
    ProbeFact,
)
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.observe.interface import (
    CannotObserveError,
    Circumstances,
    Configuration,
    Host,
    Output,
    Outputs,
    Seen,
    Shape,
    Taken,
    is_closed,
)
from ccexpert.observe.markup import xml_shape
from ccexpert.observe.sources.conffiles import (
    INSTANCE_FILE,
    SERVER,
    VARIABLES,
    ConfFiles,
    configuration,
    is_true,
    keep,
    nodes,
    read_files,
    variables,
)
from ccexpert.observe.sources.mta_settings import LOCAL, mta_settings, name_servers, setting
from ccexpert.observe.text import decode

FILES = ("conf/*.xml", "conf/customer.sh")

SHAPES: tuple[Shape, ...] = (xml_shape("conf/serverConf.xml", "serverconf"),)

#: The context that the provider of a database connection stands for.
_ENGINES = {"postgres": "postgresql", "oracle": "oracle", "mssql": "sql-server"}


def parse(outputs: Outputs, context: Circumstances) -> Seen:
    """Facts of the configuration."""
    files = read_files(outputs)
    if not (files.instances or files.server is not None or files.faults):
        return Seen()
    known = configuration(files, context.vocabulary)
    facts: list[Fact] = [
        ProbeFact(
            kind="probe",
            name="config-files",
            result="error" if files.faults else "ok",
            source=clean("; ".join(files.faults)) or "conf/*.xml",
        ),
        *_absent_file(files, context),
        *_server_facts(files, known, context),
    ]
    for instance in files.names:
        if context.wants(instance):
            facts += _instance_facts(instance, files, known, context)
    reasons = (NotObserved(source="configuration", reason=clean(f)) for f in files.faults)
    return Seen(tuple(facts), tuple(reasons))


def _absent_file(files: ConfFiles, context: Circumstances) -> Iterator[Fact]:
    """A fact if the file of the requested instance is missing."""
    wanted = context.instance
    broken = any(fault.startswith(f"conf/config-{wanted}.xml:") for fault in files.faults)
    if wanted and wanted not in files.instances and not broken:
        yield setting("configuration-file", "absent", wanted)


def _server_facts(files: ConfFiles, known: Configuration, context: Circumstances) -> Iterator[Fact]:
    """Facts about the host and all instances."""
    yield from _contexts(files, known, context)
    yield from _trace_addr(files)
    for element in files.server.iter() if files.server is not None else ():
        if element.get("internalPassword") == "":
            yield setting("internal-password", "empty")
            break
    redirection = files.value(DEFAULT_INSTANCE, "web", "startRedirection")
    if redirection and known.starts("trackinglogd"):
        state = "ok" if is_true(redirection) else "wrong"
        yield setting("startRedirection", state, value=redirection)
    yield from _relay_port(files, known)


def _contexts(files: ConfFiles, known: Configuration, context: Circumstances) -> Iterator[Fact]:
    roots = files.instances.values()
    providers = {e.get("provider", "").casefold() for root in roots for e in nodes(root, "dbcnx")}
    names = {name for word, name in _ENGINES.items() if any(word in p for p in providers)}
    if known.starts("trackinglogd"):
        names.add("redirection-server")
    if context.platform == "windows":
        names.add("windows-server")
    for name in sorted(names):
        yield ContextFact(kind="context", name=name, present=True, source="conf/*.xml")


def _trace_addr(files: ConfFiles) -> Iterator[Fact]:
    """TRACE_ADDR, which every module must see (help/production/using/configuration.md). Whether the
    running modules have seen it cannot be told from the file; hence the certainty."""
    if files.variables is None:
        return
    value = files.variables.get("TRACE_ADDR", "")
    if not value:
        yield setting("TRACE_ADDR", "absent", source=VARIABLES)
    elif files.trace_port:
        yield setting("TRACE_ADDR", "ok", value=value, certainty=0.5, source=VARIABLES)
    else:
        yield setting("TRACE_ADDR", "wrong", value=value, source=VARIABLES)


def _relay_port(files: ConfFiles, known: Configuration) -> Iterator[Fact]:
    """Of the relays to this host one must lead to the port that Tomcat listens on
    (help/installation/using/configure-tomcat.md)."""
    port = known.ports.get("web", 8080)
    relays = {p for e in nodes(files.server, "url") if (p := _local_port(e.get("targetUrl", "")))}
    if relays and port not in relays:
        named = ", ".join(str(p) for p in sorted(relays))
        yield setting("server-xml-port", "wrong", value=f"httpPort {port}, relayed to {named}")


def _local_port(url: str) -> int | None:
    """The port of a URL on this host."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return None
    return port if parts.hostname in LOCAL else None


def _instance_facts(
    instance: str, files: ConfFiles, known: Configuration, context: Circumstances
) -> Iterator[Fact]:
    """Facts about one instance."""
    root = files.instances[instance]
    yield from _misplaced(instance, files, context.vocabulary)
    using = (module.name for module in context.vocabulary.modules if "database" in module.needs)
    if any(known.autostart.get((name, instance)) for name in using):
        yield from _database(instance, root)
    if known.autostart.get(("mta", instance)):
        yield from mta_settings(instance, files, known)
        if context.platform == "windows":
            yield from name_servers(instance, files)
    for element in root.iter():
        if element.get("processRestartTime", "set").strip() == "":
            yield setting("processRestartTime", "empty", instance)
            break
    stores = [e for e in nodes(root, "dataStore") if "hosts" in e.attrib]
    if stores and not any(e.attrib["hosts"].strip() for e in stores):
        yield setting("dns-mask", "empty", instance)


def _misplaced(instance: str, files: ConfFiles, vocabulary: Vocabulary) -> Iterator[Fact]:
    """autoStart switched off as ``_autoStart``, or standing in the wrong file
    (help/production/using/duplicating-environments.md)."""
    root = files.instances[instance]
    faults = [f"_autoStart of {e.tag}" for e in root.iter() if "_autoStart" in e.attrib]
    for module in vocabulary.modules:
        elements = list(nodes(root, module.name))
        shared = nodes(files.instances.get(DEFAULT_INSTANCE), module.name)
        if module.autostart == "shared" and any(is_true(e.get("autoStart")) for e in elements):
            faults.append(f"autoStart of {module.name} stands in the file of an instance")
        own = module.autostart != "instance" or any("autoStart" in e.attrib for e in elements)
        if not own and any(is_true(e.get("autoStart")) for e in shared):
            faults.append(f"autoStart of {module.name} stands in config-default.xml")
    if faults:
        yield setting("autoStart", "wrong", instance, value="; ".join(faults))


def _database(instance: str, root: Element) -> Iterator[Fact]:
    connections = list(nodes(root, "dbcnx"))
    if not connections:
        yield setting("dbcnx", "absent", instance)
    elif not any(e.get("login") for e in connections):
        yield setting("dbcnx", "empty", instance)


def read(host: Host) -> Taken:
    """Take out of the files what may be taken out; a file that is not well-formed leaves a note."""
    if not host.conf.is_dir():
        raise CannotObserveError(f"there is no folder {host.conf}; name it with --conf")
    if is_closed(host.conf):
        raise CannotObserveError(f"{host.conf} may not be read by this account")
    outputs: dict[str, Output] = {}
    reasons = []
    for path in sorted(host.conf.glob("*.xml")):
        name = f"conf/{path.name}"
        if name == SERVER or INSTANCE_FILE.fullmatch(name):
            try:
                outputs[name] = Output.of(keep(Output.file(path).data()))
            except OSError as error:
                reasons.append(f"{name} cannot be read: {error.strerror}")
    outputs[VARIABLES] = Output.of(_variables(host).encode())
    if len(outputs) == 1 and not reasons:
        raise CannotObserveError(
            f"there is no serverConf.xml or config-<instance>.xml in {host.conf}"
        )
    return Taken(
        outputs, tuple(NotObserved(source="configuration", reason=reason) for reason in reasons)
    )


def _variables(host: Host) -> str:
    """The variables that matter: of customer.sh, or of the environment on Windows, as the
    documentation has it."""
    if host.platform == "windows":
        found = {k: v for k in ("TRACE_ADDR", "XTK_VAR_DIR") if (v := host.environ.get(k))}
    else:
        try:
            found = variables(decode(Output.file(host.conf.parent / "customer.sh").data()))
        except OSError:
            found = {}
    return "".join(f"export {name}={value}\n" for name, value in found.items())
