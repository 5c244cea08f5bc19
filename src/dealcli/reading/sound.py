"""Documents that were read and found sound in an earlier run: their trees need neither the grammar of YAML nor the models."""

from __future__ import annotations

import os
from functools import cached_property
from typing import Any

from dealcli.reading.cache import Cache, opened
from dealcli.reading.sources import Document, SourceFile
from dealcli.reading.text import BOM

_KIND = b"documents"


class SourceFiles(dict[str, SourceFile]):
    """The files that a command has read, by shown path, with the memory of earlier runs; ``forget`` does without it."""

    forget = False

    @cached_property
    def cache(self) -> Cache | None:
        """The user's cache; None where nothing is remembered."""
        return None if self.forget else opened(os.environ)


def recalled(sources: SourceFiles, path: str, content: bytes) -> SourceFile | None:
    """A file of this content as it was read and found sound before; None where it is not known."""
    trees = sources.cache.recall(_KIND, content) if sources.cache is not None else None
    if not isinstance(trees, list) or not trees or not all(isinstance(tree, dict) and tree for tree in trees):
        return None
    documents = tuple(Document(tree, path, index) for index, tree in enumerate(trees))
    return SourceFile(path, content.decode("utf-8").removeprefix(BOM), documents, None, sound=True)


def remember(sources: dict[str, SourceFile], file: SourceFile) -> None:
    """Keep the trees of a file all of whose documents are sound."""
    if isinstance(sources, SourceFiles) and sources.cache is not None and not file.sound:
        trees: list[Any] = [document.tree for document in file.documents]
        sources.cache.keep(trees, _KIND, file.text.encode())
