"""Examples of what stands behind a key, which editors offer while a document is written."""

from __future__ import annotations

from collections.abc import Mapping

A_DAY = ("2026-01-31",)
A_MOMENT = ("2026-01-31", "2026-01-31T17:00Z", "2026-01")
A_NAME = ("pay",)
A_REFERENCE = ("pay", "supply.pay")
A_CONDITION = ("count(delivered) > 2", "insolvent", "notice is fulfilled")
A_TRIGGER = ("delivered", "delivered where units >= 10", "deliver becomes fulfilled")
A_SPAN = ("30 days", "10 business days", "6 months", "48 hours")
AN_AMOUNT = ("USD 5 million", "ordered.units * unit_price", "undisclosed")
A_VALUE = ("sum of paid.amount", "USD 0", "units * 2")
A_START = ("2026-01-01", "ordered", "deliver becomes fulfilled")
STAGES = ("in_force", "fulfilled", "breached", "ended", "undetermined")
A_PARTY = ("seller", "by")
A_KEY = ("A1",)

OF_KEYS: Mapping[str, tuple[object, ...]] = {
    "accrues": (True,),
    "act": A_TRIGGER,
    "after": A_SPAN,
    "agreement": ("supply",),
    "agreements": ("agreement.yaml", "builtin:microsoft_openai"),
    "amount": AN_AMOUNT,
    "as_of": A_DAY,
    "assign": A_REFERENCE,
    "at": A_DAY,
    "bearer": A_PARTY,
    "before": ("2026-01-31", "delivered"),
    "binding": (False,),
    "breached_by": A_TRIGGER,
    "by": A_SPAN,
    "clause": A_REFERENCE,
    "complete": A_REFERENCE,
    "completed_by": A_TRIGGER,
    "count": (0, 1),
    "counterparty": ("buyer",),
    "cure": (*A_SPAN, "any_time"),
    "date": A_MOMENT,
    "default": ("as_written",),
    "default_source": ("contract",),
    "discharge": A_REFERENCE,
    "discharged_by": A_TRIGGER,
    "doer": ("sender",),
    "due": ("2026-01-31", "10 days after delivered"),
    "effects": ("undisclosed",),
    "ends": A_TRIGGER,
    "equals": ("USD 100", 3, "none"),
    "event": ("delivered", "supply.delivered"),
    "events_from": ("events.ndjson", "events.csv.gz", "-"),
    "every": ("month", "3 months", "quarter"),
    "exception_to": A_REFERENCE,
    "exercise": ("terminate",),
    "extend": A_REFERENCE,
    "fact": ("insolvent",),
    "file": ("events.ndjson", "events.csv.gz", "-"),
    "finding": ("breach", "possible_breach", "act_without_effect", "near_miss", "conflict"),
    "first": ("2026-01-31",),
    "for_each": ("ordered", "ordered where units > 0"),
    "from": A_START,
    "given": A_CONDITION,
    "holds": A_CONDITION,
    "initial": ("0", "USD 0", "none"),
    "is": STAGES,
    "is_not": STAGES,
    "key": A_KEY,
    "known_as_of": A_DAY,
    "known_through": A_DAY,
    "latest": ("priced.price",),
    "maintain": A_CONDITION,
    "max": ("delivered.units",),
    "measure": ("revenue_paid",),
    "min": ("delivered.units",),
    "name": ("paid_late",),
    "not": A_CONDITION,
    "not_before": ("2026-01-31", "10 days after ordered"),
    "outstanding": ("USD 50",),
    "over": A_SPAN,
    "paid": ("USD 50",),
    "paid_with": ("amount",),
    "part_of": ("seller",),
    "per": ("order",),
    "performed_by": ("bearer", "anyone"),
    "plausible": ("10 days", "USD 5 million"),
    "possible": STAGES,
    "published": ("2026-01-31", "2026-01", "2026-01~"),
    "reported": A_MOMENT,
    "restates": A_REFERENCE,
    "resume": A_REFERENCE,
    "set": A_VALUE,
    "since": A_DAY,
    "starts": A_TRIGGER,
    "sum": ("paid.amount",),
    "suspend": A_REFERENCE,
    "terminate": A_REFERENCE,
    "timezone": ("UTC", "Europe/London", "America/New_York"),
    "times": (12,),
    "to": ("2026-12-31", "successor"),
    "turns_on": ("reply_window",),
    "unit": ("months", "percent"),
    "unless": A_CONDITION,
    "until": ("2026-12-31", "12 months", "terminated"),
    "upon": A_TRIGGER,
    "url": ("https://example.org/contract.pdf",),
    "valid": ("units > 0",),
    "value": ("30 days", "USD 5 million", "20%", "undisclosed"),
    "vocabulary": ("trade",),
    "waive": A_REFERENCE,
    "waived_by": A_TRIGGER,
    "when": A_CONDITION,
    "while": A_CONDITION,
    "within": A_SPAN,
}
"""By key, where it means the same wherever it stands."""

OF_MODELS: Mapping[tuple[str, str], tuple[object, ...]] = {
    ("Agreement", "until"): ("2026-12-31", "terminated"),
    ("ClauseKeys", "key"): ("order",),
    ("FormerTitle", "until"): A_DAY,
    ("MeasureKeys", "count"): A_TRIGGER,
    ("MeasureKeys", "first"): ("priced.price",),
    ("MeasureKeys", "is"): ("revenue_paid * 2",),
    ("OwnEffect", "key"): ("all", "order"),
    ("TimelineRow", "at"): ("17:00", "17:00Z"),
    ("TimelineRow", "event"): ("delivered", "supply.delivered"),
}
"""By model and key, where it means something else there."""


OF_MAPPINGS: Mapping[str, str] = {
    "Clause": "{kind: obligation, bearer: seller, act: delivered, within: 30 days}",
    "Effect": "{upon: delivered, terminate: agreement}",
    "Event": "{by: party, units: number}",
    "Expectation": "{clause: pay, is: fulfilled}",
    "FormerTitle": "{until: 2026-01-31, title: The old name}",
    "NamedException": "{name: holiday, when: closed}",
    "OwnEffect": "{terminate: agreement}",
    "Source": "{title: The contract, standing: contract}",
    "SuiteScenario": "{name: paid late, as_of: 2026-01-31}",
    "TimelineRow": "{date: 2026-01-31, event: delivered}",
    "Update": "{upon: delivered, set: units}",
}
"""Whole mappings, on one line, by their model."""


def examples_of(models: tuple[str, ...], key: str) -> tuple[object, ...]:
    """The examples of a key of a model, which is given with the models that it builds on; none for prose and mappings."""
    return next((OF_MODELS[name, key] for name in models if (name, key) in OF_MODELS), OF_KEYS.get(key, ()))
