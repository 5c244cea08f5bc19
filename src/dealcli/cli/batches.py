"""What ``batch`` does between its options and its lines: the items, each evaluated by itself, and what came of it."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import pickle
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache, partial
from typing import Any

from dealcli import __version__
from dealcli.analysis.evaluation import Options, evaluate_once, log_of
from dealcli.analysis.scenario import Scenario, load
from dealcli.cli.answering import AS_FAR_AS_CHEAP
from dealcli.cli.choices import Choices
from dealcli.cli.evaluating import chosen_scenario, result_of
from dealcli.cli.known_names import check_names
from dealcli.cli.opening import Request, opened
from dealcli.cli.parts import Span, Work, digest, joined, made, spans
from dealcli.cli.paths import from_here
from dealcli.cli.streams import write_answer
from dealcli.diagnostics import Diagnostic, Place, Refused, did_you_mean
from dealcli.output.document import document
from dealcli.output.problem_rows import row_of
from dealcli.output.text import json_text
from dealcli.reading.files import actual_path, beside, digest_of, named_in, read_bytes, shown_path, yaml_files
from dealcli.reading.logs import log_bytes, read_log
from dealcli.reading.sources import SourceFile
from dealcli.slotted import asdict, dataclass, replace

FORMAT = "dealcli.batch/1"
BAD_MANIFEST = "DC525"
MOST_OF_A_PART = 20
SHARES = 256
"""Into so many files a log is divided by its keys, so that no process holds more than one of them."""
COLUMNS = ("scenario", "name", "as_of", "known_as_of", "events")
KINDS = ("set.", "reading.")


@dataclass(frozen=True, slots=True)
class Item:
    """A file of scenarios to be evaluated: all of it, or the one of a name; or one for each key in a share of a log."""

    path: str
    name: str | None
    options: Options
    share: str | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """All items. ``named``: each is listed by itself, so that one without a scenario is wrong. ``by``: the field of the keys."""

    items: tuple[Item, ...]
    over: str
    named: bool = False
    by: str | None = None
    log: str = ""
    """The SHA-256 of the log that was divided."""


@contextmanager
def items_of(request: Request, by: str | None, over: str | None, sources: dict[str, SourceFile]) -> Iterator[Batch]:
    """What is to be evaluated. Raises ``Refused`` with what is wrong with the options, the list or the log."""
    choices = Choices()
    if over is not None:
        choices.word("--readings", over, ("default", "all"))
    if by is not None and request.events is None:
        choices.problem(BAD_MANIFEST, "--by", "there is no log to divide", "name one with --events")
    options = _options(request, choices)
    if by is None:
        if request.path.endswith(".csv"):
            yield Batch(tuple(_listed(request.path, options)), over or AS_FAR_AS_CHEAP, named=True)
        else:
            paths = [path.removeprefix("./") for path in yaml_files(from_here(request.path))]
            yield Batch(tuple(Item(path, None, options) for path in paths), over or AS_FAR_AS_CHEAP, named=len(paths) == 1)
        return
    scenario, _ = opened(replace(request, events=None), sources)
    with _divided(str(request.events), by) as (shares, log):
        items = tuple(Item(scenario.path, request.name, options, share) for share in shares)
        yield Batch(items, "default", named=True, by=by, log=log)


def _options(request: Request, choices: Choices) -> Options:
    as_of = choices.day("--as-of", request.as_of, instant=True)
    known = choices.day("--known-as-of", request.known_as_of, instant=False)
    terms = choices.pairs("--set", request.terms or (), "--set term=value")
    choices.values("--set", terms)
    readings = choices.pairs("--reading", request.readings or (), "--reading name=choice")
    if request.events == "-":
        choices.problem(BAD_MANIFEST, "--events", "standard input can only be read once", "name a file")
    choices.refuse()
    return Options(as_of, known, request.events, terms, readings)


def _listed(path: str, options: Options) -> Iterator[Item]:
    """The items of a manifest: a row each, its paths from the folder of the manifest."""
    shown = shown_path(path)
    try:
        rows = csv.DictReader(read_bytes(shown, path).decode("utf-8-sig").splitlines(), strict=True)
        names, listed = list(rows.fieldnames or ()), list(rows)
    except (UnicodeDecodeError, csv.Error) as error:
        raise Refused(Diagnostic(BAD_MANIFEST, f"this is no CSV file in UTF-8: {error}", Place(shown))) from None
    unknown = [name for name in names if name not in COLUMNS and not any(name.startswith(kind) for kind in KINDS)]
    if "scenario" not in names or unknown:
        message = f"there is no column '{unknown[0]}'" if unknown else "no column is called 'scenario'"
        raise Refused(Diagnostic(BAD_MANIFEST, message, Place(shown, line=1, column=1), f"{', '.join(COLUMNS)}, set.TERM, reading.NAME",
                                 did_you_mean(unknown[0], COLUMNS) if unknown else ""))  # fmt: skip
    for number, row in enumerate(listed, 2):
        if not row["scenario"] or None in row or None in row.values():
            message = "this row has too many or too few cells, or no scenario"
            raise Refused(Diagnostic(BAD_MANIFEST, message, Place(shown, line=number, column=1)))
        yield _item(path, row, options)


def _item(path: str, row: Mapping[str, str], options: Options) -> Item:
    own: dict[str, Any] = {key: row[key] for key in ("as_of", "known_as_of") if row.get(key)}
    if row.get("events"):
        own["events"] = beside(path, row["events"])
    terms, readings = ({name.removeprefix(kind): value for name, value in row.items() if name.startswith(kind) and value} for kind in KINDS)
    chosen = replace(options, terms={**options.terms, **terms}, readings={**options.readings, **readings})
    return Item(named_in(path, row["scenario"]), row.get("name") or None, replace(chosen, **own))


# --- a log divided by its keys ---------------------------------------------------------------------------------------


@contextmanager
def _divided(log: str, by: str) -> Iterator[tuple[list[str], str]]:
    """The files into which the rows of a log are put by their keys, each row with the number of its line; and its hash."""
    import tempfile
    from contextlib import ExitStack

    with tempfile.TemporaryDirectory(prefix="dealcli-") as folder:
        paths = [os.path.join(folder, f"{number:03}.ndjson") for number in range(SHARES)]
        with ExitStack() as open_files:
            files = [open_files.enter_context(open(path, "w", encoding="utf-8", newline="\n")) for path in paths]
            for line, row in read_log(log):
                if by not in row:
                    raise Refused(Diagnostic(BAD_MANIFEST, f"this event has no '{by}'", Place(shown_path(log), line=line, column=1),
                                             hint="--by names a field that every event of the log has"))  # fmt: skip
                number = hashlib.sha256(str(row[by]).encode()).digest()[0]
                files[number].write(json.dumps([str(row[by]), line, row]) + "\n")
        yield [path for path in paths if os.path.getsize(path)], digest_of(log)


def _keys(share: str, log: str) -> dict[str, list[tuple[Mapping[str, Any], Place]]]:
    """The rows of each key, in the order in which the keys first come."""
    found: dict[str, list[tuple[Mapping[str, Any], Place]]] = {}
    with open(share, encoding="utf-8") as stream:
        for text in stream:
            key, line, row = json.loads(text)
            found.setdefault(key, []).append((row, Place(log, line=line, column=1)))
    return found


# --- in the processes ------------------------------------------------------------------------------------------------


Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ready:
    """A scenario that has been read, with the rows of each key where a log was divided."""

    scenario: Scenario
    options: Options
    keys: Mapping[str, Sequence[tuple[Mapping[str, Any], Place]]] | None = None


@lru_cache(maxsize=2)
def _unpacked(packed: bytes) -> Batch:
    batch: Batch = pickle.loads(packed)  # noqa: S301 - written by the process that started this one
    return batch


def batch_part(packed: bytes, first: int, last: int) -> list[Line]:
    """The lines of some items, whose files are read here."""
    batch = _unpacked(packed)
    return [line for one in _read(batch, first, last) for line in _lines(one, batch.over)]


def carried_part(packed: bytes, first: int, last: int) -> list[Line]:
    """The lines of some items that were read elsewhere."""
    over, read = pickle.loads(packed)  # noqa: S301 - written by the process that asks for it
    return [line for one in read for line in _lines(one, over)]


def _carried(batch: Batch, span: Span) -> bytes:
    """All that another machine needs for a part, which has none of its files."""
    return pickle.dumps((batch.over, [found for one in _read(batch, *span) for found in _with_files(one, batch.over)]))


def _with_files(one: Ready | Line, over: str) -> Iterable[Ready | Line]:
    """A scenario with its files in it; its lines where one of them cannot be had: what is wrong shows only here."""
    if isinstance(one, dict):
        return [one]
    scenario = one.scenario
    texts = {path: SourceFile(path, file.text, file.documents, None) for path, file in scenario.sources.items()}
    log = log_of(scenario, one.options)
    try:
        logs = {str(log["file"]): log_bytes(str(log["file"]))} if log is not None else {}
    except Refused:
        return list(_lines(one, over))
    return [replace(one, scenario=replace(scenario, sources=texts, logs=logs))]


def _read(batch: Batch, first: int, last: int) -> Iterator[Ready | Line]:
    """The scenarios of some items; for each item that cannot be read the line that says so."""
    for item in batch.items[first:last]:
        sources: dict[str, SourceFile] = {}
        try:
            found = load(item.path, sources)
            if item.name is not None or (batch.named and not found):
                found = [chosen_scenario(found, item.path, item.name)]
        except Refused as refused:
            yield _line(item.path, item.name, None, refused, sources)
            continue
        for scenario in found:
            if item.share is None:
                yield Ready(scenario, item.options)
            else:
                log = str(item.options.events)
                yield Ready(replace(scenario, expectations=()), replace(item.options, events=None), _keys(item.share, log))


def _lines(one: Ready | Line, over: str) -> Iterator[Line]:
    if isinstance(one, dict):
        yield one
        return
    if one.keys is not None:
        yield from _by_key(one, one.keys)
        return
    scenario, options = one.scenario, one.options
    found: Any
    try:
        check_names(scenario, options.terms, options.readings)
        found = result_of(scenario, options, over)
    except Refused as refused:
        found = refused
    yield _line(scenario.path, scenario.title, None, found, scenario.sources)


def _by_key(one: Ready, keys: Mapping[str, Sequence[tuple[Mapping[str, Any], Place]]]) -> Iterator[Line]:
    """A line for each key: the scenario with the events of that key. Its program is built once."""
    plain, program = one.scenario, None
    for key, rows in keys.items():
        found: Any
        try:
            evaluation = evaluate_once(replace(plain, rows=(*plain.rows, *rows)), one.options, program=program)
            program = evaluation.program
            found = document(evaluation)
        except Refused as refused:
            found = refused
        yield _line(plain.path, plain.title, key, found, plain.sources)


def _line(path: str, title: str | None, key: str | None, found: Any, sources: Mapping[str, SourceFile]) -> Line:
    head = {"format": FORMAT, "path": path, "scenario": title, "key": key}
    if isinstance(found, Refused):
        return {**head, "ok": False, "problems": [row_of(problem, sources) for problem in found.diagnostics]}
    return {**head, "ok": True, "result": found}


# --- the answer ------------------------------------------------------------------------------------------------------


def results(batch: Batch, work: Work) -> list[dict[str, Any]]:
    """The lines of all items in their order. What failed before, and what depends on a file that changed, is made again."""
    wanted = spans(len(batch.items), MOST_OF_A_PART)
    kept = work.kept(_digest(batch), wanted)
    if kept is not None:
        known: dict[str, str | None] = {}
        kept.found = {span: lines for span, lines in kept.found.items() if all(_stands(line, known) for line in lines)}
    noun = "files" if batch.by is None else "shares of the log"
    if work.cluster is not None:
        return joined(made(carried_part, partial(_carried, batch), wanted, work.make(), kept, noun))
    packed = pickle.dumps(batch)
    return joined(made(batch_part, lambda _: packed, wanted, work.make(), kept, noun))


def _digest(batch: Batch) -> str:
    items = [asdict(item) | ({"share": number} if item.share else {}) for number, item in enumerate(batch.items)]
    return digest(["batch", __version__, items, batch.over, batch.named, batch.by, batch.log])


def _stands(line: Mapping[str, Any], known: dict[str, str | None]) -> bool:
    """Whether a kept line would come out again: it is a result, and the files that it depends on are as they were."""
    return bool(line["ok"]) and all(_now(row["path"], known) == row["sha256"] for row in line["result"]["inputs"])


def _now(path: str, known: dict[str, str | None]) -> str | None:
    if path not in known:
        try:
            known[path] = digest_of(actual_path(path))
        except Refused:
            known[path] = None
    return known[path]


def write_results(lines: Sequence[Mapping[str, Any]], target: str | None) -> None:
    """Write a JSON object a line."""
    write_answer(_texts(lines), target)


def _texts(lines: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        yield json_text(json.dumps({"item": number, **line}, ensure_ascii=False)) + "\n"


__all__ = ["batch_part", "carried_part", "items_of", "results", "write_results"]
