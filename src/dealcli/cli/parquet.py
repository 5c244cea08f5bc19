"""Columns as a Parquet file, by pyarrow where it is installed (``dealcli[parquet]``)."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping

from dealcli.cli.streams import write_file
from dealcli.diagnostics import Diagnostic, Place, Refused

NOT_INSTALLED = "DC523"


def write_parquet(columns: Mapping[str, Iterable[str | None]], target: str | None) -> None:
    """Write columns of text to a file. Raises ``Refused`` without pyarrow, without a file, and where that cannot be written."""
    if target is None:
        raise Refused(Diagnostic("DC512", "a Parquet file is not text: it needs a file", Place("--format"), hint="-o runs.parquet"))
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise Refused(Diagnostic(NOT_INSTALLED, "pyarrow is not installed", Place("--format"), hint="install dealcli[parquet]")) from None
    text = pa.string()
    table = pa.table({name: pa.array(list(cells), text).dictionary_encode() for name, cells in columns.items()})
    written = io.BytesIO()
    parquet.write_table(table, written)
    write_file([written.getvalue()], target)


__all__ = ["NOT_INSTALLED", "write_parquet"]
