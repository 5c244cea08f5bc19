"""What holds for all tests: the same examples on every machine and in every run, however slow it is, and nothing
remembered from one run to the next, but where remembering is what is tested."""

from __future__ import annotations

import os

from hypothesis import settings

os.environ["DEALCLI_NO_CACHE"] = "1"

settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")
