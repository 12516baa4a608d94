"""What a schedule is before it is played: the stores and their accounts, what goes wrong, what people do and when."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox.world.choices import Chances

BUILT = ("order_pipeline",)
"""Switches that decide what a new account has."""
CRM_DEEDS = (
    "move", "edit", "edit_contact", "archive_order", "archive_line", "archive_contact", "archive_cart", "restore",
    "merge_by_hand", "merge_contacts", "contact_by_hand", "unlink",
)  # fmt: skip
FOUND_DEEDS = ("move", "edit", "archive_order", "archive_line", "archive_cart")
"""What the duties find by themselves, if Tandem wrote nothing after it."""
DUTIES = ("windows", "changes", "daily", "deploy", "sweep")
"""What runs beside the workers; a `deploy` brings another version of Tandem, and the old one works on for a while."""
HARMS = ("killed before", "killed after", "answer lost", "frozen")
STORE_FAULTS = ("throttled", "store answer lost", "sent twice by the SDK")
OLDER = "an older state"
"""What Shopify may answer for a few seconds after a change."""
BELL_FAULTS = ("bell lost", "bell doubled", "bell late", "bell refused")


KINDS = ("calls", "webhooks", "harms", "store", "bells", "secrets", "pauses", "older")
"""Of what may happen: the names of its chances in a Mix."""


@dataclass(frozen=True, slots=True)
class Event:
    """Somebody does something in a store, `at` seconds from the beginning; `number` decides on what."""

    number: int
    at: float
    store: int
    who: str
    what: str

    def __str__(self) -> str:
        return f"{self.who} of store {self.store}: {self.what}"


@dataclass(frozen=True, slots=True)
class Mix:
    """How likely what goes wrong is: of each call to a vendor, webhook, step of a worker, call of the store, bell.

    Seconds: `pause` is the longest between two steps, `skew` how far clocks differ, `freeze` how long one stands still.
    """

    calls: Chances = ()
    webhooks: Chances = ()
    harms: Chances = ()
    store: Chances = ()
    bells: Chances = ()
    secrets: Chances = ()
    pauses: Chances = ()
    older: Chances = ()
    pause: float = 0.0
    skew: float = 0.0
    freeze: float = 60.0
    status: int = 503


@dataclass(frozen=True, slots=True)
class Plan:
    """A schedule before it is played. Things go wrong for `bad` seconds; what is `late` happens when all is at rest.

    `only` is what the schedule is about, if it is about one thing; see sandbox.world.drawing. `harmed_walk`: the first
    walk after all is at rest comes to harm, too. `listed` is how many records the vendors list at a time, 0 as usual.
    """

    seed: int
    stores: int
    workers: int
    shards: int
    lag: float
    page: int
    mix: Mix
    events: tuple[Event, ...]
    bad: float
    late: tuple[Event, ...] = ()
    hubspot: Mapping[str, str] = field(default_factory=dict)
    shopify: Mapping[str, str] = field(default_factory=dict)
    only: str = ""
    harmed_walk: bool = False
    listed: int = 0
    zone: str = "America/Los_Angeles"

    def __str__(self) -> str:
        switches = {**self.hubspot, **self.shopify}
        turned = ", ".join(f"{name}={value}" for name, value in switches.items()) or "none"
        return (
            f"{self.stores} stores, {self.workers} workers, {self.shards} shards, {self.lag} s of lag, "
            f"pages of {self.page}, of vendors' {self.listed or 'as usual'}; {self.only or 'all'}; in {self.zone}; "
            f"{self.mix}; switches: {turned}"
        )
