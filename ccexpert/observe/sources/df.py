"""``df``: how full the file systems are, by space or (``df -i``) by inodes; on Windows
``Get-PSDrive`` and ``wmic logicaldisk``.

File systems in memory and images that are full by nature say nothing about a disk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ccexpert.observe.interface import Circumstances, Outputs, Seen, Shape, unseen
from ccexpert.observe.sources.system import used_indicator
from ccexpert.observe.text import decode

FILES = ("df.txt",)

_ROW = re.compile(
    r"(?P<device>\S{1,200})[ \t].{0,200}?[ \t](?P<used>\d{1,3})%[ \t]{1,8}"
    r"(?P<path>/\S{0,200})[ \t]{0,20}"
)
_HEAD = re.compile(r"\S.{0,60}(?:Use%|Uti%|Capacity|Verw%|%iused)\s", re.IGNORECASE)
_NO_DISK = re.compile(r"(?:tmpfs|devtmpfs|udev|overlay|shm|none|squashfs|/dev/loop|/dev/sr)\S*")
#: A drive of Windows with what is used and free, in GB.
_DRIVE = re.compile(
    r"(?P<drive>[A-Z]) {1,40}(?P<used>\d{1,7}[.,]\d{1,4}) {1,40}(?P<free>\d{1,7}[.,]\d{1,4})"
    r" {1,20}FileSystem {1,20}[A-Z]:\\.{0,200}"
)
#: A drive with its free bytes and its size, in the alphabetical order of ``wmic``.
_LOGICAL = re.compile(
    r"(?P<drive>[A-Z]): {1,20}(?:\d {1,20})?(?P<free>\d{1,16}) {1,20}(?P<size>\d{1,16})\s*$"
)
_LOGICAL_HEAD = re.compile(r"(?:Caption|DeviceID) .{0,40}\bFreeSpace {1,20}Size\s*$")
_DRIVES = r"Name {1,40}Used \(GB\) {1,40}Free \(GB\).{0,200}"
SHAPES: tuple[Shape, ...] = (
    Shape(
        output=FILES[0],
        begins=re.compile(rf"{_DRIVES}|{_DRIVE.pattern}"),
        belongs=re.compile(rf"[- ]{{20,400}}$|{_DRIVE.pattern}"),
        tells=re.compile(f"^{_DRIVE.pattern}"),
        command=re.compile(r"\bGet-PSDrive\b", re.IGNORECASE),
    ),
    Shape(
        output=FILES[0],
        begins=_LOGICAL_HEAD,
        belongs=_LOGICAL,
        tells=_LOGICAL,
    ),
    Shape(
        output=FILES[0],
        begins=re.compile(
            rf"(?=[^%\n]{{0,400}}%)(?:{_HEAD.pattern}|{_ROW.pattern}$)", re.IGNORECASE
        ),
        heads=_HEAD,
        belongs=re.compile(rf"(?:{_ROW.pattern}$|\S{{1,200}}$)"),
        tells=re.compile(f"^{_ROW.pattern}$"),
        command=re.compile(r"^(?:sudo )?df\b"),
        signs=("%",),
    ),
)


def parse(outputs: Outputs, _context: Circumstances) -> Seen:
    """The indicator ``disk`` of the fullest file system."""
    if FILES[0] not in outputs:
        return Seen()
    text = decode(outputs[FILES[0]].data())
    used = list(_disks(text))
    if not used:
        return unseen("df", "no line names a disk and how full it is")
    percent, path, counted = max(used)
    return Seen((used_indicator("disk", percent, f"{path} {percent:g} %{counted}", "df"),))


def _disks(text: str) -> Iterator[tuple[float, str, str]]:
    """How full each disk is, in percent, where it is mounted, and what is counted."""
    counted = ""
    for line in text.split("\n"):
        if _HEAD.match(line):
            counted = " of the inodes" if "inode" in line.casefold() else ""
        if drive := _DRIVE.match(line):
            used, free = (float(drive[part].replace(",", ".")) for part in ("used", "free"))
            yield round(100 * used / (used + free or 1)), f"{drive['drive']}:", ""
        if logical := _LOGICAL.match(line):
            size = int(logical["size"])
            share = 100 * (1 - int(logical["free"]) / size) if size else 0
            yield round(share), f"{logical['drive']}:", ""
        row = _ROW.fullmatch(line)
        if row and not _NO_DISK.fullmatch(row["device"]) and int(row["used"]) <= 100:
            yield float(row["used"]), row["path"], counted
