"""The checks of a HubSpot account: token, currencies, scopes, order pipeline, associations, other integrations."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tandem.errors import Misconfigured, Rejected
from tandem.hubspot import pipelines, schema
from tandem.hubspot.answers import rows
from tandem.hubspot.client import HubSpotClient
from tandem.mapping.properties import OWN_PROPERTIES
from tandem.model import KEY
from tandem.portal import Portal, Stage
from tandem.ports import Clock
from tandem.sync.doctor import Check, blocked, ok, warning

CARTS = "carts"
WRITTEN = ("contacts", "orders", "line_items", CARTS)
PRIMARY_COMPANY = 509
"""Order to company, primary (reference §4)."""
ALIVE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Account:
    """What an account says of itself. `currencies` are all it has enabled, its own included."""

    id: str
    currency: str
    currencies: frozenset[str]


async def look_at_account(
    hubspot: HubSpotClient, shop_currency: str | None, before: Portal | None
) -> tuple[list[Check], Account | None]:
    """None for an account that cannot be read, or is not the one the shop's rows were linked to."""
    try:
        details = await hubspot.get(f"/account-info/{hubspot.api_version}/details")
    except (Misconfigured, Rejected) as refusal:
        return [blocked("HubSpot token", str(refusal), "put right what is in the stack's HubSpot secret")], None
    id_, own = str(details["portalId"]), details["companyCurrency"]
    if before and before.portal_id != id_:
        found = f"the token is for account {id_}, and the shop's records are linked to account {before.portal_id}"
        do = f"put a token of {before.portal_id} into the HubSpot secret, or deploy another stack for {id_}"
        return [blocked("HubSpot token", found, do)], None
    account = Account(id_, own, frozenset({own, *details.get("additionalCurrencies", ())}))
    checks = [ok("HubSpot token", f"account {id_}, time zone {details.get('timeZone')}")]
    if shop_currency:
        checks.append(_currency(account, shop_currency))
    return checks, account


def _currency(account: Account, shop_currency: str) -> Check:
    enabled = ", ".join(sorted(account.currencies))
    if shop_currency in account.currencies:
        return ok("currency", f"the store's {shop_currency} is among the account's ({enabled})")
    found = f"the store sells in {shop_currency}, the account has {enabled}: its amounts go into own properties only"
    return warning("currency", found, f"add {shop_currency} in HubSpot (Settings, Account defaults, Currency)")


async def look_at_objects(hubspot: HubSpotClient) -> tuple[list[Check], dict[str, schema.Schema]]:
    """The objects there are, by what the app may do with them. No carts is no failure."""
    found: dict[str, schema.Schema] = {}
    refused: dict[str, str] = {}
    for name in OWN_PROPERTIES:
        try:
            await _try(hubspot, name)
            found[name] = await schema.read(hubspot, name)
        except (Misconfigured, Rejected) as refusal:
            refused[name] = str(refusal)
    checks = []
    if CARTS in refused:
        do = "nothing, if abandoned checkouts are not wanted; else grant the app the scopes of carts"
        checks.append(warning(CARTS, f"off: {refused.pop(CARTS)}", do))
    if refused:
        found_text = "; ".join(f"{name}: {words}" for name, words in refused.items())
        checks.append(blocked("HubSpot scopes", found_text, "grant the app these scopes and install its new version"))
    else:
        checks.append(ok("HubSpot scopes", f"{', '.join(found)} can be used"))
    return checks, found


async def _try(hubspot: HubSpotClient, name: str) -> None:
    """A read, and for what is written a batch of nothing: refused as empty where writing is allowed (inferred)."""
    path = f"/crm/objects/{hubspot.api_version}/{name}"
    await hubspot.get(path, {"limit": "1"})
    if name in WRITTEN:
        with suppress(Rejected):
            await hubspot.post(f"{path}/batch/upsert", {"inputs": []})


async def look_at_pipeline(
    hubspot: HubSpotClient, wanted: str | None, before: Portal | None, dry_run: bool
) -> tuple[list[Check], str | None, tuple[Stage, ...]]:
    """The order pipeline's id and stages, made where there is none; None where there is none to use."""
    name = "order pipeline"
    try:
        there = await pipelines.read(hubspot)
        found = pipelines.match(there, wanted or (before.pipeline if before else None))
        if wanted and not found:
            labels = ", ".join(repr(each["label"]) for each in there) or "none"
            return [blocked(name, f"there is no {wanted!r}; there are: {labels}", "name one of these")], None, ()
        found = found or pipelines.match(there, None)
        if not found and dry_run:
            return [ok(name, "there is none; ours would be made")], None, ()
        if not found:
            await pipelines.create(hubspot, [each["label"] for each in there])
            found = pipelines.match(await pipelines.read(hubspot), pipelines.OURS)
    except (Misconfigured, Rejected) as refusal:
        return [blocked(name, str(refusal), "put that right")], None, ()
    if not found:
        return [blocked(name, "ours was made and does not show", "wait a minute")], None, ()
    stages = pipelines.stages(found, before)
    return [_stages(found["label"], stages)], found["id"], stages


def _stages(label: str, stages: tuple[Stage, ...]) -> Check:
    name, listed = "order pipeline", ", ".join(stage.label for stage in stages)
    if not stages or not stages[0].writable:
        found = f"{label!r} has no first stage that apps may write ({listed or 'it has no stage'})"
        return blocked(name, found, 'name another one: {"pipeline": "its label or id"}')
    known = {stage.name for stage in stages if stage.writable}
    # a missing `delivered` is made up for by the rules: such orders go to `shipped`
    if lost := [each for each, _, _ in pipelines.OUR_STAGES if each not in known and each != "delivered"]:
        do = "give stages these labels, or save stage rules that name the pipeline's own"
        return warning(name, f"{label!r} ({listed}) has no stage for: {', '.join(lost)}; such orders stay in place", do)
    return ok(name, f"{label!r}: {listed}")


async def look_at_companies(hubspot: HubSpotClient) -> tuple[list[Check], int | None]:
    """The association type from an order to its company: the primary one, else the default."""
    name = "associations"
    try:
        answer = await hubspot.get(f"/crm/associations/{hubspot.api_version}/orders/companies/labels")
    except (Misconfigured, Rejected) as refusal:
        return [warning(name, str(refusal), "grant the app the scope, if orders are to show their company")], None
    if any(row.get("typeId") == PRIMARY_COMPANY for row in rows(answer, "results")):
        return [ok(name, "orders take a primary company")], PRIMARY_COMPANY
    return [ok(name, "orders take a company, without a primary one")], None


async def look_for_others(hubspot: HubSpotClient, keyed: bool, clock: Clock) -> tuple[list[Check], bool]:
    """Whether another integration's orders wait to be recognised; whether it goes on making more is only warned of.

    `keyed` is false before our key exists: then all orders are others'.
    """
    name = "other integrations"
    others: list[Mapping[str, Any]] = [{"propertyName": "hs_external_order_id", "operator": "HAS_PROPERTY"}]
    if keyed:
        others.append({"propertyName": KEY, "operator": "NOT_HAS_PROPERTY"})
    orders, more = await hubspot.search("orders", others, ["hs_createdate"])
    if not orders:
        return [ok(name, "no order of another integration waits to be recognised")], False
    count = f"{len(orders)}{' or more' if more else ''} order(s) of another integration"
    since = str(int((clock.now() - ALIVE).timestamp() * 1000))
    late = [*others, {"propertyName": "hs_createdate", "operator": "GTE", "value": since}]
    if (await hubspot.search("orders", late, ["hs_createdate"]))[0]:
        found = f"{count} will be taken over, some made within {ALIVE.days} days: two would write the same orders"
        do = "turn off order sync in HubSpot's own Shopify integration (Connected apps), or the app that makes them"
        return [warning(name, found, do)], True
    return [ok(name, f"{count} will be taken over when they are synced")], True
