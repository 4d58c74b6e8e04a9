"""Examples of every command, shown in its help and on its page of the manual."""

from __future__ import annotations

from collections.abc import Mapping

#: Command lines by the command that they show.
EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "ccexpert": (
        "ccexpert consult",
        "ccexpert diagnose --observe --short",
        "nlserver pdump | ccexpert diagnose -",
        "ccexpert explain XSV-350013",
    ),
    "ccexpert act": (
        "ccexpert act --observe",
        "ccexpert act --observe --execute",
        "ccexpert act facts.json --execute --yes-checks",
    ),
    "ccexpert builds": (
        "ccexpert builds 9277",
        "ccexpert builds NEO-25206",
        "ccexpert builds tracking",
    ),
    "ccexpert config": ("ccexpert config", "ccexpert config --format json"),
    "ccexpert consult": (
        "ccexpert consult",
        "ccexpert consult --observe --save-facts facts.json",
        "ccexpert consult --resume",
    ),
    "ccexpert diagnose": (
        "ccexpert diagnose facts.json",
        "ccexpert diagnose --observe --short",
        "ccexpert diagnose --observe --watch 60",
        "nlserver pdump | ccexpert diagnose -",
        "ccexpert diagnose facts.json --format html=report.html --format ticket",
    ),
    "ccexpert diff": ("ccexpert diff 12 15", "ccexpert diff before.json after.json"),
    "ccexpert explain": (
        "ccexpert explain stat-not-running",
        "ccexpert explain stat-not-running --facts facts.json",
        "ccexpert explain XSV-350013",
        "ccexpert explain 'push token is not stored'",
    ),
    "ccexpert facts": ("ccexpert facts find bounce", "ccexpert facts validate facts.json"),
    "ccexpert facts find": ("ccexpert facts find 'mail stopped'",),
    "ccexpert facts schema": ("ccexpert facts schema --output facts.schema.json",),
    "ccexpert facts template": ("ccexpert facts template --instance prod --output facts.json",),
    "ccexpert facts validate": ("ccexpert facts validate facts.json",),
    "ccexpert fleet": (
        "ccexpert fleet hosts.jsonl",
        "ccexpert fleet facts/ --format html=fleet.html --format jsonl=records.jsonl",
        "ccexpert fleet facts/ --follow --resume --format jsonl=records.jsonl",
    ),
    "ccexpert history": ("ccexpert history list", "ccexpert history recurrence --days 30"),
    "ccexpert history calibration": ("ccexpert history calibration",),
    "ccexpert history list": ("ccexpert history list --host campaign-app-01",),
    "ccexpert history mark": (
        "ccexpert history mark 12 right",
        "ccexpert history mark 12 wrong 'a firewall rule on the relay'",
    ),
    "ccexpert history recurrence": (
        "ccexpert history recurrence --days 30",
        "ccexpert history recurrence --days 30 --format html --output faults.html",
    ),
    "ccexpert history show": ("ccexpert history show 12 --short",),
    "ccexpert modules": ("ccexpert modules", "ccexpert modules --format markdown"),
    "ccexpert observe": (
        "ccexpert observe --output facts.json",
        "ccexpert observe --from capture.tar.gz",
        "nlserver pdump | ccexpert observe pdump -",
    ),
    "ccexpert observe alertmanager": (
        "ccexpert observe alertmanager payload.json --mapping mapping.yaml",
    ),
    "ccexpert observe capture": ("ccexpert observe capture campaign-app-01.tar.gz --hours 48",),
    "ccexpert observe configuration": ("ccexpert observe configuration config-prod.xml",),
    "ccexpert observe log": ("ccexpert observe log mta.log --instance prod --hours 24",),
    "ccexpert observe logon": (
        "curl -si http://localhost/nl/jsp/logon.jsp | ccexpert observe logon -",
    ),
    "ccexpert observe missing": ("nlserver monitor -missing | ccexpert observe missing -",),
    "ccexpert observe monitor": ("nlserver monitor | ccexpert observe monitor -",),
    "ccexpert observe pdump": ("nlserver pdump -who | ccexpert observe pdump -",),
    "ccexpert observe ping": (
        "curl -si http://localhost/nl/jsp/ping.jsp | ccexpert observe ping -",
    ),
    "ccexpert observe r-test": ("curl -si http://localhost/r/test | ccexpert observe r-test -",),
    "ccexpert observe server-configuration": (
        "ccexpert observe server-configuration serverConf.xml",
    ),
    "ccexpert observe service-status": (
        "(systemctl status nlserver; echo exit code: $?) | ccexpert observe service-status -",
    ),
    "ccexpert observe site": ("curl -si http://localhost/ | ccexpert observe site -",),
    "ccexpert observe tomcat-direct": (
        "curl -si http://localhost:8080/nl/jsp/logon.jsp | ccexpert observe tomcat-direct -",
    ),
    "ccexpert read": ("ccexpert read ticket.txt", "nlserver pdump | ccexpert read -"),
    "ccexpert rules": ("ccexpert rules list", "ccexpert rules show stat-not-running"),
    "ccexpert rules docs": ("ccexpert rules docs handbook --format html",),
    "ccexpert rules lint": ("ccexpert rules lint my-pack",),
    "ccexpert rules list": ("ccexpert rules list mta", "ccexpert rules list --format json"),
    "ccexpert rules new": ("ccexpert rules new our-proxy-down --module web --pack my-pack",),
    "ccexpert rules propose": (
        "ccexpert rules propose",
        "ccexpert rules propose --into proposals",
    ),
    "ccexpert rules schema": ("ccexpert rules schema card --output card.schema.json",),
    "ccexpert rules show": ("ccexpert rules show stat-not-running",),
    "ccexpert rules test": ("ccexpert rules test --rules my-pack --coverage",),
    "ccexpert mcp": (
        "ccexpert mcp",
        "ccexpert mcp --observe",
        "ccexpert mcp --observe --act",
        "ccexpert mcp --listen 127.0.0.1:8766",
    ),
    "ccexpert serve": (
        "ccexpert serve",
        "ccexpert serve --mapping mapping.yaml --record",
        "ccexpert serve --name ccexpert.example.com --token-file /etc/ccexpert/token",
    ),
}
