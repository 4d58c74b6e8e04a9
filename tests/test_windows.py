"""What Windows prints is read in its language and its character sets."""

from __future__ import annotations

import pytest

from ccexpert import Expert, read
from ccexpert.observe.text import decode

SERVICE = """C:\\Windows\\system32>sc query nlserver6

SERVICE_NAME: nlserver6
        {type:19}: 10  WIN32_OWN_PROCESS
        {state:19}: {number}
                                (STOPPABLE, NOT_PAUSABLE, ACCEPTS_SHUTDOWN)
        {code:19}: 0  (0x0)
"""
DRIVES = """PS C:\\> Get-PSDrive -PSProvider FileSystem

Name           Used (GB)     Free (GB) Provider      Root                    CurrentLocation
----           ---------     --------- --------      ----                    ---------------
C                  {used}          {free} FileSystem    C:\\                            Users
D                  40{mark}11         59{mark}89 FileSystem    D:\\
"""
NETSTAT = """C:\\>netstat -ano -p tcp

{title}

  Proto  {local}         {remote}          Status           PID
  TCP    0.0.0.0:80             0.0.0.0:0              {state}         4
"""


def facts(text: str | bytes) -> set[str]:
    return {told.fact.label for told in read(text).told}


@pytest.mark.parametrize("said", [
    "Det gick inte att läsa: åtkomst nekad.", "Zugriff verweigert, Schlüssel ungültig.",
    "L'accès est refusé à l'élève.", "Tjänsten är stoppad – felet är “okänt”.",
])  # fmt: skip
def test_words_are_read_in_either_character_set(said: str) -> None:
    for encoding in ("cp1252", "cp850"):
        if encoding == "cp1252" or "“" not in said:
            assert decode(said.encode(encoding)) == said


@pytest.mark.parametrize(("number", "result"), [("1  STOPPED", "blank"), ("4  RUNNING", "ok")])
@pytest.mark.parametrize(("kind", "state", "code"), [
    ("TYPE", "STATE", "WIN32_EXIT_CODE"), ("TYP", "STATUS", "WIN32_EXITCODE"),
    ("TYP", "TILLSTÅND", "WIN32_EXIT_CODE"), ("TYPE", "ÉTAT", "CODE_SORTIE_WIN32"),
])  # fmt: skip
def test_the_service_is_asked_in_any_language(
    kind: str, state: str, code: str, number: str, result: str
) -> None:
    text = SERVICE.format(type=kind, state=state, code=code, number=number)
    reading = read(text.encode("cp850"))
    assert {told.fact.label for told in reading.told} == {f"probe service-status = {result}"}
    assert not reading.hints


@pytest.mark.parametrize("line", [
    "Tjänsten Adobe Campaign Classic avslutades oväntat. Detta har hänt 3 gånger.",
    'Dienst "Adobe Campaign Classic" wurde unerwartet beendet. Dies ist bereits 1 Mal passiert.',
    "Le service nlserver6 s’est terminé de façon inattendue. Ceci s’est produit 2 fois.",
])  # fmt: skip
def test_an_event_that_the_service_ended_is_a_crash(line: str) -> None:
    fields = "Loggnamn:      System\nHändelse-ID:   7034\nNivå:          Fel\nBeskrivning:\n"
    reading = read(fields + line)
    assert {told.fact.label for told in reading.told} == {"symptom module-crash = true"}
    assert not reading.hints


@pytest.mark.parametrize("mark", [".", ","])
def test_the_drives_that_the_plan_asks_for_are_read(mark: str) -> None:
    full = DRIVES.format(used=f"99{mark}80", free=f"0{mark}20", mark=mark)
    (disk,) = (told.fact for told in read(full).told)
    assert disk.label == "indicator disk = alert"
    roomy = DRIVES.format(used=f"20{mark}00", free=f"80{mark}00", mark=mark)
    assert facts(roomy) == {"indicator disk = ok"}


@pytest.mark.parametrize(("title", "local", "remote", "state"), [
    ("Active Connections", "Local Address", "Foreign Address", "LISTENING"),
    ("Aktive Verbindungen", "Lokale Adresse", "Remoteadresse", "ABHÖREN"),
    ("Aktiva anslutningar", "Lokal adress", "Fjärradress", "LYSSNAR"),
])  # fmt: skip
def test_the_kernel_holds_the_port_of_iis_in_any_language(
    title: str, local: str, remote: str, state: str
) -> None:
    reading = read(NETSTAT.format(title=title, local=local, remote=remote, state=state))
    assert [told.fact.label for told in reading.told] == ["port 80/tcp (System) = bound"]
    assert not reading.hints


def test_the_exit_code_says_why_the_service_did_not_start(expert: Expert) -> None:
    text = (
        "SERVICE_NAME: nlserver6\n        TYPE               : 10  WIN32_OWN_PROCESS\n"
        "        STATE              : 1  STOPPED\n        WIN32_EXIT_CODE    : {}\n"
    )
    named = [
        expert.diagnose(read(text.format(code)).document).diagnoses[0].id
        for code in ("1069  (0x42d)", "1077  (0x435)")
    ]
    assert named == ["windows-service-logon-refused", "watchdog-not-running"]
