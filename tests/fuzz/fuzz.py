"""Fuzz one target: ``python tests/fuzz/fuzz.py reader --runs 100000``.

With atheris installed, inputs that reach new code are kept and changed further (``--corpus`` keeps them between runs);
without it, they are made from the seeds by chance alone. The first crash ends the run and is kept in ``tests/fuzz/found``.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=("reader", "expressions", "scenarios"))
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpus", type=Path)
    chosen = parser.parse_args()
    return _by_coverage(chosen) if find_spec("atheris") is not None else _by_chance(chosen)


def _by_coverage(chosen: Any) -> int:
    import atheris

    with atheris.instrument_imports(include=["dealcli"]):
        import targets
    target = targets.TARGETS[chosen.target](Path(tempfile.mkdtemp()))
    corpus = chosen.corpus or Path(tempfile.mkdtemp())
    corpus.mkdir(parents=True, exist_ok=True)
    for content in targets.seeds(chosen.target):
        (corpus / hashlib.sha256(content).hexdigest()).write_bytes(content)
    words = corpus.parent / f"{corpus.name}.words"
    words.write_text("".join(f'"{word}"\n' for word in targets.WORDS if '"' not in word), encoding="utf-8")
    crashes = targets.FOUND / chosen.target
    crashes.mkdir(parents=True, exist_ok=True)
    atheris.Setup([
        sys.argv[0], f"-runs={chosen.runs}", f"-seed={chosen.seed}", f"-max_len={targets.LONGEST}", f"-dict={words}", "-timeout=60",
        "-rss_limit_mb=3000", "-print_final_stats=1", f"-artifact_prefix={crashes}/", str(corpus),
    ], target)  # fmt: skip
    atheris.Fuzz()
    return 0


def _by_chance(chosen: Any) -> int:
    import targets

    target = targets.TARGETS[chosen.target](Path(tempfile.mkdtemp()))
    for number, content in enumerate(targets.mutated(targets.seeds(chosen.target), chosen.runs, chosen.seed), 1):
        try:
            target(content)
        except Exception:
            file = targets.FOUND / chosen.target / hashlib.sha256(content).hexdigest()[:16]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
            print(f"crash at input {number}, kept in {file}")
            raise
    print(f"{chosen.runs} inputs, no crash")
    return 0


if __name__ == "__main__":
    sys.exit(main())
