"""``make bench``: how fast is it? Figures of this machine, not tests."""

import os
import platform
from importlib.util import find_spec

from tests.bench import cold, consult, engine, fleet, observe, serve, threads

print(f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} CPUs")
print()
engine.report()
consult.report()
threads.report()
if find_spec("clips") and find_spec("durable"):
    from tests.bench import compare

    compare.report()
else:
    print("other engines are left out: pip install 'ccexpert[bench]' to compare with them")
fleet.report()
observe.report()
serve.report()
cold.report()
