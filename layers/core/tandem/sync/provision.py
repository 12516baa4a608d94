"""Brings Tandem's property group and properties into an account, object by object, and checks that they can be used."""

from collections.abc import Mapping

from tandem.errors import Misconfigured, Rejected
from tandem.hubspot import schema
from tandem.hubspot.client import HubSpotClient
from tandem.hubspot.schema import Difference, Schema
from tandem.mapping.properties import GROUP, NEEDED, OWN_PROPERTIES
from tandem.model import KEY
from tandem.portal import Property
from tandem.ports import Clock
from tandem.sync.account_checks import CARTS
from tandem.sync.doctor import Check, blocked, ok, warning

READ = {"products": frozenset({"hs_sku"})}
"""By object, properties that are not written and must be known all the same: by this one products are found."""
LOOKS = 10
"""How often, once a second, to look for a property just made; a quarter to a whole second is usual."""


async def provide(
    hubspot: HubSpotClient, clock: Clock, schemas: Mapping[str, Schema], dry_run: bool
) -> tuple[list[Check], dict[str, Schema]]:
    """One check for each object, and what the objects have afterwards. Carts that refuse are left out."""
    checks, after = [], dict(schemas)
    made: dict[str, list[str]] = {}
    for name, before in schemas.items():
        wanted = schema.difference(before, OWN_PROPERTIES[name])
        if wanted.unusable or not wanted.missing or dry_run:
            continue
        try:
            made[name] = await schema.make(hubspot, name, before, GROUP, wanted.missing)
        except (Misconfigured, Rejected) as refusal:
            made[name] = [str(refusal)]
    for name in made:
        after[name] = await _settled(hubspot, clock, name)
    for name, before in schemas.items():
        number = len(schema.difference(before, OWN_PROPERTIES[name]).missing)
        checks.append(_check(name, after[name], number, made.get(name, []), dry_run))
    if not (dry_run or _has_key(after.get(CARTS))):
        after.pop(CARTS, None)
    return checks, after


async def _settled(hubspot: HubSpotClient, clock: Clock, name: str) -> Schema:
    """The object once it shows all that is wanted, whoever made it; as it is when it does not in time."""
    for _ in range(LOOKS):
        await clock.sleep(1)
        found = await schema.read(hubspot, name)
        if not schema.difference(found, OWN_PROPERTIES[name]).missing:
            break
    return found


def _check(name: str, now: Schema, number: int, refused: list[str], dry_run: bool) -> Check:
    title = f"properties of {name}"
    left = schema.difference(now, OWN_PROPERTIES[name])
    why = "; ".join(dict.fromkeys(refused)) or "HubSpot does not show it yet"
    if left.unusable or not (dry_run or _has_key(now)):
        return _without_key(title, name, left.unusable or f"{KEY} cannot be made ({why})")
    if left.missing and not dry_run:
        names = ", ".join(definition["name"] for definition in left.missing)
        found = f"{names} cannot be made ({why}); their values are left out"
        return warning(title, found, "make room for them, or wait a minute, and invoke setup again")
    done = f"all {len(OWN_PROPERTIES[name])} are there"
    if number:
        done = f"{number} {'would be made' if dry_run else 'made'}"
    if troubles := _troubles(name, now, left):
        return warning(title, f"{done}; {troubles}", "rename or archive those in HubSpot to have the values there")
    return ok(title, done)


def _without_key(title: str, name: str, reason: str) -> Check:
    if name == CARTS:
        return warning(title, f"carts are off: {reason}", "nothing, if abandoned checkouts are not wanted")
    return blocked(title, reason, f"archive what stands in the way of {KEY} on {name} in HubSpot's property settings")


def _troubles(name: str, now: Schema, left: Difference) -> str:
    clashes = [f"{each} {what}, and stays as it is: its values are left out" for each, what in left.clashes.items()]
    lacking = sorted(NEEDED[name] - now.properties.keys())
    return "; ".join(clashes + ([f"the account has no {', '.join(lacking)}"] if lacking else []))


def _has_key(found: Schema | None) -> bool:
    return found is not None and KEY in found.properties


def usable(schemas: Mapping[str, Schema]) -> dict[str, dict[str, Property]]:
    """By object, what there is of the properties Tandem works with; those in use for something else left out."""
    found = {}
    for name, there in schemas.items():
        own = {definition["name"] for definition in OWN_PROPERTIES[name]}
        clashes = schema.difference(there, OWN_PROPERTIES[name]).clashes.keys()
        found[name] = schema.usable(there, (own - clashes) | NEEDED[name] | READ.get(name, frozenset()))
    return found
