"""What is said where a code can be shown by no single file on its page: odd files, other deals, a machine in another state."""

from __future__ import annotations

import gzip
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from dealcli.output.rule_pages import rules

Run = Callable[..., Any]
Ready = Callable[[Path, pytest.MonkeyPatch], object]
TABLE = "document,row,says,homes,note\n"
ENDS_A_WORKER = """\
import multiprocessing, sys, threading, time
from dealcli.cli.main import main

def end_one():
    while not (workers := multiprocessing.active_children()):
        time.sleep(0.01)
    time.sleep(0.1)
    workers[0].kill()

if __name__ == "__main__":
    threading.Thread(target=end_one, daemon=True).start()
    main(sys.argv[1:])
"""


class Shown(NamedTuple):
    """What to make ready beside a deal, a scenario and a suite, and the command that is then told the code."""

    command: str
    ready: Ready = lambda here, patch: None
    program: str = "$D"


def file(name: str, content: str | bytes) -> Ready:
    def write(here: Path, patch: pytest.MonkeyPatch) -> None:
        (here / name).parent.mkdir(exist_ok=True)
        (here / name).write_bytes(content if isinstance(content, bytes) else content.encode())

    return write


def changed(name: str, *changes: tuple[str, str]) -> Ready:
    def change(here: Path, patch: pytest.MonkeyPatch) -> None:
        text = (here / name).read_text("utf-8")
        for right, other in changes:
            assert right in text
            text = text.replace(right, other, 1)
        (here / name).write_text(text, encoding="utf-8")

    return change


def table(*rows: str) -> Ready:
    return file("traceability.csv", TABLE + "".join(f"{row}\n" for row in rows))


def many_files(here: Path, patch: pytest.MonkeyPatch) -> None:
    (here / "many").mkdir()
    for number in range(5001):
        (here / "many" / f"{number}.yaml").touch()


def foreign_log(here: Path, patch: pytest.MonkeyPatch) -> None:
    source = "events_from: {file: log.csv, fields: {order: case}}\n"
    text = (here / "scenario.yaml").read_text("utf-8")
    (here / "foreign.yaml").write_text(text.replace("events:\n", f"{source}events:\n"), encoding="utf-8")
    (here / "log.csv").write_text(ORDER, encoding="utf-8")


def both_deals(here: Path, patch: pytest.MonkeyPatch) -> None:
    text = (here / "scenario.yaml").read_text("utf-8").replace("[deal.yaml]", "[deal.yaml, other.yaml]")
    (here / "both.yaml").write_text(text, encoding="utf-8")
    (here / "other.yaml").write_text(OTHER, encoding="utf-8")


def many_orders(here: Path, patch: pytest.MonkeyPatch) -> None:
    head = (here / "scenario.yaml").read_text("utf-8").partition("  - ")[0]
    rows = "".join(f"  - {{date: 2025-01-10, event: ordered, by: buyer, order: B{n}, units: 1}}\n" for n in range(2001))
    (here / "scenario.yaml").write_text(head + rows, encoding="utf-8")


def long_chain(here: Path, patch: pytest.MonkeyPatch) -> None:
    facts = "".join(f"  f{n}: {{holds: not f{n + 1}}}\n" for n in range(2999))
    rest = "measures: {size: {latest: e.size}}\nclauses:\n  c: {kind: recital, bearer: ann, act: e}\n"
    head = "agreement: chain\nparties: {ann: Ann}\nevents: {e: {by: party, size: number}}\n"
    deal = f"{head}facts:\n{facts}  f2999: {{holds: size > 1}}\n{rest}"
    row = "{date: 2025-01-02, event: e, by: ann, size: 2}"
    scenario = f"scenario: s\nas_of: 2025-01-06\nagreements: [chain.yaml]\nevents:\n  - {row}\n"
    (here / "chain.yaml").write_text(f"{deal}---\n{scenario}", encoding="utf-8")


ORDER = "date,event,by,order,units\n2025-01-10,ordered,buyer,A1,10\n"
OTHER = "agreement: other\ntitle: O\nparties: {a: A, b: B}\nterms:\n  window: {value: 3 days}\n"
OTHER += "clauses:\n  c: {kind: recital, title: C}\n"
SITUATIONS = {
    "DC103": Shown("evaluate scenario.yaml --events - <&-"),
    "DC104": Shown("check large.yaml", file("large.yaml", "#" * 5_000_001)),
    "DC105": Shown("check latin.yaml", file("latin.yaml", "agreement: caf\xe9\n".encode("latin-1"))),
    "DC106": Shown("check turned.yaml", file("turned.yaml", "agreement: loan\ntitle: A \u202eloan\n")),
    "DC118": Shown("check values.yaml", file("values.yaml", "agreement: loan\ntitle: [" + "a, " * 200_000 + "a]\n")),
    "DC120": Shown("list empty", lambda here, patch: (here / "empty").mkdir()),
    "DC121": Shown("check many", many_files),
    "DC133": Shown("evaluate scenario.yaml --events log.csv", file("log.csv", f'{ORDER}2025-01-11,"{"x" * 1_100_000}",buyer,A2,5\n')),
    "DC138": Shown("evaluate scenario.yaml --events log.gz", file("log.gz", gzip.compress(ORDER.encode())[:-9])),
    "DC139": Shown("evaluate foreign.yaml", foreign_log),
    "DC430": Shown("sources deal.yaml", file("traceability.csv", "document,says\n")),
    "DC431": Shown("sources deal.yaml", table("contract,1,Ten days,,")),
    "DC432": Shown("sources deal.yaml", table("contract,1,Ten days,term:windw,")),
    "DC433": Shown("sources deal.yaml", changed("deal.yaml", ("default_source: contract\n", ""))),
    "DC434": Shown("sources deal.yaml", table("contract,1,Ten days,term:window,", "contract,1,Ten days,term:window,")),
    "DC507": Shown("sweep both.yaml --vary 'window=5 days|6 days'", both_deals),
    "DC514": Shown("test scenario.yaml --update", lambda here, patch: patch.setenv("CI", "true")),
    "DC518": Shown("diff deal.yaml other.yaml --on scenario.yaml", file("other.yaml", OTHER)),
    "DC522": Shown("sweep scenario.yaml --vary 'window=5 days|6 days' --resume kept.json",
                   file("kept.json", '{"format": "dealcli.parts/1", "question": "another"}\n')),
    "DC523": Shown("sweep scenario.yaml --vary 'window=5 days|6 days' --format parquet -o runs.parquet",
                   file("pyarrow.py", "raise ImportError('not installed')\n")),
    "DC524": Shown("sweep scenario.yaml --vary 'window=1 day..90 days step 1 day' --jobs 2"
                   " --vary 'event[1].date=2025-01-01..2025-01-30 step 1 day'",
                   file("ends_a_worker.py", ENDS_A_WORKER), f"{sys.executable} ends_a_worker.py"),
    "DC527": Shown("evaluate chain.yaml", long_chain),
    "DC531": Shown("report scenario.yaml -o page.html", many_orders),
    "DC544": Shown("init deals", file("deals/dealcli.toml", "")),
}  # fmt: skip


def test_every_code_is_shown_on_its_page_or_here() -> None:
    assert [code for code, rule in rules().items() if not rule.example] == list(SITUATIONS)


@pytest.mark.parametrize("code", SITUATIONS)
def test_each_code_is_told_in_the_words_on_record(
    code: str, shell: Run, here: Path, monkeypatch: pytest.MonkeyPatch, recorded: Callable[[str, Any], None]
) -> None:
    command, ready, program = SITUATIONS[code]
    ready(here, monkeypatch)
    recorded(code, shell(f"{program} {command}"))


def test_every_code_that_no_yaml_file_shows_has_its_words_on_record() -> None:
    kept = {path.stem for path in Path(__file__).with_name("golden").glob("messages/*.txt")}
    assert kept == {code for code, rule in rules().items() if rule.example != "yaml"}
