"""What a seed stands for: the stores and their accounts, what goes wrong and how often, what people do and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from sandbox.faults import CALL_FAULTS, WEBHOOK_FAULTS
from sandbox.hubspot.switches import SWITCHES as HUBSPOT
from sandbox.shopify.switches import SWITCHES as SHOPIFY
from sandbox.switches import Switch
from sandbox.world.choices import Chances, likely
from sandbox.world.merchants import DEEDS

ACCOUNT = {"phone_format", "gdpr_blocklist", "association_limit"}
"""Switches left alone: what they change is no fault to be survived but another account."""
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
BEGINNINGS = ("place", "place", "place", "open_checkout", "new_customer")
"""What comes first in a store: something must be there for people to be busy with."""
HARMS = ("killed before", "killed after", "answer lost", "frozen")
STORE_FAULTS = ("throttled", "store answer lost", "sent twice by the SDK")
BELL_FAULTS = ("bell lost", "bell doubled", "bell late", "bell refused")


KINDS = ("calls", "webhooks", "harms", "store", "bells", "secrets", "pauses")
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
    pause: float = 0.0
    skew: float = 0.0
    freeze: float = 60.0
    status: int = 503


@dataclass(frozen=True, slots=True)
class Plan:
    """A schedule before it is played. Things go wrong for `bad` seconds; what is `late` happens when all is at rest."""

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

    def __str__(self) -> str:
        switches = {**self.hubspot, **self.shopify}
        turned = ", ".join(f"{name}={value}" for name, value in switches.items()) or "none"
        return (
            f"{self.stores} stores, {self.workers} workers, {self.shards} shards, {self.lag} s of lag, "
            f"pages of {self.page}; {self.mix}; switches: {turned}"
        )


def plan(seed: int) -> Plan:
    random = Random(f"plan:{seed}")
    stores = random.choices((1, 2, 3, 4, 5), (70, 15, 7, 4, 4))[0]
    span = random.choice((2.0, 10.0, 60.0, 300.0))
    with_people = random.random() < 0.35
    hubspot = _switched(HUBSPOT, random)
    return Plan(
        seed=seed,
        stores=stores,
        workers=random.randint(1, 6),
        shards=random.choice((1, 1, 2, 3)),
        lag=random.choice((0.0, 0.0, 0.05, 2.0, 10.0)),
        page=random.choice((1, 2, 3, 100)),
        mix=_mix(random, racy=hubspot.get("unique_check") == "racy"),
        events=_events(random, stores, span, with_people),
        bad=span + random.choice((0.0, 5.0, 60.0)),
        hubspot=hubspot,
        shopify=_switched(SHOPIFY, random),
        late=_late(random, stores) if random.random() < 0.15 else (),
    )


def _switched(table: Sequence[Switch], random: Random) -> dict[str, str]:
    much = random.choice((0.0, 0.2, 0.5))
    return {one.name: random.choice(one.values) for one in table if one.name not in ACCOUNT and random.random() < much}


def _mix(random: Random, *, racy: bool) -> Mix:
    """Of each family all, some, or none.

    Nobody stands still beyond a lease where HubSpot's check of unique values is not atomic: a limit that is told of.
    """

    def some(names: Sequence[str], levels: Sequence[float]) -> Chances:
        level, share = random.choice(levels), random.choice((0.0, 0.3, 1.0))
        return likely((name, level / len(names)) for name in names if random.random() < share)

    return Mix(
        calls=some(tuple(CALL_FAULTS), (0.02, 0.1, 0.5)),
        webhooks=some(tuple(WEBHOOK_FAULTS), (0.1, 0.5)),
        harms=some(HARMS, (0.01, 0.04, 0.15)),
        store=some(STORE_FAULTS, (0.01, 0.05)),
        bells=some(BELL_FAULTS, (0.1, 0.5)),
        secrets=some(("secret unreadable",), (0.02, 0.2)),
        pauses=some(("pause",), (0.1, 0.5)),
        pause=random.choice((0.2, 2.0, 8.0)),
        skew=random.choice((0.0, 0.0, 1.0, 4.0)),
        freeze=random.choice((5.0, 60.0) if racy else (5.0, 60.0, 400.0)),
        status=random.choice((429, 423, 500, 502, 503, 504)),
    )


def _events(random: Random, stores: int, span: float, with_people: bool) -> tuple[Event, ...]:
    """Some of what people do, close together; in each store at least once."""
    names, weights = list(DEEDS), list(DEEDS.values())
    who = ("merchant", "person in HubSpot", "schedule")
    shares = (10, 3 if with_people else 0, 1)
    count = stores + random.choice((2, 4, 6, 9))
    found = []
    for number in range(count):
        store = number if number < stores else random.randrange(stores)
        one = "merchant" if number < stores else random.choices(who, shares)[0]
        what = {
            "merchant": lambda: random.choices(names, weights)[0],
            "person in HubSpot": lambda: random.choice(CRM_DEEDS),
            "schedule": lambda: random.choice(DUTIES),
        }[one]()
        begin = number < stores
        at = 0.0 if begin else round(random.uniform(0, span), 2)
        found.append(Event(number, at, store, one, random.choice(BEGINNINGS) if begin else what))
    return tuple(sorted(found, key=lambda event: event.at))


def _late(random: Random, stores: int) -> tuple[Event, ...]:
    return tuple(
        Event(number, 0.0, random.randrange(stores), "person in HubSpot", random.choice(FOUND_DEEDS))
        for number in range(100, 100 + random.randint(1, 2))
    )
