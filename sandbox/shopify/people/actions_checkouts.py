"""What a buyer does in a checkout, and a merchant about it."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from sandbox.shopify.checkouts import checkout_abandonment, checkouts
from sandbox.shopify.checkouts.checkouts import Said, Wanted
from sandbox.shopify.customers.addresses import new_address
from sandbox.shopify.people import finding
from sandbox.shopify.people.actions_orders import Line, shown_order
from sandbox.shopify.views import shown

if TYPE_CHECKING:
    from sandbox.shopify.shop import Shop
    from sandbox.shopify.simulator import Shopify

SAID = ("email", "phone", "customer", "address", "note", "accepts_marketing")


def _wanted(shop: "Shop", lines: list[Line]) -> Wanted:
    return [(finding.variant(shop, line["variant"]), int(line.get("quantity", 1))) for line in lines]


def _said(shop: "Shop", given: Mapping[str, Any]) -> Said:
    if unknown := sorted(given.keys() - set(SAID)):
        raise ValueError(f"a buyer cannot tell {', '.join(unknown)}; there are: {', '.join(SAID)}")
    said = dict(given)
    if "customer" in said:
        said["customer"] = finding.customer(shop, said["customer"])
    if "address" in said:
        address = new_address(shop, said.pop("address"))
        said |= {"shipping_address": address, "billing_address": address}
    return cast(Said, said)


def open_checkout(
    simulator: "Shopify", lines: list[Line], cart_token: str | None = None, source_name: str = "web", **said: Any
) -> Any:
    """Begin to check out `[{"variant": SKU or id, "quantity": 1}]`; may tell email, phone, customer, address, note."""
    shop = simulator.shop
    made = checkouts.open_checkout(
        shop, _wanted(shop, lines), cart_token=cart_token, source_name=source_name, **_said(shop, said)
    )
    return shown(made, deep=True)


def update_checkout(simulator: "Shopify", checkout: str, lines: list[Line] | None = None, **said: Any) -> Any:
    """Go on with a checkout, named by its token: other lines, an e-mail, an address."""
    shop = simulator.shop
    found = finding.checkout(shop, checkout)
    wanted = _wanted(shop, lines) if lines is not None else None
    checkouts.update_checkout(shop, found, lines=wanted, **_said(shop, said))
    return shown(found, deep=True)


def abandon_checkout(simulator: "Shopify", checkout: str) -> Any:
    """Walk away from a checkout that knows whom to write to: the store's clock moves on ten minutes."""
    found = finding.checkout(simulator.shop, checkout)
    if found.contact_at is None:
        raise ValueError(f"checkout {found.name} has no e-mail or phone yet: nobody can be reminded of it")
    simulator.clock.advance(checkout_abandonment.ABANDONED_AFTER.total_seconds())
    return shown(found, deep=True)


def send_recovery_email(simulator: "Shopify", checkout: str) -> Any:
    """Remind the buyer of an abandoned checkout."""
    found = finding.checkout(simulator.shop, checkout)
    checkout_abandonment.send_recovery_email(simulator.shop, found)
    return shown(found, deep=True)


def complete_checkout(simulator: "Shopify", checkout: str, by_recovery_link: bool = False) -> Any:
    """Pay: the checkout becomes an order. Through the link of the reminder it counts as recovered."""
    found = finding.checkout(simulator.shop, checkout)
    return shown_order(checkouts.complete_checkout(simulator.shop, found, by_link=by_recovery_link))


def delete_checkout(simulator: "Shopify", checkout: str) -> Any:
    """Let a checkout go, and tell of it."""
    found = finding.checkout(simulator.shop, checkout)
    checkouts.delete_checkout(simulator.shop, found)
    return {"deleted": found.token}


ACTIONS: tuple[Callable[..., Any], ...] = (
    open_checkout,
    update_checkout,
    abandon_checkout,
    send_recovery_email,
    complete_checkout,
    delete_checkout,
)
