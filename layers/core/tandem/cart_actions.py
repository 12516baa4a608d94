"""What schedules and operators ask of the function `cart_sync`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tandem import runtime
from tandem.actions import Actions, Answer
from tandem.mapping.cart_life import ALLOWED, CartRules
from tandem.settings import settings
from tandem.sync import cart_times, resync
from tandem.sync.asked import NotUnderstood, understood
from tandem.sync.shop import CART_RULES, cart_rules_of, portal_of
from tandem.vendors import world


async def _check(_event: Mapping[str, Any], deadline: datetime) -> Answer:
    """Have those carts looked at whose time to be abandoned or to expire has come."""
    return dict(await cart_times.look(settings().shop, world(), deadline))


async def _rules(event: Mapping[str, Any], _deadline: datetime) -> Answer:
    """Show the rules, or save others and let all carts be looked at anew."""
    shop = settings().shop
    portal = await portal_of(runtime.store(), shop)
    if "rules" not in event:
        rules = await cart_rules_of(runtime.store(), shop)
        return {"rules": rules.model_dump(mode="json"), "carts": portal.carts}
    asked = event["rules"]
    if not isinstance(asked, Mapping):
        raise NotUnderstood(f"rules: must be an object. Allowed: {ALLOWED}")
    rules = understood(CartRules, asked, ALLOWED)
    await runtime.store().put_setting(shop, CART_RULES, rules.model_dump(mode="json"))
    job = await resync.start(resync.Request(kind="cart"), shop, world())
    await runtime.continue_job(job)
    return {"saved": rules.model_dump(mode="json"), "job": job, "carts": portal.carts}


ACTIONS: Actions = {"check": _check, "rules": _rules}
