"""What holds for all tests: the same examples on every machine and in every run, however slow it is, and nothing
remembered from one run to the next, but where remembering is what is tested."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

os.environ["DEALCLI_NO_CACHE"] = "1"

settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")


@pytest.fixture(scope="session", autouse=True)
def nobody_configures_from_above(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No file that happens to lie above the folders of the tests is taken for their configuration."""
    (tmp_path_factory.getbasetemp() / ".git").mkdir(exist_ok=True)
