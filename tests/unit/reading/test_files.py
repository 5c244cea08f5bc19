"""From a path to files: what a path may be, and how it is refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dealcli.diagnostics import Diagnostic, Refused
from dealcli.reading.files import MOST_FILES, NO_YAML_HERE, beside, read_path, shown_path
from dealcli.reading.sources import SourceFile


def refusal(path: str) -> Diagnostic:
    with pytest.raises(Refused) as refused:
        read_path(path)
    assert len(refused.value.diagnostics) == 1
    return refused.value.diagnostics[0]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_file_is_read_under_the_name_it_was_given(folder: Path) -> None:
    (folder / "deal.txt").write_text("agreement: a\n")
    assert [source.path for source in read_path("deal.txt")] == ["deal.txt"]
    assert [source.path for source in read_path("./deal.txt")] == ["./deal.txt"]


def test_a_folder_gives_its_yaml_files_in_the_order_of_their_names(folder: Path) -> None:
    for name in ("b.yaml", "a.yml", "c.YAML", ".hidden.yaml", "note.txt"):
        (folder / name).write_text("agreement: a\n")
    (folder / "d.yaml").mkdir()
    (folder / "below").mkdir()
    (folder / "below" / "e.yaml").write_text("agreement: a\n")
    assert [source.path for source in read_path(".")] == ["./a.yml", "./b.yaml", "./c.YAML"]
    assert [source.path for source in read_path("below/")] == ["below/e.yaml"]
    assert [source.path for source in read_path(".", recursive=True)][-1] == "./c.YAML"
    assert "./below/e.yaml" in [source.path for source in read_path(".", recursive=True)]


def test_a_document_knows_the_file_it_came_from(folder: Path) -> None:
    (folder / "deal.yaml").write_text("agreement: a\n---\nscenario: b\n")
    documents = read_path("deal.yaml")[0].documents
    assert [(document.source_path, document.index) for document in documents] == [("deal.yaml", 0), ("deal.yaml", 1)]


def test_all_problems_of_all_files_are_told_and_every_file_stays_available_for_showing(folder: Path) -> None:
    (folder / "a.yaml").write_text("a: 1\na: 2\n")
    (folder / "b.yaml").write_text("a: !x 1\n")
    (folder / "c.yaml").write_text("a: 1\n")
    sources: dict[str, SourceFile] = {}
    with pytest.raises(Refused) as refused:
        read_path(".", sources)
    assert [(p.code, p.place.path) for p in refused.value.diagnostics] == [("DC111", "./a.yaml"), ("DC112", "./b.yaml")]
    assert sorted(sources) == ["./a.yaml", "./b.yaml", "./c.yaml"]


def test_a_missing_file_is_refused_with_the_name_it_may_have_meant(folder: Path) -> None:
    (folder / "history.yaml").write_text("a: b\n")
    problem = refusal("histroy.yaml")
    assert problem.code == "DC101"
    assert "'history.yaml'" in problem.hint


def test_a_file_in_a_missing_folder_is_refused_with_the_folder(folder: Path) -> None:
    problem = refusal("nowhere/history.yaml")
    assert problem.code == "DC101"
    assert "no folder 'nowhere'" in problem.message


@pytest.mark.parametrize("path", ["", "a\0b", "x" * 5000, "deal.yaml/inner"])
def test_an_impossible_path_is_refused_as_missing(path: str, folder: Path) -> None:
    (folder / "deal.yaml").write_text("a: b\n")
    assert refusal(path).code == "DC101"


def test_a_folder_without_yaml_has_a_code_of_its_own_and_names_the_folders_below_that_have_some(folder: Path) -> None:
    (folder / "below").mkdir()
    (folder / "below" / "a.yaml").write_text("a: b\n")
    (folder / "empty").mkdir()
    assert refusal("empty").code == NO_YAML_HERE
    assert "below" in refusal(".").hint


def test_standard_input_is_for_logs_only() -> None:
    assert refusal("-").code == "DC102"


def test_a_pipe_and_a_device_are_refused_without_waiting(folder: Path) -> None:
    os.mkfifo(folder / "pipe.yaml")
    assert (refusal("pipe.yaml").code, refusal("/dev/zero").code) == ("DC102", "DC102")
    assert "pipe" in refusal(".").message


def test_links_that_lead_in_a_circle_or_nowhere_are_refused(folder: Path) -> None:
    (folder / "a.yaml").symlink_to("b.yaml")
    (folder / "b.yaml").symlink_to("a.yaml")
    (folder / "c.yaml").symlink_to("gone.yaml")
    assert refusal("a.yaml").code == "DC102"
    assert "link" in refusal("c.yaml").message


def test_a_large_file_is_refused_without_being_read(folder: Path) -> None:
    with open(folder / "large.yaml", "wb") as stream:
        stream.truncate(100_000_000_000)
    assert refusal("large.yaml").code == "DC104"


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may read every file")
def test_an_unreadable_file_is_refused(folder: Path) -> None:
    (folder / "closed.yaml").write_text("a: b\n")
    (folder / "closed.yaml").chmod(0)
    assert refusal("closed.yaml").code == "DC103"


def test_a_binary_file_is_refused(folder: Path) -> None:
    (folder / "a.yaml").write_bytes(b"\x7fELF\x00\x00")
    assert refusal("a.yaml").code == "DC105"


def test_too_many_files_are_refused(folder: Path) -> None:
    for number in range(MOST_FILES + 1):
        (folder / f"{number}.yaml").touch()
    assert refusal(".").code == "DC121"


@pytest.mark.parametrize("name", ["", "..", "../clauses", "no_such_agreement", "/", "a/../../x", "a\0b"])
def test_only_a_name_of_the_library_is_built_in(name: str) -> None:
    problem = refusal("builtin:" + name)
    assert problem.code == "DC122"
    assert "/root" not in problem.message + problem.hint


def test_a_path_written_in_a_file_is_relative_to_that_file(folder: Path) -> None:
    (folder / "examples").mkdir()
    (folder / "clauses").mkdir()
    assert beside("examples/history.yaml", "../clauses") == "clauses"
    assert beside("history.yaml", "clauses") == "clauses"
    assert beside("examples/history.yaml", "builtin:x") == "builtin:x"
    assert beside("examples/history.yaml", "/abs") == "/abs"
    assert beside("builtin:x/a.yaml", "b.yaml") == "builtin:x/b.yaml"
    assert beside("examples/history.yaml", "missing.yaml") == "examples/missing.yaml"


def test_stepping_out_of_a_linked_folder_leads_to_where_the_system_leads(folder: Path) -> None:
    (folder / "real" / "inner").mkdir(parents=True)
    (folder / "real" / "clauses").mkdir()
    (folder / "clauses").mkdir()
    (folder / "link").symlink_to("real/inner")
    assert os.path.samefile(beside("link/history.yaml", "../clauses"), "real/clauses")


def test_a_file_name_that_is_no_text_can_still_be_shown(folder: Path) -> None:
    raw = os.fsdecode(b"caf\xe9.yaml")
    assert shown_path(raw) == "caf\\xe9.yaml"
    (folder / raw).write_text("a: b\n")
    assert [source.path for source in read_path(".")] == ["./caf\\xe9.yaml"]
