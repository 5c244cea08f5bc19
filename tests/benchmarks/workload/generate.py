"""A seeded log of any length for the workload, written as it is made.

    python generate.py N [--seed S] [--span DAYS] > events.ndjson

Writes exactly N events, sorted by date, one JSON object a line; the as-of date
of a run is the date of the last line.  Memory is bounded by what is in flight
(about 90 days of follow-ups), so 10M events stream.

Edge cases are drawn on purpose: answers on day 30 and 31, payments on day 60
and 61, second answers, contracts before/after the answer and on the same day,
payments for reports made after the AGI declaration (no obligation exists).
Amounts are whole dollars, multiples of 5, below 2**31, so 20 % is exact in
every engine (32-bit integers and doubles included).
"""
from __future__ import annotations

import argparse
import heapq
import random
import sys
from collections.abc import Iterator
from datetime import date, timedelta

START = date(2025, 2, 3)
MEAN_EVENTS = 2.13          # events per arrival, measured; sets the arrival rate


def generate(n: int, seed: int = 7, span: int = 1826, agi: float = 0.7) -> Iterator[str]:
    rnd = random.Random(seed)
    chance, pick = rnd.random, rnd.randrange
    rate = n / MEAN_EVENTS / span          # arrivals a day
    agi_day = int(span * agi)
    heap, cnt, out = [], 0, 0
    day, carry, rid, pid = 0, 0.0, 0, 0
    push, pop = heapq.heappush, heapq.heappop

    def within() -> int:                           # a day inside the 30-day window
        return 30 if chance() < 0.08 else pick(0, 31)

    def late() -> int:
        return 31 if chance() < 0.2 else pick(31, 61)

    while True:
        iso = (START + timedelta(days=day)).isoformat()
        head = '{"date":"' + iso + '","type":"'
        while heap and heap[0][0] <= day:
            yield head + pop(heap)[2]
            out += 1
            if out == n:
                return
        if day == agi_day:
            yield head + 'agi_declared"}'
            out += 1
            if out == n:
                return
        carry += rate
        k = int(carry)
        carry -= k
        for _ in range(k):
            if chance() < 0.08:                  # a revenue report
                pid += 1
                p = f'"period":"p{pid}"'
                amount = 5 * pick(200_000, 80_000_000)
                due = amount // 5
                yield f'{head}revenue_reported",{p},"amount":{amount}}}'
                out += 1
                x = chance()
                pays = []
                if x < 0.65:
                    d = 60 if chance() < 0.1 else pick(0, 61)
                    pays.append((d, due if chance() < 0.8 else due + pick(1, 1000)))
                elif x < 0.75:
                    pays.append((61 if chance() < 0.3 else pick(61, 90), due))
                elif x < 0.85:
                    pays.append((pick(0, 61), due - pick(1, due)))
                elif x < 0.92:              # short, then in full
                    d = pick(0, 40)
                    pays.append((d, due - 1))
                    pays.append((d + pick(1, 30), due))
                for d, a in pays:
                    cnt += 1
                    push(heap, (day + d, cnt, f'revenue_share_paid",{p},"amount":{a}}}'))
            else:
                rid += 1
                i = f'"id":"r{rid}"'
                yield f'{head}compute_requested",{i},"mw":{pick(5, 500)}}}'
                out += 1
                x = chance()
                ans = []
                if x < 0.40:
                    ans.append((within(), "capacity_offered"))
                elif x < 0.65:
                    ans.append((within(), "capacity_declined"))
                elif x < 0.75:
                    ans.append((late(), "capacity_offered" if chance() < 0.5 else "capacity_declined"))
                elif x < 0.80:              # two answers: only the first counts
                    a, b = ("capacity_offered", "capacity_declined")
                    if chance() < 0.5:
                        a, b = b, a
                    d = pick(0, 25)
                    ans += [(d, a), (d + pick(0, 20), b)]
                if chance() < 0.30:
                    d = 30 + pick(0, 2) if chance() < 0.15 else pick(0, 76)
                    if ans and chance() < 0.1:
                        d = ans[0][0]       # the same day as the answer
                    ans.append((d, "third_party_contracted"))
                    if chance() < 0.08:
                        ans.append((d + pick(0, 30), "third_party_contracted"))
                    if chance() < 0.5:           # the order within a day varies
                        ans.reverse()
                for d, t in ans:
                    cnt += 1
                    push(heap, (day + d, cnt, f'{t}",{i}}}'))
            if out == n:
                return
        while heap and heap[0][0] <= day:
            yield head + pop(heap)[2]
            out += 1
            if out == n:
                return
        day += 1


def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("n", type=int)
    ap.add_argument("--seed", type=int, default=7)
    ap.add_argument("--span", type=int, default=1826)
    ap.add_argument("--agi", type=float, default=0.7,
                    help="where in the span AGI is declared; above 1: never")
    a = ap.parse_args()
    buf, w = [], sys.stdout.write
    for line in generate(a.n, a.seed, a.span, a.agi):
        buf.append(line)
        if len(buf) == 4096:
            w("\n".join(buf) + "\n")
            buf.clear()
    if buf:
        w("\n".join(buf) + "\n")


if __name__ == "__main__":
    main()
