"""What is remembered between runs: only what this user's program left, whole and unchanged, is ever used again."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dealcli.diagnostics import Place
from dealcli.reading import cache
from dealcli.reading.cache import Cache, opened
from dealcli.reading.sound import SourceFiles, recalled, remember
from dealcli.reading.sources import locate
from dealcli.reading.yaml_tree import read_yaml

TEXT = "agreement: supply\nterms:\n  window: {value: 10 days}\n"


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment in which nothing was remembered yet."""
    return {"XDG_CACHE_HOME": str(tmp_path / "cache"), "XDG_STATE_HOME": str(tmp_path / "state"), "HOME": str(tmp_path)}


@pytest.fixture
def kept(home: dict[str, str]) -> Cache:
    found = opened(home)
    assert found is not None
    return found


def entries(kept: Cache) -> list[Path]:
    return sorted(Path(kept.folder).iterdir())


def the_entry(kept: Cache) -> Path:
    (entry,) = entries(kept)
    return entry


def test_what_was_kept_is_recalled_by_what_it_was_made_from_and_by_nothing_else(kept: Cache) -> None:
    kept.keep({"a": [1, None, "ä"]}, b"documents", b"content")
    assert kept.recall(b"documents", b"content") == {"a": [1, None, "ä"]}
    assert kept.recall(b"documents", b"Content") is None
    assert kept.recall(b"documentscontent") is None
    assert kept.recall(b"document", b"scontent") is None


def test_an_entry_is_plain_json_behind_its_seal(kept: Cache) -> None:
    kept.keep(["x"], b"a")
    content = the_entry(kept).read_bytes()
    assert re.fullmatch(rb"[0-9a-f]{64}", content[:64])
    assert json.loads(content[64:]) == ["x"]


def test_another_run_of_the_same_program_recalls_it_and_another_program_does_not(
    kept: Cache, home: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.keep("x", b"a")
    again = opened(home)
    assert again is not None
    assert again.recall(b"a") == "x"
    monkeypatch.setattr(cache, "program", lambda: b"the next version")
    assert again.recall(b"a") is None


def test_the_program_is_its_version_and_every_module_with_size_and_time() -> None:
    told = cache.program().decode().splitlines()
    assert re.fullmatch(r"\d+\.\d+\.\d+", told[0])
    modules = [line.rsplit(" ", 2) for line in told[1:]]
    assert {Path(path).name for path, _, _ in modules} >= {"cache.py", "shapes.json", "coherence.py", "__init__.py"}
    assert all(os.stat(path).st_size == int(size) and os.stat(path).st_mtime_ns == int(time) for path, size, time in modules)


Damage = Callable[[bytes], bytes]
DAMAGES: dict[str, Damage] = {
    "empty": lambda content: b"",
    "cut": lambda content: content[:-1],
    "cut to the seal": lambda content: content[:64],
    "longer": lambda content: content + b" ",
    "one letter changed": lambda content: content.replace(b"10 days", b"90 days"),
    "no seal": lambda content: content[64:],
    "the seal of nothing": lambda content: b"0" * 64 + content[64:],
    "zeros": lambda content: bytes(len(content)),
    "nested without end": lambda content: content[:64] + b"[" * 100_000,
    "text in place of bytes": lambda content: content[:64] + b"\xff\xfe",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_or_edited_entry_is_as_if_it_were_not_there(kept: Cache, damage: str) -> None:
    kept.keep({"window": "10 days"}, b"a")
    entry = the_entry(kept)
    entry.write_bytes(DAMAGES[damage](entry.read_bytes()))
    assert kept.recall(b"a") is None
    kept.keep({"window": "20 days"}, b"a")
    assert kept.recall(b"a") == {"window": "20 days"}


def test_an_entry_under_the_name_of_another_is_not_taken_for_it(kept: Cache) -> None:
    kept.keep("first", b"a")
    first = the_entry(kept)
    kept.keep("second", b"b")
    (second,) = [entry for entry in entries(kept) if entry != first]
    second.write_bytes(first.read_bytes())
    assert kept.recall(b"b") is None


def test_entries_brought_from_another_machine_are_not_believed(kept: Cache, home: dict[str, str], tmp_path: Path) -> None:
    kept.keep("x", b"a")
    elsewhere = opened({**home, "XDG_STATE_HOME": str(tmp_path / "another")})
    assert elsewhere is not None
    assert elsewhere.folder == kept.folder
    the_entry(kept).rename(Path(kept.folder) / elsewhere._name((b"a",)))
    assert elsewhere.recall(b"a") is None


def test_an_entry_that_others_may_write_to_is_not_read(kept: Cache) -> None:
    for mode in (0o660, 0o606):
        kept.keep("x", b"a")
        the_entry(kept).chmod(mode)
        assert kept.recall(b"a") is None


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only the administrator can give files away")
@pytest.mark.parametrize("given", ["entry", "folder", "key"])
def test_what_belongs_to_another_user_is_not_used(kept: Cache, home: dict[str, str], given: str) -> None:
    kept.keep("x", b"a")
    key = Path(home["XDG_STATE_HOME"], "dealcli", "cache_key")
    os.chown({"entry": the_entry(kept), "folder": Path(kept.folder), "key": key}[given], 12345, 12345)
    again = opened(home)
    assert (again and again.recall(b"a")) is None


@pytest.mark.parametrize("which", ["cache", "state"])
def test_a_folder_that_others_may_write_to_or_that_is_a_link_is_not_used(home: dict[str, str], tmp_path: Path, which: str) -> None:
    (tmp_path / which).mkdir()
    (tmp_path / which / "dealcli").mkdir(mode=0o700)
    assert opened(home) is not None
    (tmp_path / which / "dealcli").chmod(0o777)
    assert opened(home) is None
    (tmp_path / which / "dealcli").rename(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").chmod(0o700)
    (tmp_path / which / "dealcli").symlink_to(tmp_path / "elsewhere")
    assert opened(home) is None


def test_an_entry_that_is_a_link_a_folder_or_a_pipe_is_not_read(kept: Cache, tmp_path: Path) -> None:
    kept.keep("x", b"a")
    entry = the_entry(kept)
    entry.rename(tmp_path / "moved")
    entry.symlink_to(tmp_path / "moved")
    assert kept.recall(b"a") is None
    entry.unlink()
    entry.mkdir()
    assert kept.recall(b"a") is None
    entry.rmdir()
    os.mkfifo(entry)
    assert kept.recall(b"a") is None


def test_folders_and_files_are_for_the_user_alone(kept: Cache, home: dict[str, str]) -> None:
    kept.keep("x", b"a")
    modes = {path.name if path.is_dir() else path.suffix or path.name: path.stat().st_mode & 0o777
             for path in (Path(kept.folder), the_entry(kept), *Path(home["XDG_STATE_HOME"], "dealcli").iterdir())}
    assert set(modes.values()) == {0o700, 0o600}, modes


def test_the_base_folders_are_those_of_the_xdg_specification(tmp_path: Path) -> None:
    by_home = opened({"HOME": str(tmp_path)})
    assert by_home is not None
    assert by_home.folder == str(tmp_path / ".cache" / "dealcli")
    assert (tmp_path / ".local" / "state" / "dealcli" / "cache_key").is_file()
    relative = opened({"HOME": str(tmp_path), "XDG_CACHE_HOME": "here", "XDG_STATE_HOME": "here"})
    assert relative is not None
    assert relative.folder == by_home.folder


def test_without_a_home_or_when_turned_off_nothing_is_kept(home: dict[str, str], tmp_path: Path) -> None:
    assert opened({}) is None
    assert opened({"HOME": ""}) is None
    assert opened({"HOME": "not/absolute"}) is None
    assert opened({**home, "DEALCLI_NO_CACHE": "1"}) is None
    assert list(tmp_path.iterdir()) == []
    assert opened({**home, "DEALCLI_NO_CACHE": ""}) is not None


def test_a_program_whose_modules_are_no_files_keeps_nothing(
    home: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "__file__", str(tmp_path / "archive.zip" / "dealcli" / "reading" / "cache.py"))
    cache.program.cache_clear()
    try:
        assert opened(home) is None
    finally:
        cache.program.cache_clear()


def test_where_a_folder_cannot_be_made_nothing_is_kept(home: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file is in the way", encoding="utf-8")
    assert opened(home) is None


def test_a_folder_that_vanishes_is_no_error(kept: Cache) -> None:
    Path(kept.folder).rmdir()
    kept.keep("x", b"a")
    assert kept.recall(b"a") is None


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_a_key_of_another_length_is_no_key(kept: Cache, home: dict[str, str], content: bytes) -> None:
    Path(home["XDG_STATE_HOME"], "dealcli", "cache_key").write_bytes(content)
    assert opened(home) is None


def test_what_is_no_plain_data_or_too_long_is_not_kept(kept: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "LARGEST", 100)
    kept.keep("x" * 99, b"long")
    with pytest.raises(TypeError):
        kept.keep({1, 2}, b"a set is a mistake of ours")
    assert entries(kept) == []


def test_a_draft_that_was_left_behind_does_no_harm(kept: Cache) -> None:
    draft = Path(kept.folder) / f"{kept._name((b'a',))}.{os.getpid()}.part"
    draft.write_bytes(b"half")
    kept.keep("x", b"a")
    assert kept.recall(b"a") is None
    draft.unlink()
    kept.keep("x", b"a")
    assert kept.recall(b"a") == "x"


def test_the_oldest_entries_go_where_there_are_too_many_or_they_are_too_large(
    kept: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "_SWEEP_EVERY", 1)
    monkeypatch.setattr(cache, "MOST_ENTRIES", 10)
    for number in range(40):
        before = {entry.name for entry in entries(kept)}
        kept.keep(number, b"%d" % number)
        for entry in entries(kept):
            if entry.name not in before:
                os.utime(entry, ns=(number, number))
        assert len(entries(kept)) <= 11
    assert kept.recall(b"39") == 39
    assert kept.recall(b"0") is None
    monkeypatch.setattr(cache, "MOST_BYTES", 100)
    kept.keep("new", b"new")
    assert [kept.recall(b"new"), len(entries(kept))] == ["new", 1]


def test_eight_writers_at_once_leave_whole_entries_and_one_key(home: dict[str, str]) -> None:
    program = (
        "import os\n"
        "from dealcli.reading.cache import opened\n"
        "kept = opened(os.environ)\n"
        "for turn in range(50):\n"
        "    for name in (b'a', b'b', b'c'):\n"
        "        kept.keep([name.decode()] * 2000, name)\n"
        "        assert kept.recall(name) == [name.decode()] * 2000, name\n"
    )
    environment = {**os.environ, **home, "DEALCLI_NO_CACHE": ""}
    running = [subprocess.Popen([sys.executable, "-c", program], env=environment, stderr=subprocess.PIPE) for _ in range(8)]
    told = [process.communicate()[1] for process in running]
    assert [process.returncode for process in running] == [0] * 8, told
    kept = opened(home)
    assert kept is not None
    assert [len(entries(kept)), kept.recall(b"c")] == [3, ["c"] * 2000]


# --- documents -------------------------------------------------------------------------------------------------------


@pytest.fixture
def sources(home: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> SourceFiles:
    for name, value in {**home, "DEALCLI_NO_CACHE": ""}.items():
        monkeypatch.setenv(name, value)
    return SourceFiles()


def test_a_sound_file_comes_back_with_its_trees_and_its_positions(sources: SourceFiles) -> None:
    text = TEXT + "---\nscenario: x\nevents: []\n"
    read, _ = read_yaml("deal.yaml", text.encode())
    remember(sources, read)
    known = recalled(SourceFiles(), "other/deal.yaml", text.encode())
    assert known is not None
    assert known.sound
    assert [(d.tree, d.index, d.source_path) for d in known.documents] == [(d.tree, d.index, "other/deal.yaml") for d in read.documents]
    assert (known.text, known.marks) == (read.text, read.marks)
    place = Place("other/deal.yaml", ("terms", "window", "value"), 0)
    span = locate(place, {"other/deal.yaml": known})
    assert span is not None
    assert (span.line, span.column) == (3, 19)


def test_a_file_of_other_content_is_not_known(sources: SourceFiles) -> None:
    remember(sources, read_yaml("deal.yaml", TEXT.encode())[0])
    assert recalled(sources, "deal.yaml", TEXT.encode() + b" ") is None


def test_who_forgets_neither_recalls_nor_keeps(sources: SourceFiles, tmp_path: Path) -> None:
    sources.forget = True
    remember(sources, read_yaml("deal.yaml", TEXT.encode())[0])
    assert recalled(sources, "deal.yaml", TEXT.encode()) is None
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize("kept", [{}, [], [[]], [{}], ["text"], 5])
def test_what_is_no_list_of_documents_is_not_taken_for_one(sources: SourceFiles, kept: object) -> None:
    assert sources.cache is not None
    sources.cache.keep(kept, b"documents", TEXT.encode())
    assert recalled(sources, "deal.yaml", TEXT.encode()) is None
