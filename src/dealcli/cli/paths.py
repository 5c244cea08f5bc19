"""Paths on the command line as answers and messages show them: relative to the working directory, with '/'."""

from __future__ import annotations

import os


def from_here(path: str) -> str:
    """A path below the working directory without the way to it; any other one as it was written."""
    if not os.path.isabs(path):
        return path
    try:
        here = os.getcwd()
    except OSError:
        return path
    inside = os.path.normpath(path)
    return os.path.relpath(inside, here) if inside == here or inside.startswith(here.rstrip(os.sep) + os.sep) else path
