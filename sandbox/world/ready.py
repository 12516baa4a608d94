"""Makes a world ready for the sync by the real `setup`."""

from collections.abc import Mapping
from typing import Any

from sandbox.world.world import LocalWorld
from tandem.portal import PORTAL, Portal
from tandem.sync.setup import Limits, Request, Sides, setup

WEBHOOKS = "https://hooks.example.com/webhooks/shopify"


async def ready(world: LocalWorld, asked: Mapping[str, Any] | None = None) -> Portal:
    """The portal document, stored. Raises AssertionError with the doctor's report when it is not."""
    sides = Sides(world.shop, world.store_api(), world.crm(), world.store, world.time, WEBHOOKS, Limits())
    report = await setup(Request.model_validate(asked or {}), sides)
    value = await world.store.setting(world.shop, PORTAL)
    assert value, report
    assert report["ok"], report
    return Portal.model_validate(value)
