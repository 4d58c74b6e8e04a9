"""The engine inside another program: facts in, the first diagnosis and its plan out."""

import json
import shlex
import sys
from pathlib import Path

from ccexpert import Expert

facts = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
report = Expert().diagnose(facts)
if report.first:
    print(f"{report.first.certainty:.2f}  {report.first.title}")
for step in report.plan:
    print(f"  {step.kind}: {shlex.join(step.command) if step.command else step.text}")
