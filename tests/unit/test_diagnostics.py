"""What is wrong with an input, as it goes from one process to another."""

from __future__ import annotations

import pickle

from dealcli.diagnostics import Diagnostic, Place, Refused


def test_a_refusal_comes_back_whole_from_another_process() -> None:
    refused = Refused(Diagnostic("DC101", "nothing is there", Place("a.yaml")), Diagnostic("DC102", "a folder", Place("b.yaml")))
    back = pickle.loads(pickle.dumps(refused))
    assert (back.diagnostics, str(back)) == (refused.diagnostics, "nothing is there")
