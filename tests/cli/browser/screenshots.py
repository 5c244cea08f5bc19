"""Pictures of the pages in their main states, to be looked at.

    python tests/cli/browser/screenshots.py FOLDER [EXAMPLE...]

Every example scenario on a phone and on a desk; two of them also in the dark, on paper, without a script, as colour-blind
readers see it, with a position open, on an earlier day and under another reading; the comparison and the sweep as well.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chromium import (
    DESK,
    DESK_AT_NIGHT,
    EXAMPLES,
    PHONE,
    PHONE_AT_NIGHT,
    WITHOUT_SCRIPTS,
    Reader,
    chromium,
    sheet,
    written,
)

IN_EVERY_STATE = ("agi_declared", "compute_shortfall")
SIGHTS = ("deuteranopia", "protanopia", "tritanopia", "achromatopsia")
PAGES = {
    "compare": ("whatif", "examples/agi_declared.yaml", "--drop", "3", "--format", "html"),
    "sweep": ("sweep", "examples/agi_declared.yaml", "--vary", "event[3].date=2025-11-20..2026-01-31 step 1 week", "--format", "html"),
}
"""Other pages than reports, by the command that makes them."""


def main(folder: Path, names: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for name in names:
            page = written(folder / f"{name}.html", *PAGES.get(name, ("report", f"examples/{name}.yaml")))
            for state, reader in (("phone", PHONE), ("desk", DESK)):
                taken(browser, page, reader, folder / f"{name}.{state}.png")
        for name in [name for name in IN_EVERY_STATE if name in names]:
            states(browser, folder / f"{name}.html", folder)


def opened(browser: Any, page: Path, reader: Reader) -> Any:
    shown = sheet(browser, reader)
    shown.goto(page.as_uri())
    return shown


def taken(browser: Any, page: Path, reader: Reader, picture: Path) -> None:
    shown = opened(browser, page, reader)
    shown.screenshot(path=picture, full_page=True)
    shown.context.close()


def states(browser: Any, page: Path, folder: Path) -> None:
    """One report in each state that a reader may bring it to."""
    for state, reader in (("phone-dark", PHONE_AT_NIGHT), ("desk-dark", DESK_AT_NIGHT), ("no-script", WITHOUT_SCRIPTS)):
        taken(browser, page, reader, folder / f"{page.stem}.{state}.png")
    shown = opened(browser, page, DESK)
    for state in moved(shown):
        shown.screenshot(path=folder / f"{page.stem}.{state}.png")
    eyes = shown.context.new_cdp_session(shown)
    shown.evaluate("document.getElementById('picture').scrollIntoView()")
    for sight in SIGHTS:
        eyes.send("Emulation.setEmulatedVisionDeficiency", {"type": sight})
        shown.screenshot(path=folder / f"{page.stem}.{sight}.png")
    shown.pdf(path=folder / f"{page.stem}.print.pdf", format="A4", print_background=True)
    shown.context.close()


def moved(shown: Any) -> Iterator[str]:
    """Bring a report to one state after another, and say which."""
    shown.evaluate("document.getElementById('timeline').scrollIntoView()")
    shown.locator("#earlier").click()
    yield "earlier"
    shown.locator("input[data-number]").first.check()
    yield "read-differently"
    shown.locator("input[type=radio]").first.check()
    shown.locator("#search").fill("exclusive")
    yield "searched"
    shown.locator("#search").fill("")
    shown.locator("details.pos").first.locator("summary").click()
    shown.locator("details.pos").first.scroll_into_view_if_needed()
    yield "position"


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), sys.argv[2:] or [*EXAMPLES, *PAGES])
