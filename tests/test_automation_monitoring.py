"""The check under a real Nagios and the units under systemd's own eye, against the stand-in."""

from __future__ import annotations

import getpass
import grp
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.automation import EXAMPLES, install, run, shown
from tests.standin import StandIn

pytest_plugins = ["tests.standin.fixture"]

PROGRAM = "/opt/ccexpert/bin/ccexpert"
USER, GROUP = getpass.getuser(), grp.getgrgid(os.getgid()).gr_name
NAGIOS = shutil.which("nagios4") or shutil.which("nagios")
CFG = (EXAMPLES / "nagios" / "ccexpert.cfg").read_text(encoding="utf-8")

#: What a site has of its own: the host, whom to tell, and when.
SITE = """
define timeperiod {
    timeperiod_name 24x7
    alias           always
    sunday          00:00-24:00
    monday          00:00-24:00
    tuesday         00:00-24:00
    wednesday       00:00-24:00
    thursday        00:00-24:00
    friday          00:00-24:00
    saturday        00:00-24:00
}
define command {
    command_name tell
    command_line /bin/true
}
define contact {
    contact_name                  campaign-admin
    host_notification_period      24x7
    service_notification_period   24x7
    host_notification_options     n
    service_notification_options  n
    host_notification_commands    tell
    service_notification_commands tell
}
define host {
    host_name           campaign-app-01
    address             127.0.0.1
    max_check_attempts  1
    check_period        24x7
    contacts            campaign-admin
    notification_period 24x7
}
"""


def configuration(folder: Path) -> str:
    """A Nagios that lives in ``folder`` and whose minutes last a second."""
    files = {
        "cfg_file": "objects.cfg",
        "log_file": "nagios.log",
        "object_cache_file": "objects.cache",
        "precached_object_file": "objects.precache",
        "status_file": "status.dat",
        "lock_file": "nagios.pid",
        "temp_file": "nagios.tmp",
        "command_file": "nagios.cmd",
        "query_socket": "nagios.qh",
        "temp_path": "tmp",
        "check_result_path": "results",
        "log_archive_path": "archives",
    }
    plain = {
        "nagios_user": USER,
        "nagios_group": GROUP,
        "illegal_macro_output_chars": "`~$&|'\"<>",
        "interval_length": 1,
        "status_update_interval": 1,
        "check_result_reaper_frequency": 1,
        "service_inter_check_delay_method": "n",
        "check_external_commands": 0,
        "check_for_updates": 0,
        "retain_state_information": 0,
        "use_syslog": 0,
        "check_workers": 1,
    }
    for name in ("tmp", "results", "archives"):
        (folder / name).mkdir()
    lines = [f"{key}={folder / name}" for key, name in files.items()]
    return "\n".join([*lines, *(f"{key}={value}" for key, value in plain.items())]) + "\n"


State = Callable[[], dict[str, str]]


@pytest.fixture
def nagios(host: StandIn, tmp_path: Path) -> Iterator[State]:
    """A Nagios with the example's definitions; tells what its status file says of the service."""
    if NAGIOS is None:
        pytest.skip("there is no Nagios here (Debian: apt install nagios4-core)")
    folder = tmp_path / "nagios"
    folder.mkdir()
    main = folder / "nagios.cfg"
    main.write_text(configuration(folder))
    objects = SITE + CFG.replace(PROGRAM, str(install(host)))
    (folder / "objects.cfg").write_text(objects)
    checked = run([NAGIOS, "--verify-config", main])
    assert checked.returncode == 0, checked.stdout
    assert "Total Warnings: 0" in checked.stdout
    process = subprocess.Popen(
        [NAGIOS, main], stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT, start_new_session=True
    )

    def state() -> dict[str, str]:
        assert process.poll() is None, (folder / "nagios.log").read_text()
        status = folder / "status.dat"
        text = status.read_text(encoding="utf-8") if status.exists() else ""
        block = re.search(r"servicestatus \{\n(.*?)\n\t\}", text, re.DOTALL)
        lines = block[1].splitlines() if block else []
        return dict(line.strip().split("=", 1) for line in lines)

    try:
        yield state
    finally:
        process.terminate()
        process.wait(120)


def wait_for(state: State, **wanted: str) -> dict[str, str]:
    deadline = time.monotonic() + 300
    while not wanted.items() <= (seen := state()).items():
        assert time.monotonic() < deadline, seen
        time.sleep(0.1)
    return seen


def test_a_real_nagios_tells_ok_then_critical_once_stat_is_gone(
    host: StandIn, nagios: State
) -> None:
    seen = wait_for(nagios, has_been_checked="1", current_state="0")
    assert seen["plugin_output"].startswith("CAMPAIGN OK - no problems found: looked at ")
    host.kill("stat@prod")
    seen = wait_for(nagios, current_state="2")
    assert seen["plugin_output"].startswith("CAMPAIGN CRITICAL - stat@prod: The statistics server")
    assert seen["performance_data"].startswith("diagnoses=1;;;0 top_certainty=0.70;;;0;1")
    assert host.changes() == []
    output = f"{seen['plugin_output']} | {seen['performance_data']}"
    shown("monitoring.md", "ccexpert diagnose --observe --format nagios", output)


UNITS = EXAMPLES / "systemd"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd here")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    folder = str(Path(sys.executable).parent)
    names = []
    for unit in (*UNITS.iterdir(), EXAMPLES / "alertmanager" / "ccexpert-alerts.service"):
        text = unit.read_text(encoding="utf-8").replace(str(Path(PROGRAM).parent), folder)
        (tmp_path / unit.name).write_text(text)
        names.append(tmp_path / unit.name)
    done = run(["systemd-analyze", "verify", *names])
    said = [
        line for line in done.stderr.splitlines() if str(tmp_path) in line or "ccexpert" in line
    ]
    assert (done.returncode, said) == (0, [])


def test_what_the_service_runs_keeps_what_is_promised(host: StandIn, tmp_path: Path) -> None:
    host.kill("stat@prod")
    text = (UNITS / "ccexpert.service").read_text(encoding="utf-8")
    line = re.search(r"^ExecStart=((?:.*\\\n)*.*)$", text, re.MULTILINE)
    assert line
    state = tmp_path / "state"
    (state / "textfile").mkdir(parents=True)
    command = line[1].replace("\\\n", " ").replace("/var/lib/ccexpert", str(state))
    done = run([install(host), *shlex.split(command)[1:]])
    (accepted,) = re.findall(r"^SuccessExitStatus=(\d+)$", text, re.MULTILINE)
    assert (done.returncode, done.stdout) == (int(accepted), "")
    figures = (state / "textfile" / "ccexpert.prom").read_text()
    assert 'id="stat-not-running"' in figures
    shown("monitoring.md", "cat /var/lib/ccexpert/textfile/ccexpert.prom", figures)
    assert json.loads((state / "report.json").read_text())["status"] == "findings"


ICINGA_PLACES = ("DataDir", "LogDir", "CacheDir", "InitRunDir", "SpoolDir")

#: The local node is the host and its agent in one.
ICINGA = """
include <itl>
object Endpoint NodeName {{ }}
object Zone ZoneName {{ endpoints = [ NodeName ] }}
object Host "campaign-app-01" {{
  zone = ZoneName
  check_command = "dummy"
  vars.agent_endpoint = NodeName
  vars.campaign_instance = "prod"
}}
include "{definitions}"
"""


@pytest.mark.skipif(
    not shutil.which("icinga2"), reason="there is no Icinga 2 here (Debian: apt install icinga2)"
)
def test_a_real_icinga_takes_the_definitions(tmp_path: Path) -> None:
    main = tmp_path / "icinga2.conf"
    main.write_text(ICINGA.format(definitions=EXAMPLES / "nagios" / "icinga2.conf"))
    places = [f"-D{name}={tmp_path / name}" for name in ICINGA_PLACES]
    for name in ICINGA_PLACES:
        (tmp_path / name).mkdir()
    own = {"ICINGA2_USER": USER, "ICINGA2_GROUP": GROUP}
    names = ["-DNodeName=node", "-DZoneName=node"]
    done = run(["icinga2", "daemon", "-C", "-c", main, *names, *places], env=own)
    assert done.returncode == 0, done.stdout
    assert "Instantiated 1 Service." in done.stdout


def test_icinga_calls_the_program_with_options_that_it_has() -> None:
    text = (EXAMPLES / "nagios" / "icinga2.conf").read_text(encoding="utf-8")
    words = re.findall(r'"([^"]+)"', text[text.index("command = [") : text.index("timeout")])
    assert words[0] == PROGRAM
    given = dict(zip(words[5::2], ["prod", "http://127.0.0.1:1", "sv"], strict=False))
    assert list(words[5::2]) == ["--instance", "--url", "--lang"]
    arguments = [part for pair in given.items() for part in pair]
    done = run([sys.executable, "-m", "ccexpert", *words[1:5], *arguments])
    assert done.stdout.startswith("CAMPAIGN "), done.stderr
