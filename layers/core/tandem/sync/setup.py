"""Looks at both sides, makes what Tandem needs there, and stores what it found; as often as one likes.

A sync that cannot be safe is not begun, and one that is no longer safe is turned off, with the reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

from tandem.errors import Misconfigured, OutcomeUnknown, OutOfTime, Unavailable
from tandem.hubspot.client import HubSpotClient
from tandem.hubspot.schema import Schema
from tandem.model import KEY
from tandem.portal import PORTAL, Portal
from tandem.ports import Clock, Store
from tandem.shopify.answers import Throttle
from tandem.shopify.client import Installation, ShopifyClient
from tandem.shopify.graphql import Api
from tandem.shopify.subscriptions import subscribe, wanted
from tandem.sync.account_checks import (
    CARTS,
    Account,
    look_at_account,
    look_at_companies,
    look_at_objects,
    look_at_pipeline,
    look_for_others,
)
from tandem.sync.doctor import Check, Report, blocked, ok, warning
from tandem.sync.provision import provide, usable
from tandem.sync.store_checks import look_at_store

ALLOWED = (
    '{}; {"dry_run": true} to change nothing; {"pipeline": "label or id"} of the order pipeline to use; '
    '{"default_stage": "open"} for orders no rule knows; {"test_orders": true} and {"contacts_without_email": true} '
    "to take these along"
)


class Request(BaseModel):
    """What the owner asks for. What is left out stays as it was."""

    model_config = ConfigDict(extra="forbid")

    dry_run: bool = False
    pipeline: str | None = None
    default_stage: str | None = None
    test_orders: bool | None = None
    contacts_without_email: bool | None = None

    @property
    def choices(self) -> dict[str, Any]:
        return self.model_dump(exclude={"dry_run", "pipeline"}, exclude_none=True)


@dataclass(slots=True)
class Limits:
    """What both vendors' answers tell of their limits: its methods are the clients' `seen`."""

    requests_per_10_seconds: int | None = None
    points_per_second: float | None = None

    def hubspot(self, headers: Mapping[str, str]) -> None:
        """The first answer is that of the account itself; calls about associations have a limit of their own."""
        told = headers.get("X-HubSpot-RateLimit-Max", "")
        if self.requests_per_10_seconds is None and told.isdecimal():
            self.requests_per_10_seconds = int(told)

    async def shopify(self, throttle: Throttle) -> None:
        self.points_per_second = throttle.restore_rate

    def known(self) -> dict[str, float]:
        found = {
            "requests_per_10_seconds": self.requests_per_10_seconds,
            "points_per_second": self.points_per_second,
        }
        return {name: value for name, value in found.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Sides:
    """What setup works with. `webhook_url` is where Shopify is to send its webhooks."""

    shop: str
    shopify: Api
    hubspot: HubSpotClient
    store: Store
    clock: Clock
    webhook_url: str
    limits: Limits


async def setup(request: Request, sides: Sides) -> dict[str, Any]:
    """The doctor's report, as JSON."""
    report = Report()
    stored = False
    try:
        portal = await _portal(request, sides, report)
        if portal is None:
            await _turn_off(request, sides, report)
        elif not request.dry_run:
            await _keep(portal, sides)
            stored = True
    except (Unavailable, OutOfTime, OutcomeUnknown) as failure:
        report.checks.append(blocked("setup", f"could not be finished: {failure}", "wait a minute"))
    return {**report.as_json(), "shop": sides.shop, "dry_run": request.dry_run, "stored": stored}


async def _portal(request: Request, sides: Sides, report: Report) -> Portal | None:
    """What is to be stored; None when something stands in the way."""
    before = await _stored(sides)
    checks, installation = await look_at_store(ShopifyClient(sides.shopify), sides.shop)
    report.checks += checks
    currency = installation.shop["currencyCode"] if installation else None
    checks, account = await look_at_account(sides.hubspot, currency, before)
    report.checks += checks
    if account is None:
        return None
    checks, schemas = await look_at_objects(sides.hubspot)
    report.checks += checks
    if installation is None or not report.ok:
        return None
    return await _made(request, sides, report, before, installation, account, schemas)


async def _made(
    request: Request,
    sides: Sides,
    report: Report,
    before: Portal | None,
    installation: Installation,
    account: Account,
    schemas: Mapping[str, Schema],
) -> Portal | None:
    """The part that writes: nothing known so far forbids it."""
    checks, after = await provide(sides.hubspot, sides.clock, schemas, request.dry_run)
    report.checks += checks
    checks, pipeline, stages = await look_at_pipeline(sides.hubspot, request.pipeline, before, request.dry_run)
    report.checks += checks
    checks, order_company = await look_at_companies(sides.hubspot)
    report.checks += checks
    checks, adopt = await look_for_others(sides.hubspot, KEY in after["orders"].properties, sides.clock)
    report.checks += checks
    if not report.ok:
        return None
    carts = CARTS in after
    report.checks.append(await _webhooks(request, sides, installation, carts=carts))
    if pipeline is None or not report.ok:
        return None
    portal = Portal(
        shop=sides.shop,
        portal_id=account.id,
        api_version=sides.hubspot.api_version,
        home_currency=account.currency,
        currencies=account.currencies,
        shop_currency=installation.shop["currencyCode"],
        shop_names=_names(installation),
        properties=usable(after),
        pipeline=pipeline,
        stages=stages,
        adopt=adopt,
        carts=carts,
        order_company=order_company,
        **_kept(before, request, sides.limits),
    )
    report.checks += _choices(portal, before)
    return portal


def _names(installation: Installation) -> frozenset[str]:
    """What other integrations may have written into `hs_source_store` for this shop."""
    shop = installation.shop
    return frozenset(filter(None, [shop["name"], shop["myshopifyDomain"], (shop["primaryDomain"] or {}).get("host")]))


def _kept(before: Portal | None, request: Request, limits: Limits) -> dict[str, Any]:
    """The owner's choices, and the limits when this time nothing told them."""
    names = {"default_stage", "test_orders", "contacts_without_email", "requests_per_10_seconds", "points_per_second"}
    return (before.model_dump(include=names) if before else {}) | limits.known() | request.choices


def _choices(portal: Portal, before: Portal | None) -> list[Check]:
    checks = []
    if portal.stage_id(portal.default_stage) is None:
        found = f"the pipeline has no stage {portal.default_stage!r}: orders that no rule knows stay in place"
        names = ", ".join(stage.name or stage.id for stage in portal.stages)
        checks.append(warning("default stage", found, f'choose one: {{"default_stage": ...}}, of {names}'))
    if before and before.pipeline != portal.pipeline:
        found = "another order pipeline is used from now on: orders move there when they change"
        checks.append(warning("order pipeline", found, 'invoke resync with {"kind": "stage"} to move all of them now'))
    return checks


async def _webhooks(request: Request, sides: Sides, installation: Installation, *, carts: bool) -> Check:
    """Last of all: from here on Shopify sends, and somebody must listen."""
    name = "Shopify webhooks"
    topics, closed = wanted(installation.scopes, carts=carts)
    try:
        plan = await subscribe(sides.shopify, topics, sides.webhook_url, dry=request.dry_run)
    except Misconfigured as refusal:
        return blocked(name, str(refusal), "put that right")
    would = "would be " if request.dry_run else ""
    found = f"{len(topics)} topics" + (f", {len(closed)} for want of scopes left out" if closed else "")
    if plan.missing:
        found += f"; {would}subscribed: {', '.join(plan.missing)}"
    if plan.superfluous:
        found += f"; {would}ended: {', '.join(one.topic for one in plan.superfluous)}"
    return ok(name, f"{found}. Those in the app's own configuration do not show here; they do no harm beside these")


async def _keep(portal: Portal, sides: Sides) -> None:
    if await _stored(sides) != portal:
        await sides.store.put_setting(sides.shop, PORTAL, portal.model_dump(mode="json"))


async def _stored(sides: Sides) -> Portal | None:
    value = await sides.store.setting(sides.shop, PORTAL)
    return Portal.model_validate(value) if value else None


async def _turn_off(request: Request, sides: Sides, report: Report) -> None:
    """A sync that was running is stopped. A dry run stops nothing."""
    before = await _stored(sides)
    if before and not (request.dry_run or report.ok):
        await _keep(before.model_copy(update={"off": report.blocked_by}), sides)
