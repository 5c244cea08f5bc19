"""The browser of this machine, and the pages of dealcli in it as readers have them: on a phone or a desk, light or dark."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple

import dealcli

ROOT = Path(__file__).resolve().parents[3]
SOURCE = Path(dealcli.__file__).resolve().parent.parent
EXAMPLES = sorted(path.stem for path in (ROOT / "examples").glob("*.yaml"))
PROGRAM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
"""Debian's Chromium or one of another name; none where there is none."""


class Reader(NamedTuple):
    """How somebody reads a page: how wide the screen is, whether it is dark, and whether scripts run."""

    width: int
    colours: Literal["light", "dark"] = "light"
    scripts: bool = True


PHONE, DESK = Reader(360), Reader(1280)
PHONE_AT_NIGHT, DESK_AT_NIGHT = Reader(360, "dark"), Reader(1280, "dark")
WITHOUT_SCRIPTS = Reader(1280, scripts=False)


@contextmanager
def chromium() -> Iterator[Any]:
    """The browser, as long as it is needed."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=PROGRAM, args=["--disable-gpu"])
        yield browser
        browser.close()


def sheet(browser: Any, reader: Reader) -> Any:
    """An empty page as one reader has it, off the network: what is opened in it has nothing but itself."""
    return browser.new_context(viewport={"width": reader.width, "height": 800}, color_scheme=reader.colours, offline=True,
                               java_script_enabled=reader.scripts, locale="en-GB", timezone_id="UTC").new_page()  # fmt: skip


def written(page: Path, *command: str) -> Path:
    """The page that a command of dealcli writes, with paths as from the root of the sources."""
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    done = subprocess.run([sys.executable, "-m", "dealcli", *command, "-o", str(page)], cwd=ROOT, env=environment, check=False,
                          capture_output=True, text=True)  # fmt: skip
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(command)}: {done.stderr}")
    return page
