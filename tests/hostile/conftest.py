from __future__ import annotations

from collections.abc import Iterator

import pytest

from one_command import Commands


@pytest.fixture(scope="session")
def commands() -> Iterator[Commands]:
    """Commands in processes of their own."""
    server = Commands()
    yield server
    server.close()
