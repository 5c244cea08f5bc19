"""Everything that is wrong with a set of files, without running anything.

That is what the reader, the model and the language refuse, in all files, and what the checks of meaning find.

The agreements of a folder form one deal. A scenario or suite is examined with the deal that it names. An agreement that
is given without its folder is examined by itself, and with its folder where it names what it does not declare.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from dealcli.analysis.checks import OF_A_DEAL, OF_ALL_TEXTS, Checked
from dealcli.analysis.evaluation import Options, examine
from dealcli.analysis.ignores import without_ignored
from dealcli.analysis.scenario import DEAL_KINDS, Scenario, kind_of, references, scenarios_of, seen_from
from dealcli.diagnostics import Diagnostic, Place, Refused
from dealcli.engine.build import build
from dealcli.engine.declare import Text
from dealcli.engine.program import Program
from dealcli.reading.files import BUILTIN, named_in, read_path, yaml_files
from dealcli.reading.sources import Document, SourceFile
from dealcli.slotted import dataclass, field

Key = tuple[tuple[str, int], ...]
Names = Callable[[Scenario], list[Diagnostic]]
UNKNOWN_NAME = "DC302"
SEPARABLE = ("sources", "terms", "facts", "measures", "clauses")
"""Sections of which one definition can be left out, so that what is wrong with the others is found as well."""


@dataclass(slots=True)
class Examination:
    """What was examined and what was found. ``checked`` are the files given; others were read because these name them."""

    checked: tuple[str, ...]
    problems: list[Diagnostic] = field(default_factory=list)


@dataclass(slots=True)
class _Deal:
    """Documents that are built together, with the timelines that name them.

    ``without`` are the names of definitions that are left out because their shape is wrong.
    """

    texts: tuple[Text, ...]
    scenarios: list[Scenario] = field(default_factory=list)
    of_a_folder: bool = False
    without: frozenset[str] = frozenset()


def examine_files(files: Iterable[str], sources: dict[str, SourceFile], as_of: date | None = None,
                  names: Names | None = None, codes: Sequence[str] = ()) -> Examination:  # fmt: skip
    """Every problem of the files that no comment silences, each once. Files read are put into ``sources``.

    ``as_of`` is the day for which the sources must be up to date and ignores not over; None asks for neither. ``names``
    may look at the names that a scenario uses of its deal before it is built. ``codes`` are those that a comment may silence.
    """
    examiner = _Examiner(tuple(dict.fromkeys(files)), sources, names)
    return Examination(examiner.files, without_ignored(examiner.examine(as_of), examiner.files, sources, as_of, codes))


class _Examiner:
    def __init__(self, files: tuple[str, ...], sources: dict[str, SourceFile], names: Names | None) -> None:
        self.files, self.sources, self.names = files, sources, names
        self.read: dict[str, list[Document]] = {}
        self.unusable: set[str] = set()
        self.without: dict[str, frozenset[str]] = {}
        self.found: dict[Diagnostic, None] = {}
        self.deals: dict[Key, _Deal] = {}

    def examine(self, as_of: date | None) -> list[Diagnostic]:
        for file in self.files:
            self._documents(file)
        for file in self.files:
            self._timelines(file)
        self._folders()
        meaning: dict[Diagnostic, None] = {}
        for deal in self.deals.values():
            program = self._built(deal)
            if program is not None:
                rows = tuple(row for scenario in deal.scenarios for row, _ in scenario.rows)
                checked = Checked(program, rows, as_of)
                meaning.update(dict.fromkeys(one for check in OF_A_DEAL for one in check(checked)))
        if not self.found:
            # what a refused document reads is not known, and a misspelt name would make another one unused
            texts = self._all_texts()
            meaning.update(dict.fromkeys(one for check in OF_ALL_TEXTS for one in check(texts)))
        own = frozenset(self.files)
        return [*self.found, *(one for one in meaning if one.place.path in own)]

    # --- reading ----------------------------------------------------------------------------------------------------

    def _documents(self, file: str) -> list[Document]:
        """The documents of a file, as far as they are sound; what is wrong is noted. Each file is read once."""
        if file not in self.read:
            self.read[file] = []
            try:
                found = [document for source in read_path(file, self.sources) for document in source.documents]
            except Refused as refused:
                self.found.update(dict.fromkeys(refused.diagnostics))
                self.unusable.add(file)
                return []
            from dealcli.model import validate

            for document in found:
                problems = validate(document.tree, document.source_path, document.index)
                self.found.update(dict.fromkeys(problems))
                part = self._sound_part(file, document, problems) if problems else document
                if part is not None:
                    self.read[file].append(part)
        return self.read[file]

    def _sound_part(self, file: str, document: Document, problems: list[Diagnostic]) -> Document | None:
        """A document without the definitions whose shape is wrong; None where that is not enough."""
        from dealcli.model import validate

        wrong = {problem.place.route[:2] for problem in problems}
        separable = all(len(route) == 2 and route[0] in SEPARABLE for route in wrong)
        tree = {key: {name: one for name, one in value.items() if (key, name) not in wrong} if key in SEPARABLE and isinstance(value, dict)
                else value for key, value in document.tree.items()}  # fmt: skip
        if not separable or validate(tree, document.source_path, document.index):
            self.unusable.add(file)
            return None
        self.without[file] = self.without.get(file, frozenset()) | {str(route[1]) for route in wrong}
        return Document(tree, document.source_path, document.index)

    def _all_texts(self) -> tuple[Text, ...]:
        return tuple(_text(document) for documents in self.read.values() for document in documents)

    # --- deals ------------------------------------------------------------------------------------------------------

    def _timelines(self, file: str) -> None:
        own = [_text(d) for d in self._documents(file) if kind_of(d.tree) in DEAL_KINDS]
        for document in list(self._documents(file)):
            if kind_of(document.tree) not in ("scenario", "suite"):
                continue
            texts = self._named(document, own)
            if texts is None:
                continue
            deal = self.deals.setdefault(_key(texts), _Deal(texts, without=self._left_out(texts)))
            deal.scenarios.extend(scenarios_of(document, texts, self.sources))

    def _named(self, document: Document, own: list[Text]) -> tuple[Text, ...] | None:
        """The deal that a timeline names; None where it cannot be built because something of it cannot be used."""
        place = Place(document.source_path, (), document.index)
        texts, sound = list(own), document.source_path not in self.unusable
        for reference, here in references(document.tree, place.at("agreements")):
            try:
                files = yaml_files(named_in(document.source_path, reference), recursive=False)
            except Refused as refused:
                self.found.update(dict.fromkeys(seen_from(refused, here)))
                return None
            for file in files:
                texts.extend(_text(d) for d in self._documents(file) if kind_of(d.tree) in DEAL_KINDS)
                sound = sound and file not in self.unusable
        texts = list({(text.place.path, text.place.document): text for text in texts}.values())
        if sound and not any("agreement" in text.tree for text in texts):
            expected = "agreements: [file or folder]"
            self.found[Diagnostic("DC410", "no agreement is named", place.at("agreements"), expected)] = None
            return None
        return tuple(texts) if sound else None

    def _folders(self) -> None:
        """A deal for each folder whose agreements no timeline has built already."""
        with_timeline = {slot for key in self.deals for slot in key}
        folders: dict[str, list[str]] = {}
        for file in self.files:
            folders.setdefault(_folder_of(file), []).append(file)
        for files in folders.values():
            texts = tuple(_text(d) for file in files for d in self.read[file] if kind_of(d.tree) in DEAL_KINDS)
            sound = not any(file in self.unusable for file in files)
            if texts and sound and not set(_key(texts)) <= with_timeline:
                self.deals.setdefault(_key(texts), _Deal(texts, of_a_folder=True, without=self._left_out(texts)))

    def _left_out(self, texts: Iterable[Text]) -> frozenset[str]:
        """The names of what is left out of the files of some texts."""
        return frozenset(name for text in texts for name in self.without.get(text.place.path, ()))

    def _built(self, deal: _Deal) -> Program | None:
        """The program of a deal, with its timelines examined; None where it cannot run."""
        program, problems = build(deal.texts)
        errors = [problem for problem in problems if problem.severity == "error"]
        if deal.of_a_folder and any(problem.code == UNKNOWN_NAME for problem in errors):
            program, errors = self._with_the_folder(deal, program, errors)
        if deal.without:
            names = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(deal.without)))})\b")
            self.found.update(dict.fromkeys(error for error in errors if not names.search(error.message)))
            return None
        if not deal.scenarios or errors:
            self.found.update(dict.fromkeys(errors))
        for scenario in deal.scenarios if not errors else ():
            wrong = self.names(scenario) if self.names is not None else []
            self.found.update(dict.fromkeys(wrong or examine(scenario, Options())))
        return None if errors else program

    def _with_the_folder(self, deal: _Deal, program: Program, errors: list[Diagnostic]) -> tuple[Program, list[Diagnostic]]:
        """The deal built with the other files of its folder, where these are sound and declare what was missing."""
        folder = _folder_of(deal.texts[0].place.path) or "."
        known = set(_key(deal.texts))
        try:
            files = [] if folder.startswith(BUILTIN) else yaml_files(folder, recursive=False)
            documents = [d for file in files for source in read_path(file.removeprefix("./"), self.sources) for d in source.documents]
        except Refused:
            return program, errors
        more = [_text(d) for d in documents if kind_of(d.tree) in DEAL_KINDS and (d.source_path, d.index) not in known]
        wider, problems = build((*deal.texts, *more))
        own = {text.place.path for text in deal.texts}
        left = [problem for problem in problems if problem.severity == "error" and problem.place.path in own]
        if len(left) >= len(errors):
            return program, errors
        for text in more:
            self.read.setdefault(text.place.path, []).append(Document(dict(text.tree), text.place.path, text.place.document))
        return wider, left


def _text(document: Document) -> Text:
    return Text(document.tree, Place(document.source_path, (), document.index))


def _folder_of(file: str) -> str:
    return file.rpartition("/")[0]


def _key(texts: Iterable[Text]) -> Key:
    return tuple(sorted((text.place.path, text.place.document) for text in texts))

