"""Pages opened in a browser, whatever it complains of being a failure of the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from chromium import DESK, PROGRAM, Reader, chromium, sheet, written

Run = Callable[..., Any]
Open = Callable[..., Any]

DISPUTED = """\
  wait:
    kind: prohibition
    bearer: buyer
    title: No order while busy
    act: ordered where units = 20
    while: busy
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    pytest.importorskip("playwright", reason="Playwright is not installed")
    if PROGRAM is None:
        pytest.skip("there is no Chromium to open the page in")
    with chromium() as found:
        yield found


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The report of an example scenario, written once."""
    folder = tmp_path_factory.mktemp("reports")

    def report(name: str) -> Path:
        page = folder / f"{name}.html"
        return page if page.exists() else written(page, "report", f"examples/{name}.yaml")

    return report


@pytest.fixture
def disputed(run: Run, here: Path) -> Path:
    """The report of a scenario in which one question decides whether a prohibition is in force."""
    deal = (here / "deal.yaml").read_text("utf-8").replace("count(delivered) > 2", "count(delivered) > 1") + DISPUTED
    (here / "deal.yaml").write_text(deal, "utf-8")
    assert run("report", "scenario.yaml").code == 0
    return here / "report.html"


@pytest.fixture
def opened(browser: Any) -> Iterator[Open]:
    """Open a page as a reader does; at the end of the test the browser must have had nothing to say about any."""
    said: list[str] = []
    pages = []

    def one(path: Path, reader: Reader = DESK, fragment: str = "") -> Any:
        page = sheet(browser, reader)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda fault: said.append(str(fault)))
        page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: said.append(request.url) if not request.url.startswith("file:") else None)
        page.goto(path.as_uri() + fragment)
        pages.append(page)
        return page

    yield one
    for page in pages:
        page.context.close()
    assert said == []
