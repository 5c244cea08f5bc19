"""Where the ``dealcli`` command and ``python -m dealcli`` begin; it imports as little as it can."""

from __future__ import annotations

import gc
import os
import sys

from dealcli import __version__

COULD_NOT, INTERRUPTED, TERMINATED = 2, 130, 143
"""Exit codes, as ``dealcli.cli.exits`` has them."""


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
    answer_signals()
    # a command is short and keeps nearly all that it makes: looking for garbage only costs it time
    gc.disable()
    try:
        from dealcli.cli.main import main

        main()
    except KeyboardInterrupt:
        # before the command line was there to answer it
        sys.exit(INTERRUPTED)
    except (ImportError, MemoryError, OSError) as error:
        os.write(2, f"dealcli: it cannot be started: {type(error).__name__}\n".encode())
        sys.exit(COULD_NOT)
    finally:
        _end()


def answer_signals() -> None:
    """An interrupt or a request to end takes back what is half done. A second one meanwhile changes nothing, a third ends at once."""
    import signal

    come = 0

    def answered(number: int, frame: object) -> None:
        nonlocal come
        come += 1
        if come > 1:
            for one in listened:
                signal.signal(one, signal.SIG_DFL)
        elif number == signal.SIGINT:
            raise KeyboardInterrupt
        else:
            sys.exit(TERMINATED)

    # whoever starts a command may have it pass over a signal
    listened = [one for one in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(one) != signal.SIG_IGN]
    for one in listened:
        signal.signal(one, answered)
    sys.unraisablehook = _answered_a_moment_later


def _answered_a_moment_later(dropped: sys.UnraisableHookArgs) -> None:
    """Python drops what is raised while it tidies up, and writes that it did: a signal that came just then is answered after it."""
    import signal

    ended = dropped.exc_value
    if not isinstance(ended, (KeyboardInterrupt, SystemExit)) or not hasattr(signal, "setitimer"):
        sys.__unraisablehook__(dropped)
        return

    def answered(number: int, frame: object) -> None:
        raise ended

    signal.signal(signal.SIGALRM, answered)
    signal.setitimer(signal.ITIMER_REAL, 0.001)


def _end() -> None:
    """The answer is given: an interrupt could only show what the interpreter does at its end, and there is no garbage to look for."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    gc.freeze()


if __name__ == "__main__":
    run()
