"""The family of the operating system, from what names it: ``/etc/os-release``, the kernel, the list
of packages, or the unit and banner of the web server.

Apache is ``apache2`` on Debian and ``httpd`` on Red Hat (help/production/using/build-upgrade.md).
The list of packages also shows the build of Campaign: ``nlserver6-v7-9390-0.x86_64``
(help/installation/using/installing-packages-with-linux.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ccexpert.facts import BuildFact, ContextFact
from ccexpert.observe.interface import Circumstances, Outputs, Seen, Shape, unseen
from ccexpert.observe.text import decode

RELEASE = "os-release.txt"
FILES = (RELEASE, "uname.txt", "packages.txt")

_FIELD = re.compile(r"(?m)^(?P<name>[A-Z_]{2,40})=[\"']?(?P<value>[^\n\"']{0,200})")
#: A line of ``dpkg -l``: status, name, version, architecture; sentences begin with *in*, *it* too.
_OF_DPKG = (
    r"[uirph][nicurhWtFHU]\s{1,4}\S{1,100}\s{1,100}\d\S{0,100}\s{1,100}(?:all|amd64|arm64|i386)\b"
)
_RPM = (
    r"\S{1,120}(?:\.el\d{1,2}(?:_\d{1,2})?\.\S{1,20}|-\S{1,60}\.(?:x86_64|noarch|i[36]86|aarch64))$"
)
_PACKAGE = rf"(?:{_OF_DPKG}|{_RPM})"
#: The package of the server with its build, of rpm and of ``dpkg -l``.
_BUILD = re.compile(
    r"(?m)^(?:ii {1,4})?nlserver\d?(?:-v\d)?(?:-| {1,100})(?:\d\.){0,3}(?P<build>\d{4,5})[-. ]"
)
SHAPES: tuple[Shape, ...] = (
    Shape(
        output=RELEASE,
        begins=re.compile(r"(?:PRETTY_NAME|NAME|ID|VERSION|VERSION_ID)=\S"),
        belongs=re.compile(r"[A-Z_]{2,40}="),
        tells=re.compile(r"^ID=\S"),
        command=re.compile(r"\bcat /etc/\S{0,10}-release\b"),
    ),
    Shape(
        output="uname.txt",
        begins=re.compile(r"Linux \S{1,100} \d{1,2}\.\d{1,3}\.\S{1,80} .{0,200}"),
        belongs=re.compile(r"(?!)"),
        tells=re.compile(r"GNU/Linux\s*$"),
        command=re.compile(r"^uname -a\b"),
    ),
    Shape(
        output="packages.txt",
        begins=re.compile(_PACKAGE),
        belongs=re.compile(_PACKAGE),
        tells=re.compile(f"^{_PACKAGE}"),
        command=re.compile(r"\bdpkg -l\b|\brpm -qa\b"),
    ),
)

#: What a text of each output shows only on that family.
_DEBIAN = re.compile(rf"\bDebian\b|\bUbuntu\b|-Ubuntu\b|(?m:^{_OF_DPKG})|\bapache2\.service\b")
_RED_HAT = re.compile(r"\.el(?P<version>\d{1,2})(?:_\d{1,2})?\.|\bhttpd\.service\b|\(Red Hat\b")


def parse(outputs: Outputs, _context: Circumstances) -> Seen:
    """The circumstances ``debian`` and ``rhel9``, and the build."""
    seen = Seen()
    for name in (name for name in FILES if name in outputs):
        text = decode(outputs[name].data())
        if name == RELEASE:
            seen += _release(text)
        else:
            seen += Seen(tuple(family_in(text, name.removesuffix(".txt"))))
            seen += Seen(tuple(_builds(text)) if name == "packages.txt" else ())
    return seen


def _builds(text: str) -> Iterator[BuildFact]:
    """The build of the package that is installed, if there is only one."""
    builds = {int(found["build"]) for found in _BUILD.finditer(text)}
    if len(builds) == 1:
        yield BuildFact(kind="build", number=builds.pop(), source="packages")


def _release(text: str) -> Seen:
    fields = {found["name"]: found["value"].strip().casefold() for found in _FIELD.finditer(text)}
    if "ID" not in fields:
        return unseen("operating-system", "it does not name the distribution (ID=)")
    families = {fields["ID"], *fields.get("ID_LIKE", "").split()}
    version = fields.get("VERSION_ID", "").split(".")[0]
    told = _told(not families.isdisjoint(("debian", "ubuntu")), "rhel" in families, version)
    return Seen(tuple(_facts(told, "/etc/os-release")))


def family_in(text: str, source: str) -> Iterator[ContextFact]:
    """What a banner or a list tells of the family; nothing if it could be any."""
    if _DEBIAN.search(text):
        return _facts(_told(debian=True, red_hat=False, version=""), source)
    if found := _RED_HAT.search(text):
        return _facts(_told(debian=False, red_hat=True, version=found["version"] or ""), source)
    return iter(())


def _told(debian: bool, red_hat: bool, version: str) -> dict[str, bool]:
    told = {"debian": debian}
    if version or not red_hat:
        told["rhel9"] = red_hat and version == "9"
    return told


def _facts(told: dict[str, bool], source: str) -> Iterator[ContextFact]:
    for name, present in told.items():
        yield ContextFact(kind="context", name=name, present=present, source=source)
