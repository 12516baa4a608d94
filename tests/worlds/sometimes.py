"""What a large run of schedules must have met, or it says little: faults, harms, outcomes, ends of runs, deeds."""

from collections import Counter

from sandbox.faults import CALL_FAULTS, WEBHOOK_FAULTS
from sandbox.world.plan import BELL_FAULTS, CRM_DEEDS, DUTIES, HARMS, STORE_FAULTS

ENOUGH = 5_000
"""Schedules from which on all of it must have been met."""
OUTCOMES = ("written", "unchanged", "later", "failed", "parked", "skipped", "gone", "marked deleted", "overtaken")
ENDS = ("empty", "held", "closed", "unavailable", "out of time", "overtaken")

WANTED = (
    *CALL_FAULTS,
    *WEBHOOK_FAULTS,
    *HARMS,
    *STORE_FAULTS,
    *BELL_FAULTS,
    "pause",
    "clock skew",
    "secret unreadable",
    *OUTCOMES,
    *(f"ended: {end}" for end in ENDS),
    *(f"person in HubSpot: {deed}" for deed in CRM_DEEDS),
    *(f"schedule: {duty}" for duty in DUTIES),
)


def missing(met: Counter[str]) -> list[str]:
    return [name for name in WANTED if not met[name]]
