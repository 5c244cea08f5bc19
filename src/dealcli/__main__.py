"""Where the ``dealcli`` command and ``python -m dealcli`` begin; it imports as little as it can."""

from __future__ import annotations

import gc
import os
import sys

from dealcli import __version__


def run() -> None:
    """Answer ``--version`` at once, and leave everything else to the command line."""
    if sys.argv[1:] == ["--version"]:
        try:
            os.write(1, f"dealcli {__version__}\n".encode())
        except OSError:
            # the command line tells why nothing could be written, as for every other answer
            pass
        else:
            return
    # a command is short and keeps nearly all that it makes: looking for garbage only costs it time
    gc.disable()

    from dealcli.cli.main import main

    try:
        main()
    finally:
        # nor does the interpreter have to look for it at its end
        gc.freeze()


if __name__ == "__main__":
    run()
