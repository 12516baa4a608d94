"""What must hold once a world has come to rest. Invariants of kinds that go both ways join the table below."""

from collections.abc import Awaitable, Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import timedelta

from sandbox.memory import MemoryStore
from sandbox.oracle import views
from sandbox.world.estate import REST, Estate
from sandbox.world.plan import OLDER
from sandbox.world.promise import KEY, OBJECTS, excused_keys, held
from tandem.mapping.cart_life import FINISHED
from tandem.model import Kind, Record
from tandem.portal import PORTAL

A_SECOND = timedelta(seconds=1)
"""A version that may not be over is noted as the one before."""
State = dict[str, dict[str, object]]
"""Records by object and id: what they say, and by object what they are linked to."""
TIMES = {"hs_lastmodifieddate", "lastmodifieddate", "hs_updated_by_user_id"}
"""Properties that any write moves."""


@dataclass(frozen=True, slots=True)
class Invariant:
    """`check` says what does not hold; it may play on. One of `every` seeds is looked at."""

    name: str
    check: Callable[[Estate], Awaitable[list[str]]]
    every: int = 1


async def acknowledged(estate: Estate) -> list[str]:
    """What was acknowledged is synced: its row knows of that version or a later one, or says why not."""
    found = []
    for ref, seen in estate.acked.items():
        row = estate.store.records.get(ref)
        if row is None:
            found.append(f"{ref.key} was acknowledged and has no row")
        elif not _is_over(row) and not _knows(row, seen, estate):
            found.append(f"{ref.key} was acknowledged as of {seen}, its row knows of {row.version}")
    return found


def _is_over(row: Record) -> bool:
    """Also where another row stands for the cart, or Shopify never lists it, or it has its last state."""
    of_cart = row.ref.kind is Kind.CART and (row.facts.get("token") or row.link is None or row.stage in FINISHED)
    return row.parked_at is not None or row.deleted or bool(of_cart)


def _knows(row: Record, seen: object, estate: Estate) -> bool:
    """A record that is gone is no longer of any version."""
    house = next(house for house in estate.houses if house.shop == row.ref.shop)
    table = house.shopify.shop.customers if row.ref.kind is Kind.CONTACT else house.shopify.shop.table("Order")
    if row.ref.kind is not Kind.CART and row.ref.id not in table.rows:
        return True
    return row.version is not None and row.version >= seen - A_SECOND  # type: ignore[operator]


def unheard(estate: Estate) -> list[str]:
    """Without a sweep, and with bells that are never lost, all is taken up but what was put off until later."""
    return [
        f"bells: {row.ref.key} waits for a sweep since {row.due_at}, though its bell was rung"
        for row in estate.store.records.values()
        if row.due_at and not row.error
    ]


async def prompt(estate: Estate) -> list[str]:
    """No record waits for Shopify to answer what a webhook told of, if it answers so at once."""
    waited = {
        entry.ref.key
        for entry in estate.store.history
        if entry.outcome == "later" and entry.what[0].startswith("Shopify still answers")
    }
    return [] if estate.perils.met[OLDER] else [f"{key} was put off for an older state" for key in sorted(waited)]


async def within_limits(estate: Estate) -> list[str]:
    """HubSpot refuses no call for too many of them, where that is no fault of its own."""
    refused = sum(count for (_, status), count in estate.hubspot.log.statuses.items() if status == 429)
    return [f"{refused} calls are refused for too many"] if estate.plan.only == "limit" and refused else []


async def as_the_books_say(estate: Estate) -> list[str]:
    """The account says what the stores say: nothing is missing, doubled, different, wrongly linked, or an orphan."""
    return [problem for house in estate.houses for problem in held(house)]


async def one_to_one(estate: Estate) -> list[str]:
    """No two orders or carts are linked to one record."""
    linked: dict[tuple[Kind, str], Record] = {}
    found = []
    for row in estate.store.records.values():
        if row.link and row.ref.kind in (Kind.ORDER, Kind.CART):
            other = linked.setdefault((row.ref.kind, row.link), row)
            if other is not row:
                found.append(f"{row.ref.key} and {other.ref.key} are both linked to {row.link}")
    return found


async def replayed(estate: Estate) -> list[str]:
    """All webhooks once more, the last ones first: nothing is written."""
    before, wrote = state(estate), written(estate)
    for house in estate.houses:
        for request in reversed(list(house.sent)):
            await house.receive(request)
    await estate.settle(REST)
    parked = {key for house in estate.houses for key in excused_keys(house)}  # what waits for a person is tried again
    found = _changes(before, state(estate), parked)
    excused = any(row.parked_at for row in estate.store.records.values()) or estate.perils.met["schedule: deploy"]
    if not excused and written(estate) != wrote:
        found.append(f"{written(estate) - wrote} writing calls")
    return found


async def rebuilt(estate: Estate) -> list[str]:
    """The table is lost, and made anew from the keys in HubSpot: no record is made, none says anything else."""
    rows = estate.store.records.values()
    links = [row.link for row in rows if row.ref.kind is Kind.CONTACT and row.link]
    if len(links) > len(set(links)) or any(row.parked_at for row in rows):
        return []  # whose contacts people made one, and why a row was parked, is lost with the table
    before = state(estate)
    lost = estate.store
    estate.store = MemoryStore(estate.plan.shards, estate.plan.lag)
    for house in estate.houses:
        document = await lost.setting(house.shop, PORTAL)
        await estate.store.put_setting(house.shop, PORTAL, document or {})
        await house.rebuild()
    await estate.settle(REST)
    return _changes(before, state(estate))


INVARIANTS: Sequence[Invariant] = (
    Invariant("acknowledged", acknowledged),
    Invariant("as the books say", as_the_books_say),
    Invariant("one to one", one_to_one),
    Invariant("prompt", prompt),
    Invariant("within limits", within_limits),
    Invariant("replayed", replayed, every=5),
    Invariant("rebuilt", rebuilt, every=20),
)
"""In this order; those that play on come last. What must hold at every moment is in sandbox.world.watch."""


async def broken(estate: Estate) -> list[str]:
    """What of all this does not hold."""
    found: list[str] = []
    for one in INVARIANTS:
        if estate.plan.seed % one.every == 0 and not found:
            found += [f"{one.name}: {problem}" for problem in await one.check(estate)]
            estate.perils.met[f"checked {one.name}"] += 1
    return found


def written(estate: Estate) -> int:
    """Calls to HubSpot that write."""
    counts: Mapping[str, int] = estate.hubspot.log.counts
    reading = ("read", "search")
    return sum(n for name, n in counts.items() if not name.startswith("GET") and not name.endswith(reading))


def state(estate: Estate) -> State:
    """Live records by object and id: what they say, and by object what they are linked to."""
    crm = views.crm(views.here(estate.hubspot))
    return {
        f"{name} {one['id']}": {
            **{key: value for key, value in one["properties"].items() if key not in TIMES},
            **{other: crm.linked(one, other) for other in OBJECTS},
        }
        for name in OBJECTS
        for one in crm.live(name)
    }


def _changes(was: State, became: State, but: Set[str] = frozenset()) -> list[str]:
    """`but` are keys of records that may change."""
    before, now = ({name: one for name, one in some.items() if one.get(KEY) not in but} for some in (was, became))
    found = [f"{name} is there" for name in now.keys() - before.keys()]
    found += [f"{name} is gone" for name in before.keys() - now.keys()]
    for name in before.keys() & now.keys():
        one, other = before[name], now[name]
        keys = [key for key in one | other if one.get(key) != other.get(key)]
        differing = [f"{key}: {one.get(key)} -> {other.get(key)}" for key in keys]
        found += [f"{name} says otherwise: {', '.join(differing)}"] if differing else []
    return sorted(found)
