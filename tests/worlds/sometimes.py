"""What a large run of schedules must have met, or it says little: faults, retries, conflicts, ends of runs, deeds."""

from collections import Counter

from sandbox.faults import CALL_FAULTS, WEBHOOK_FAULTS
from sandbox.world.invariants import INVARIANTS
from sandbox.world.merchants import DEEDS
from sandbox.world.plan import BELL_FAULTS, CRM_DEEDS, DUTIES, HARMS, OLDER, STORE_FAULTS

ENOUGH = 5_000
"""Schedules from which on all of it must have been met."""
FAULTS = (
    *CALL_FAULTS,
    *WEBHOOK_FAULTS,
    *HARMS,
    *STORE_FAULTS,
    *BELL_FAULTS,
    "pause",
    OLDER,
    "clock skew",
    "secret unreadable",
)
OUTCOMES = (
    "written", "unchanged", "later", "failed", "parked", "skipped", "gone", "marked deleted", "overtaken",
    "handed over",
)  # fmt: skip
"""Of a record in a batch."""
ENDS = ("empty", "held", "closed", "unavailable", "out of time", "overtaken")
"""Of a run."""
ANSWERS = (
    *(f"HubSpot answers {status}" for status in (204, 207, 423, 429, 500, 502, 503, 504)),
    *(f"Shopify answers {status}" for status in (429, 500, 503)),
)
BRANCHES = (
    "failed: conflict",
    "parked: conflict",
    "parked: gone",
    "failed: unanswered",
    "failed: error",
    "later: HubSpot may have done",
    "later: another worker is making this contact",
    "later: the checkout is not listed as abandoned",
    "later: the buyer may still be there",
)
"""Where a record is tried again, or comes into conflict, as the engine itself says."""

WANTED = (
    *FAULTS,
    *OUTCOMES,
    *(f"ended: {end}" for end in ENDS),
    *ANSWERS,
    *BRANCHES,
    *(f"merchant: {deed}" for deed in DEEDS),
    *(f"person in HubSpot: {deed}" for deed in CRM_DEEDS),
    *(f"schedule: {duty}" for duty in DUTIES),
    *(f"checked {one.name}" for one in INVARIANTS),
)


def missing(met: Counter[str], wanted: tuple[str, ...] = WANTED) -> list[str]:
    return [name for name in wanted if not met[name]]
