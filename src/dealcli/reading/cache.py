"""What one run remembers for the next: plain data under the hash of everything that it was made from.

An entry is a file of JSON in the user's cache folder, behind a keyed hash of itself and its name. The key is made once and
kept in the user's state folder, apart from the entries: a cache that was damaged, edited, or brought here from elsewhere
does not fit it. Whatever is not exactly as this module left it is as if it were not there, and where nothing can be kept,
nothing is: a run with a cache and a run without give the same answer.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from dealcli import __version__

try:
    from _blake2 import blake2b  # as hashlib has it, without loading OpenSSL as that does
except ImportError:
    from hashlib import blake2b

OFF = "DEALCLI_NO_CACHE"
"""The environment variable that turns the cache off."""

MOST_ENTRIES = 2_000
MOST_BYTES = 64_000_000
LARGEST = 4_000_000
"""What is longer than this is not kept."""

_KEY_BYTES = 32
_HASH_LETTERS = 64
_SWEEP_EVERY = 100
_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_MAKE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


class Cache:
    """Entries in one folder, which belongs to the user alone."""

    def __init__(self, folder: str, key: bytes) -> None:
        self.folder, self.key = folder, key
        self.kept = 0

    def recall(self, *made_from: bytes) -> Any:
        """What was kept for this; None where nothing is, or nothing that can be trusted."""
        name = self._name(made_from)
        try:
            content = _own_file(os.path.join(self.folder, name), LARGEST + _HASH_LETTERS)
            body = content[_HASH_LETTERS:]
            return json.loads(body) if content[:_HASH_LETTERS] == self._seal(name, body) else None
        except (OSError, ValueError, RecursionError):
            return None

    def keep(self, value: Any, *made_from: bytes) -> None:
        """Keep plain data for a later run, if that is possible."""
        name = self._name(made_from)
        try:
            body = json.dumps(value, separators=(",", ":")).encode()
            if len(body) > LARGEST:
                return
            if self.kept % _SWEEP_EVERY == 0:
                self._sweep()
            self.kept += 1
            draft = os.path.join(self.folder, f"{name}.{os.getpid()}.part")
            _write_new(draft, self._seal(name, body) + body)
            try:
                os.replace(draft, os.path.join(self.folder, name))
            except BaseException:
                os.unlink(draft)
                raise
        except (OSError, ValueError, RecursionError):
            return

    def _name(self, made_from: tuple[bytes, ...]) -> str:
        digest = blake2b(key=self.key, digest_size=_HASH_LETTERS // 2)
        for part in (program(), *made_from):
            digest.update(b"%d:" % len(part))
            digest.update(part)
        return digest.hexdigest()

    def _seal(self, name: str, body: bytes) -> bytes:
        digest = blake2b(name.encode(), key=self.key, digest_size=_HASH_LETTERS // 2)
        digest.update(body)
        return digest.hexdigest().encode()

    def _sweep(self) -> None:
        """Remove the oldest entries where there are too many, or they are too large together."""
        with os.scandir(self.folder) as found:
            entries = [(state.st_mtime_ns, entry.path, state.st_size) for entry in found if (state := _state(entry))]
        total = sum(size for _, _, size in entries)
        left = len(entries)
        if left <= MOST_ENTRIES and total <= MOST_BYTES:
            return
        for _, path, size in sorted(entries):
            if left <= MOST_ENTRIES // 2 and total <= MOST_BYTES // 2:
                return
            os.unlink(path)
            left, total = left - 1, total - size


def opened(environment: Mapping[str, str]) -> Cache | None:
    """The user's cache; None where it is turned off, or has no place that belongs to the user alone."""
    if environment.get(OFF) or not hasattr(os, "getuid"):
        return None
    caches = _base(environment, "XDG_CACHE_HOME", ".cache")
    states = _base(environment, "XDG_STATE_HOME", os.path.join(".local", "state"))
    if caches is None or states is None:
        return None
    try:
        program()  # nothing can be kept by a program that cannot be told from another, as in an archive
        folder = _own_folder(os.path.join(caches, "dealcli"))
        return Cache(folder, _own_key(os.path.join(_own_folder(os.path.join(states, "dealcli")), "cache_key")))
    except (OSError, ValueError):
        return None


@cache
def program() -> bytes:
    """What tells this program from any other version of it: its number, and size and time of each of its modules."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    return "\n".join((__version__, *sorted(_modules(package)))).encode()


def _modules(folder: str) -> Iterator[str]:
    with os.scandir(folder) as found:
        for entry in found:
            if entry.name.endswith((".py", ".json")):
                state = entry.stat()
                yield f"{entry.path} {state.st_size} {state.st_mtime_ns}"
            elif entry.name[:1] not in ("_", ".") and entry.is_dir(follow_symlinks=False):
                yield from _modules(entry.path)


def _base(environment: Mapping[str, str], name: str, below_home: str) -> str | None:
    """A folder of the XDG base directory specification; None where there is neither it nor a home."""
    written, home = environment.get(name, ""), environment.get("HOME", "")
    if os.path.isabs(written):
        return written
    return os.path.join(home, below_home) if os.path.isabs(home) else None


def _own_folder(path: str) -> str:
    """A folder that only the user can write to, made where there is none. Raises ``OSError`` for any other."""
    os.makedirs(path, mode=0o700, exist_ok=True)
    state = os.lstat(path)
    if not stat.S_ISDIR(state.st_mode) or not _own(state):
        raise PermissionError(path)
    return path


def _own_file(path: str, most: int) -> bytes:
    """The content of a file that only the user can write to. Raises ``OSError`` for any other, and for a longer one."""
    descriptor = os.open(path, _READ)
    try:
        state = os.fstat(descriptor)
        if not stat.S_ISREG(state.st_mode) or not _own(state) or state.st_size > most:
            raise PermissionError(path)
        return os.read(descriptor, most)
    finally:
        os.close(descriptor)


def _own(state: os.stat_result) -> bool:
    return state.st_uid == os.getuid() and not state.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _own_key(path: str) -> bytes:
    """The key of this user on this machine, made where there is none. Raises ``OSError`` or ``ValueError``."""
    try:
        key = _own_file(path, _KEY_BYTES + 1)
    except FileNotFoundError:
        draft = f"{path}.{os.getpid()}.part"
        _write_new(draft, os.urandom(_KEY_BYTES))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            os.unlink(draft)
        key = _own_file(path, _KEY_BYTES + 1)
    if len(key) != _KEY_BYTES:
        raise ValueError(path)
    return key


def _write_new(path: str, content: bytes) -> None:
    """Write a file that was not there. Raises ``OSError``; nothing is left behind then."""
    descriptor = os.open(path, _MAKE, 0o600)
    try:
        try:
            while content:
                content = content[os.write(descriptor, content) :]
        finally:
            os.close(descriptor)
    except BaseException:
        os.unlink(path)
        raise


def _state(entry: os.DirEntry[str]) -> os.stat_result | None:
    try:
        state = entry.stat(follow_symlinks=False)
    except OSError:
        return None
    return state if stat.S_ISREG(state.st_mode) else None
