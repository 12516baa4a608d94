"""What a shop's settings say, read anew for each batch: a saved change counts from the next one on."""

from tandem.errors import Misconfigured
from tandem.mapping.cart_life import CartRules
from tandem.mapping.stages import DEFAULT_RULES, Rule, parse_rules
from tandem.portal import PORTAL, Portal
from tandem.ports import Store

RULES = "stage rules"
"""The name of the saved stage rules among a shop's settings."""

CART_RULES = "cart rules"


async def portal_of(store: Store, shop: str) -> Portal:
    """Raises Misconfigured before `setup` has run, and while it found the sync unsafe."""
    value = await store.setting(shop, PORTAL)
    if value is None:
        raise Misconfigured(f"{shop} is not set up: invoke the function `setup` and do what its report says")
    portal = Portal.model_validate(value)
    if portal.off:
        raise Misconfigured(f"the sync of {shop} is off: {portal.off}")
    return portal


async def rules_of(store: Store, shop: str) -> tuple[Rule, ...]:
    """The saved stage rules, or those that equal the native integration's."""
    value = await store.setting(shop, RULES)
    return parse_rules(value["rules"]) if value else DEFAULT_RULES


async def cart_rules_of(store: Store, shop: str) -> CartRules:
    return CartRules.model_validate(await store.setting(shop, CART_RULES) or {})
