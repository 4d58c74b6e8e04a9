"""The program, as ``ccexpert`` and as ``python -m ccexpert``."""

import atexit
import gc
import sys

INTERRUPTED = 130


def main() -> None:
    """Run the command line without garbage collection: a run is short and keeps its knowledge."""
    gc.disable()
    atexit.register(gc.freeze)  # saves the collection at exit, too
    try:
        from ccexpert.cli import main as run

        run()
    except KeyboardInterrupt:  # also while modules are still being loaded
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
