"""What a buyer does in a checkout, and a merchant about it."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from sandbox.shopify.checkouts import checkout_abandonment, checkouts
from sandbox.shopify.checkouts.checkouts import Said, Wanted
from sandbox.shopify.customers.addresses import new_address
from sandbox.shopify.money import Rate
from sandbox.shopify.orders.order_create import NewShipping
from sandbox.shopify.orders.order_discounts import NewDiscount
from sandbox.shopify.people import finding
from sandbox.shopify.people.actions_orders import Line, paid_by, shown_order
from sandbox.shopify.views import shown

if TYPE_CHECKING:
    from sandbox.shopify.shop import Shop
    from sandbox.shopify.simulator import Shopify

SAID = (
    "email", "phone", "customer", "address", "note", "accepts_marketing",
    "shipping", "discount_code", "discount_percentage", "custom_attributes",
)  # fmt: skip


def _wanted(shop: "Shop", lines: list[Line]) -> Wanted:
    if any("variant" not in line for line in lines):
        raise ValueError('a line of a checkout is {"variant": SKU or id, "quantity": 1}')
    wanted = [(finding.variant(shop, line["variant"]), int(line.get("quantity", 1))) for line in lines]
    if any(quantity < 1 for _, quantity in wanted):
        raise ValueError("a line of a checkout has a quantity of 1 or more; leave out what shall go")
    if len({variant.legacy_resource_id for variant, _ in wanted}) < len(wanted):
        raise ValueError("a checkout has one line for each variant")
    return wanted


def _said(shop: "Shop", given: Mapping[str, Any]) -> Said:
    if unknown := sorted(given.keys() - set(SAID)):
        raise ValueError(f"a buyer cannot tell {', '.join(unknown)}; there are: {', '.join(SAID)}")
    said = dict(given)
    if "customer" in said:
        said["customer"] = finding.customer(shop, said["customer"])
    if "address" in said:
        address = new_address(shop, said.pop("address"))
        said |= {"shipping_address": address, "billing_address": address}
    if "shipping" in said:
        said["shipping"] = NewShipping("Standard", Decimal(said["shipping"]))
    percentage = Decimal(said.pop("discount_percentage", "10"))
    if "discount_code" in said:
        code = said.pop("discount_code")
        said["discounts"] = (NewDiscount(code, percentage),) if code else ()
    if "custom_attributes" in said:
        said["attributes"] = tuple((one["key"], one["value"]) for one in said.pop("custom_attributes"))
    return cast(Said, said)


def open_checkout(
    simulator: "Shopify",
    lines: list[Line],
    cart_token: str | None = None,
    source_name: str = "web",
    currency: str | None = None,
    rate: str = "1",
    tax_rate: str | None = None,
    **said: Any,
) -> Any:
    """Begin to check out `[{"variant": SKU or id, "quantity": 1}]`; may tell what `update_checkout` may.

    `rate`: `currency` per shop's.
    """
    shop = simulator.shop
    if Decimal(rate) <= 0:
        raise ValueError("a rate is above zero")
    made = checkouts.open_checkout(
        shop,
        _wanted(shop, lines),
        cart_token=cart_token,
        source_name=source_name,
        rate=Rate(shop.settings.currency, currency, Decimal(rate)) if currency else None,
        taxes=(("Tax", Decimal(tax_rate)),) if tax_rate is not None else (),
        **_said(shop, said),
    )
    return shown(made, deep=True)


def update_checkout(simulator: "Shopify", checkout: str, lines: list[Line] | None = None, **said: Any) -> Any:
    """Go on with a checkout, named by its token: `lines` are all there shall be. A buyer may tell email, phone,
    customer, address, note, accepts_marketing, shipping, discount_code, discount_percentage, custom_attributes."""
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


def complete_checkout(
    simulator: "Shopify", checkout: str, by_recovery_link: bool = False, payment: str = "paid"
) -> Any:
    """The checkout becomes an order. Through the link of the reminder it counts as recovered.

    `payment`: paid, authorized, pending, or an amount paid of it.
    """
    found = finding.checkout(simulator.shop, checkout)
    if not found.lines:
        raise ValueError(f"checkout {found.name} has no lines: there is nothing to pay for")
    transactions = paid_by(payment, found.rate.rate)
    order = checkouts.complete_checkout(simulator.shop, found, by_link=by_recovery_link, transactions=transactions)
    return shown_order(order)


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
