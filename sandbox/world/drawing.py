"""Draws the plan of a seed; some are about one thing, so that it is met where it would hide behind all others."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from sandbox.faults import CALL_FAULTS, WEBHOOK_FAULTS
from sandbox.hubspot.switches import SWITCHES as HUBSPOT
from sandbox.shopify.switches import SWITCHES as SHOPIFY
from sandbox.switches import Switch
from sandbox.world.choices import Chances, likely
from sandbox.world.merchants import DEEDS
from sandbox.world.plan import (
    BELL_FAULTS,
    CRM_DEEDS,
    DUTIES,
    FOUND_DEEDS,
    HARMS,
    OLDER,
    STORE_FAULTS,
    Event,
    Mix,
    Plan,
)

ACCOUNT = {"phone_format", "gdpr_blocklist", "association_limit"}
"""Switches left alone: what they change is no fault to be survived but another account."""
BEGINNINGS = ("place", "place", "place", "open_checkout", "new_customer")
"""What comes first in a store: something must be there for people to be busy with."""
ONLY = {"": 78, "carts": 12, "bells": 6, "limit": 4}
"""What schedules are about, and how many of a hundred: of all; of buyers who leave and come back; of bells alone,
without a sweep; of an account with a small limit."""
BACK = ("come_back", "come_back", "remind", "remind", "go_on", "complete", "drop_checkout", "clear_up", "open_checkout")
"""What buyers do once their checkouts are listed as abandoned."""
LISTED_AFTER = (620.0, 900.0)
"""Seconds until buyers who left come back."""
ZONES = ("America/Los_Angeles", "Asia/Tokyo", "UTC")


def plan(seed: int) -> Plan:
    random = Random(f"plan:{seed}")
    stores = random.choices((1, 2, 3, 4, 5), (70, 15, 7, 4, 4))[0]
    span = random.choice((2.0, 10.0, 60.0, 300.0))
    with_people = random.random() < 0.35
    hubspot = _switched(HUBSPOT, random)
    drawn = Plan(
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
        harmed_walk=random.random() < 0.3,
        listed=random.choice((0, 0, 0, 0, 0, 1, 2)),
        zone=random.choice(ZONES),
    )
    if random.random() < 0.3:
        drawn = replace(drawn, mix=replace(drawn.mix, older=((OLDER, random.choice((0.3, 0.8))),)))
    return _about(random.choices(list(ONLY), list(ONLY.values()))[0], _walked(drawn, random), random)


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


def _walked(plan: Plan, random: Random) -> Plan:
    """Where webhooks are dropped, some walks come right behind what they should have told of."""
    if "drop" not in dict(plan.mix.webhooks) or random.random() < 0.5:
        return plan
    behind = [
        Event(number, round(event.at + random.uniform(0.05, 4.0), 2), event.store, "schedule", "windows")
        for number, event in enumerate(random.sample(plan.events, min(3, len(plan.events))), 50)
    ]
    return replace(plan, events=_in_order([*plan.events, *behind]))


def _in_order(events: Sequence[Event]) -> tuple[Event, ...]:
    return tuple(sorted(events, key=lambda event: event.at))


def _about(only: str, plan: Plan, random: Random) -> Plan:
    match only:
        case "carts":
            return _of_carts(plan, random)
        case "bells":
            mix = Mix(pauses=(("pause", random.choice((0.3, 0.8))),), pause=2.0)
            return replace(plan, only=only, mix=mix, lag=0.0)
        case "limit":
            return replace(plan, only=only, mix=Mix(), workers=6)
    return plan


def _of_carts(plan: Plan, random: Random) -> Plan:
    """Checkouts are opened and left; once they are listed, buyers come back, or what they wanted is gone."""
    left = random.uniform(*LISTED_AFTER)
    stores = min(plan.stores, 2)
    opened = [
        Event(number, round(random.uniform(0, 20), 2), number % stores, "merchant", "open_checkout")
        for number in range(70, 70 + random.randint(2, 3))
    ]
    later = [
        replace(
            event,
            at=event.at + left,
            what=random.choice(BACK) if event.who == "merchant" and random.random() < 0.7 else event.what,
        )
        for event in plan.events[plan.stores :]
    ]
    events = _in_order([*plan.events[: plan.stores], *opened, *later])
    return replace(plan, only="carts", events=events, bad=plan.bad + left)
