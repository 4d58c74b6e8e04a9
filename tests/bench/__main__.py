"""``make bench``: how fast is it? Figures of this machine, not tests."""

import os
import platform

from tests.bench import cold, engine

print(f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} CPUs")
print()
engine.report()
cold.report()
