"""Parts made on a dask cluster that is there already, by ``distributed`` where it is installed (``dealcli[dask]``).

The answer of a part follows from its question alone, so that a part whose worker is lost is made again by another one, and
the whole is what one process alone would have given. Question and answers travel pickled: the cluster must be trusted.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from dealcli import __version__
from dealcli.cli.parquet import NOT_INSTALLED
from dealcli.cli.parts import MOST_AHEAD, WORKERS_ENDED, Make, Pack, Part, Span
from dealcli.diagnostics import Diagnostic, Place, Refused

OPTION = Place("--cluster")
SECONDS = 15
"""So long a scheduler may take to answer."""


class OtherVersion(Exception):
    """A worker has another version of dealcli, and might answer otherwise."""


def on_cluster(address: str) -> Make:
    """Parts made by the workers of a scheduler. Raises ``Refused`` where it cannot be reached or has none."""

    def make(part: Part, pack: Pack, wanted: Sequence[Span]) -> Iterator[tuple[Span, Any]]:
        with _client(address) as (client, distributed):
            waiting = iter(wanted)
            under_way: dict[Any, Span] = {}
            ended = distributed.as_completed(loop=client.loop)
            try:
                while True:
                    most = max(1, sum(client.nthreads().values())) * MOST_AHEAD
                    for span in islice(waiting, max(0, most - len(under_way))):
                        task = client.submit(checked, __version__, part, pack(span), *span, pure=False, retries=2)
                        under_way[task] = span
                        ended.add(task)
                    if not under_way:
                        return
                    task = next(ended)
                    yield under_way.pop(task), task.result()
            except distributed.KilledWorker:
                raise _refused("workers of the cluster ended while they made the same part", "they may have too little memory") from None
            except (OtherVersion, ImportError) as error:
                raise _refused(f"a worker cannot do it: {error}", f"each worker needs dealcli {__version__}") from None
            finally:
                client.cancel(list(under_way))

    return make


@contextmanager
def _client(address: str) -> Iterator[tuple[Any, Any]]:
    try:
        import distributed
    except ImportError:
        raise Refused(Diagnostic(NOT_INSTALLED, "distributed is not installed", OPTION, hint="install dealcli[dask]")) from None
    # what a lost worker means is told by the answer, or by a refusal; the library gives each of its loggers a level of its own
    logging.disable(logging.CRITICAL)
    try:
        client = distributed.Client(address, timeout=SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise _refused(f"no scheduler answers at '{address}': {type(error).__name__}", "tcp://host:port of a dask scheduler") from None
    try:
        if not client.nthreads():
            raise _refused(f"the scheduler at '{address}' has no workers", f"dask worker {address}")
        yield client, distributed
    finally:
        client.close()


def _refused(message: str, hint: str) -> Refused:
    return Refused(Diagnostic(WORKERS_ENDED, message, OPTION, hint=hint))


def checked(version: str, part: Part, packed: bytes, first: int, last: int) -> Any:
    """A part, made on a worker of the same version."""
    if version != __version__:
        raise OtherVersion(f"it has dealcli {__version__}")
    return part(packed, first, last)


__all__ = ["on_cluster"]
