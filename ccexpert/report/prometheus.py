"""The report as metrics in the Prometheus text format, for the textfile collector.

Every series names its host, so files of several hosts can share a folder. The Campaign instance is
``campaign_instance``, because ``instance`` belongs to the scraper.
"""

from __future__ import annotations

from datetime import datetime
from typing import get_args

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from ccexpert.diagnosis import IMPACTS, PlainReport, Status
from ccexpert.display import one_line
from ccexpert.report.interface import Layout


def render(report: PlainReport, _layout: Layout) -> str:
    """The figures of the report."""
    host = one_line(report.host or "")
    registry = CollectorRegistry()

    def gauge(name: str, meaning: str, *labels: str) -> Gauge:
        return Gauge(f"ccexpert_{name}", meaning, ("host", *labels), registry=registry)

    certainty = gauge(
        "diagnosis_certainty",
        "Certainty of a ranked diagnosis, 0 to 1.",
        *("id", "module", "campaign_instance", "severity", "verdict"),
    )
    for d in report.diagnoses:
        labels = d.id, d.module, d.instance or "", IMPACTS[d.impact - 1], d.verdict
        certainty.labels(*map(one_line, (d.host or host, *labels))).set(d.certainty)
    status = gauge("status", "1 for the status of the report, 0 for the others.", "status")
    for name in get_args(Status):
        status.labels(host, name).set(name == report.status)
    worst = gauge("worst_impact", "Highest impact among the findings, 1 to 4; 0 without any.")
    worst.labels(host).set(report.worst_impact())
    unexplained = gauge("unexplained_observations", "Observations that no diagnosis accounts for.")
    unexplained.labels(host).set(len(report.unexplained))
    ended = gauge("last_run_timestamp_seconds", "When the report was made.")
    ended.labels(host).set(datetime.fromisoformat(report.run.started).timestamp())
    return generate_latest(registry).decode()
