"""The program, as ``ccexpert`` and as ``python -m ccexpert``."""

import atexit
import gc


def main() -> None:
    """Run the command line without collecting garbage: a run is short and its knowledge stays."""
    gc.disable()
    atexit.register(gc.freeze)  # nor need the interpreter look it over when it ends
    from ccexpert.cli import main as run

    run()


if __name__ == "__main__":
    main()
