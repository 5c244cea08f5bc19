"""The workload as a program written by hand for this one contract: json, dicts and a heap.

    python reference.py EVENTS.ndjson AS_OF

What it means, and what the agreement file says as well; both print one line that must be the same:
 * Events are taken in file order (sorted by date).
 * rofr(id): opened by compute_requested on day D, window D..D+30 inclusive.
   The first capacity_offered/capacity_declined inside the window settles it
   (exercised/waived); later answers and answers after the window do nothing.
   Unanswered: lapsed from D+31, else open.
 * permission(id) 'holds' once waived or lapsed.
 * prohibition(id), ids with a third_party_contracted only: 'breached' if any
   contract happened while the right was open or after it was exercised,
   otherwise 'permitted'.
 * ip_access holds until agi_declared, then 'ended'.
 * revenue_share(period): opened by revenue_reported before agi_declared; due
   = 20 % within 60 days (inclusive); 'fulfilled' by one payment >= due on or
   before the deadline; 'breached' from the day after; else 'pending'.
   due = sum over obligations; paid = sum of all payments made towards an
   existing obligation (short and late ones too).
"""
from __future__ import annotations

import heapq
import json
import sys
from collections.abc import Iterable
from datetime import date
from typing import Any

WINDOW, TERM, SHARE = 30, 60, 20


def evaluate(lines: Iterable[bytes], as_of: str) -> dict[str, Any]:
    loads = json.loads
    rofr: dict[str, str] = {}
    deadlines: list[tuple[int, str]] = []
    contracts: dict[str, str] = {}
    obligations: dict[str, list[Any]] = {}  # the status and what is due, by period
    due_dates: list[tuple[int, str]] = []
    due = paid = n = 0
    agi = False
    ordinals: dict[str, int] = {}
    day = -1
    last = None

    def advance(to: int) -> None:
        while deadlines and deadlines[0][0] < to:
            i = heapq.heappop(deadlines)[1]
            if rofr[i] == "open":
                rofr[i] = "lapsed"
        while due_dates and due_dates[0][0] < to:
            o = obligations[heapq.heappop(due_dates)[1]]
            if o[0] == "pending":
                o[0] = "breached"

    for line in lines:
        e = loads(line)
        n += 1
        d = e["date"]
        if d != last:
            last = d
            day = ordinals.get(d)
            if day is None:
                day = ordinals[d] = date.fromisoformat(d).toordinal()
            advance(day)
        t = e["type"]
        if t == "compute_requested":
            i = e["id"]
            rofr[i] = "open"
            heapq.heappush(deadlines, (day + WINDOW, i))
        elif t == "capacity_offered":
            i = e["id"]
            if rofr.get(i) == "open":
                rofr[i] = "exercised"
        elif t == "capacity_declined":
            i = e["id"]
            if rofr.get(i) == "open":
                rofr[i] = "waived"
        elif t == "third_party_contracted":
            i = e["id"]
            if rofr.get(i) in ("open", "exercised"):
                contracts[i] = "breached"
            elif i in rofr:
                contracts.setdefault(i, "permitted")
        elif t == "revenue_reported":
            if not agi:
                owed = e["amount"] * SHARE // 100
                obligations[e["period"]] = ["pending", owed]
                heapq.heappush(due_dates, (day + TERM, e["period"]))
                due += owed
        elif t == "revenue_share_paid":
            o = obligations.get(e["period"])
            if o is not None:
                paid += e["amount"]
                if o[0] == "pending" and e["amount"] >= o[1]:
                    o[0] = "fulfilled"
        elif t == "agi_declared":
            agi = True
    advance(date.fromisoformat(as_of).toordinal())

    counts = {"ip_access:ended" if agi else "ip_access:holds": 1}

    def add(clause: str, statuses: Iterable[str]) -> None:
        for s in statuses:
            k = clause + ":" + s
            counts[k] = counts.get(k, 0) + 1

    add("rofr", rofr.values())
    add("permission", ("holds" for s in rofr.values() if s in ("waived", "lapsed")))
    add("prohibition", contracts.values())
    add("revenue_share", (o[0] for o in obligations.values()))
    return {"as_of": as_of, "events": n, "counts": counts, "due": due, "paid": paid}


def report(r: dict[str, Any]) -> str:
    """The one canonical output line."""
    return json.dumps(r, sort_keys=True, separators=(",", ":"))


def main() -> None:
    with open(sys.argv[1], "rb") as log:
        print(report(evaluate(log, sys.argv[2])))


if __name__ == "__main__":
    main()
