"""The machine: disk, memory, swap, and whether temporary files are on the same disk as the data.

Thresholds are those of the monitoring page: a warning from 80 % used, an alert from 90 %
(help/production/using/monitoring-processes.md).
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ccexpert.display import clean
from ccexpert.facts import Fact, IndicatorFact, SettingFact
from ccexpert.observe.interface import (
    CannotObserveError,
    Circumstances,
    Host,
    Output,
    Outputs,
    Seen,
    Shape,
    Taken,
    unseen,
)
from ccexpert.observe.sources.operating_system import RELEASE
from ccexpert.observe.text import decode

FILES = ("system.json",)
SHAPES: tuple[Shape, ...] = ()

WARNING, ALERT = 80.0, 90.0

_RELEASE = Path("/etc/os-release")


def parse(outputs: Outputs, context: Circumstances) -> Seen:
    """The indicators ``disk``, ``memory`` and ``swap``, and the setting ``TMPDIR``."""
    if FILES[0] not in outputs:
        return Seen()
    try:
        data = json.loads(decode(outputs[FILES[0]].data()))
    except (ValueError, RecursionError):
        return unseen("system", "system.json is not JSON")
    if not isinstance(data, dict):
        return unseen("system", "system.json is not an object")
    starts_mta = context.configuration.starts("mta") is not False
    return Seen((*_indicators(data), *(_tmpdir(data) if starts_mta else ())))


def _indicators(data: dict[str, Any]) -> Iterator[Fact]:
    disks = [
        (used, clean(str(disk.get("path", "")), 200))
        for disk in _list(data.get("disks"))
        if isinstance(disk, dict) and (used := _percent(disk.get("used_percent"))) is not None
    ]
    if disks:
        used, path = max(disks)
        yield used_indicator("disk", used, f"{path} {used:g} %".strip())
    for name in ("memory", "swap"):
        used = _percent(data.get(f"{name}_percent"))
        if used is not None:
            yield used_indicator(name, used, f"{used:g} %")


def used_indicator(
    name: str, used: float, value: str, source: str = "operating system"
) -> IndicatorFact:
    """The indicator of a resource that is ``used`` percent full."""
    return IndicatorFact(
        kind="indicator",
        name=name,
        level="alert" if used >= ALERT else "warning" if used >= WARNING else "ok",
        value=value,
        source=source,
    )


def share_indicator(name: str, total: float, free: float, source: str) -> IndicatorFact:
    """The indicator of a resource of which so much is ``free``, in the unit of ``total``."""
    percent = round(max(0.0, min(100.0, 100 * (1 - free / total))), 1)
    return used_indicator(name, percent, f"{percent:g} %", source)


def _tmpdir(data: dict[str, Any]) -> Iterator[Fact]:
    """The mta renames files from the temporary directory into var, which works within one device
    only (help/production/using/temporary-files.md)."""
    same = data.get("tmp_on_device_of_var")
    if isinstance(same, bool):
        yield SettingFact(
            kind="setting",
            name="TMPDIR",
            state="ok" if same else "wrong",
            value=clean(str(data.get("tmp", ""))) or None,
            source="operating system",
        )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _percent(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return round(float(value), 1) if 0 <= value <= 100 else None


def read(host: Host) -> Taken:
    """Ask the operating system."""
    import psutil

    usual = "/tmp" if host.platform == "linux" else tempfile.gettempdir()
    tmp = Path(host.configuration.tmpdir or usual)
    data: dict[str, Any] = {"disks": list(_disks((host.var, host.conf, tmp))), "tmp": str(tmp)}
    try:
        data["memory_percent"] = psutil.virtual_memory().percent
        swap = psutil.swap_memory()
    except (psutil.Error, OSError) as error:
        raise CannotObserveError(f"memory may not be read: {error}") from None
    if swap.total:
        data["swap_percent"] = swap.percent
    if host.var.exists() and tmp.exists():
        data["tmp_on_device_of_var"] = tmp.stat().st_dev == host.var.stat().st_dev
    return Taken({FILES[0]: Output.of(json.dumps(data).encode()), **_release(host)})


def _release(host: Host) -> Outputs:
    """The file that names the distribution, which ``operating_system`` reads."""
    try:
        return {RELEASE: Output.file(_RELEASE)} if host.platform == "linux" else {}
    except OSError:
        return {}


def _disks(paths: tuple[Path, ...]) -> Iterator[dict[str, Any]]:
    """The usage of the disks that hold these folders, each disk once."""
    import psutil

    seen = set()
    for path in paths:
        try:
            device = path.stat().st_dev
            if device not in seen:
                seen.add(device)
                yield {"path": str(path), "used_percent": psutil.disk_usage(str(path)).percent}
        except OSError:
            continue
