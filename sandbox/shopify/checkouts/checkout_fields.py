"""Abandoned checkouts and abandonments in the API: what they show, filters, sort keys (reference §4.5)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sandbox.shopify.api.connections import Connection, by_id, by_instant, by_number, by_text, connection
from sandbox.shopify.api.context import Info, shop_of
from sandbox.shopify.api.listings import SortKeys, counted, listing
from sandbox.shopify.api.schema import Resolver
from sandbox.shopify.api.search import Exact, Filters, Id, Instant, Text
from sandbox.shopify.checkouts.checkout_abandonment import buyer, checkouts_of
from sandbox.shopify.checkouts.checkout_model import (
    CODE,
    Checkout,
    CheckoutLine,
    charged_taxes,
    items_price,
    line_discounts,
    line_price,
    subtotal,
    total_discount,
    total_price,
    total_tax,
)
from sandbox.shopify.model import Customer, Node
from sandbox.shopify.money import MoneyBag
from sandbox.shopify.orders.order_table import orders_of
from sandbox.shopify.orders.sums import Sum, bag
from sandbox.shopify.products.product_model import Product, ProductVariant
from sandbox.shopify.shop import Shop, Terms

ABANDONMENT_OFFSET = 1_000_000_000_000
"""An abandonment's number is its checkout's plus this."""

FILTERS: Filters = {
    "default": Text(),
    "created_at": Instant(),
    "email_state": Exact(),
    "id": Id(),
    "name": Exact(),
    "recovery_state": Exact(),
    "status": Exact(),
    "updated_at": Instant(),
}


def checkout_terms(shop: Shop, checkout: Checkout) -> Terms:
    """What search knows. Only a used recovery link makes a checkout recovered (reference §8)."""
    done = checkout.completed_at is not None and shop.switches["completed_checkout_status"] == "closed"
    customer = buyer(shop, checkout)
    name = customer.display_name if customer else ""
    return {
        "default": [checkout.name, name, checkout.email or ""],
        "created_at": checkout.created_at,
        "email_state": checkout.email_state,
        "name": [checkout.name, checkout.legacy_resource_id],
        "recovery_state": "recovered" if checkout.by_link else "not_recovered",
        "status": "closed" if done else "open",
        "updated_at": checkout.updated_at,
    }


def _sort_keys(shop: Shop) -> SortKeys:
    def customer_name(checkout: Checkout) -> str | None:
        customer = buyer(shop, checkout)
        return customer.display_name if customer else None

    return {
        "CHECKOUT_ID": by_id(),
        "CREATED_AT": by_instant(lambda checkout: checkout.created_at),
        "CUSTOMER_NAME": by_text(customer_name),
        "ID": by_id(),
        "TOTAL_PRICE": by_number(lambda checkout: total_price(checkout).shop),
    }


class Abandonment(Node):
    """What Shopify makes of an abandoned checkout whose buyer it knows: a view of the checkout."""

    typename = "Abandonment"

    def __init__(self, checkout: Checkout, customer: Customer, abandoned_at: datetime) -> None:
        self.legacy_resource_id = str(int(checkout.legacy_resource_id) + ABANDONMENT_OFFSET)
        self.checkout = checkout
        self.customer = customer
        self.created_at = abandoned_at


def abandonment(shop: Shop, legacy_id: str) -> Abandonment | None:
    """By the abandonment's own number."""
    return _of(shop, str(int(legacy_id) - ABANDONMENT_OFFSET)) if legacy_id.isdecimal() else None


def _of(shop: Shop, checkout_id: str) -> Abandonment | None:
    checkout = checkouts_of(shop).get(checkout_id)
    customer = buyer(shop, checkout) if checkout is not None else None
    if checkout is None or customer is None or checkout.abandoned_at is None:
        return None
    return Abandonment(checkout, customer, checkout.abandoned_at)


def recovery_url(shop: Shop, checkout: Checkout) -> str:
    """Path `/{shop_id}/checkouts/ac/{token}/recover` (third parties; switch abandoned_checkout_url)."""
    settings = shop.settings
    root = f"https://{settings.primary_host}/{settings.shop_id}/checkouts"
    if shop.switches["abandoned_checkout_url"] == "opaque":
        return f"{root}/recover?key={checkout.key}"
    return f"{root}/ac/{checkout.token}/recover?key={checkout.key}&locale={checkout.locale}"


def _listed(_root: Any, info: Info, **asked: Any) -> Connection:
    shop = shop_of(info)
    return listing(shop, checkouts_of(shop), FILTERS, _sort_keys(shop), info, **asked)


def _count(_root: Any, info: Info, **asked: Any) -> dict[str, Any]:
    shop = shop_of(info)
    return counted(shop, checkouts_of(shop), FILTERS, info, **asked)


def _abandonment(_root: Any, info: Info, id: str) -> Any:  # noqa: A002  the argument's name in Shopify's schema
    found = shop_of(info).node(id)
    return found if isinstance(found, Abandonment) else None


def _by_checkout(_root: Any, info: Info, abandoned_checkout_id: str) -> Abandonment | None:
    return _of(shop_of(info), abandoned_checkout_id.rpartition("/")[2])


def _sum(worked_out: Callable[[Checkout], Sum]) -> Resolver:
    def resolve(checkout: Checkout, _info: Info) -> MoneyBag:
        return bag(checkout.rate, worked_out(checkout))

    return resolve


def _attributes(source: Checkout | CheckoutLine, _info: Info) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in source.attributes]


def _discount_codes(checkout: Checkout, _info: Info) -> list[str]:
    return [discount.label for discount in checkout.discounts if discount.kind == CODE]


def _tax_lines(checkout: Checkout, _info: Info) -> list[dict[str, Any]]:
    return [
        {
            "title": title,
            "rate": float(rate),
            "ratePercentage": float(rate * 100),
            "priceSet": bag(checkout.rate, amount),
            "channelLiable": False,
        }
        for title, rate, amount in charged_taxes(checkout)
    ]


def _lines(checkout: Checkout, _info: Info, **page: Any) -> Connection:
    return connection(checkout.lines, by_number(checkout.lines.index), **page)


def _line_sum(worked_out: Callable[[CheckoutLine], Sum]) -> Resolver:
    def resolve(line: CheckoutLine, _info: Info) -> MoneyBag:
        return bag(line.checkout.rate, worked_out(line))

    return resolve


def _discounted(line: CheckoutLine, *, codes: bool) -> Sum:
    checkout = line.checkout
    return line_price(line) - line_discounts(checkout, codes=codes)[checkout.lines.index(line)]


def _product(line: CheckoutLine, info: Info) -> Product | None:
    return shop_of(info).products.get(line.product_id)


def _variant(line: CheckoutLine, info: Info) -> ProductVariant | None:
    return shop_of(info).variants.get(line.variant_id)


def _image(line: CheckoutLine, info: Info) -> dict[str, Any] | None:
    product = shop_of(info).products.get(line.product_id)
    image = next((one for one in product.media if one.status == "READY"), None) if product else None
    return {"altText": image.alt, "url": image.url, "width": image.width, "height": image.height} if image else None


def _cart_url(found: Abandonment, info: Info) -> str:
    """A permalink that fills the cart again."""
    wanted = ",".join(f"{line.variant_id}:{line.quantity}" for line in found.checkout.lines)
    return f"https://{shop_of(info).settings.primary_host}/cart/{wanted}"


def _no_order_since(found: Abandonment, info: Info) -> bool:
    orders = orders_of(shop_of(info)).of_customer(found.customer)
    return all(order.created_at < found.created_at for order in orders)


def _latest(found: Abandonment, info: Info) -> datetime:
    shop = shop_of(info)
    rows = [row for row in checkouts_of(shop).rows.values() if buyer(shop, row) is found.customer]
    return max(row.abandoned_at for row in rows if row.abandoned_at is not None)


def _hours_since(found: Abandonment, info: Info) -> float:
    """Since the buyer last abandoned any checkout."""
    return (shop_of(info).now - _latest(found, info)).total_seconds() / 3600


RESOLVERS: dict[str, Resolver] = {
    "QueryRoot.abandonedCheckouts": _listed,
    "QueryRoot.abandonedCheckoutsCount": _count,
    "QueryRoot.abandonment": _abandonment,
    "QueryRoot.abandonmentByAbandonedCheckoutId": _by_checkout,
    "AbandonedCheckout.abandonedCheckoutUrl": lambda checkout, info: recovery_url(shop_of(info), checkout),
    "AbandonedCheckout.customAttributes": _attributes,
    "AbandonedCheckout.customer": lambda checkout, info: buyer(shop_of(info), checkout),
    "AbandonedCheckout.discountCodes": _discount_codes,
    "AbandonedCheckout.lineItems": _lines,
    "AbandonedCheckout.note": lambda checkout, _info: checkout.note or "",
    "AbandonedCheckout.subtotalPriceSet": _sum(subtotal),
    "AbandonedCheckout.taxLines": _tax_lines,
    "AbandonedCheckout.totalDiscountSet": _sum(total_discount),
    "AbandonedCheckout.totalDutiesSet": lambda _checkout, _info: None,  # nothing here has duties
    "AbandonedCheckout.totalLineItemsPriceSet": _sum(items_price),
    "AbandonedCheckout.totalPriceSet": _sum(total_price),
    "AbandonedCheckout.totalTaxSet": _sum(total_tax),
    "AbandonedCheckoutLineItem.customAttributes": _attributes,
    "AbandonedCheckoutLineItem.discountedTotalPriceSet": _line_sum(lambda line: _discounted(line, codes=False)),
    "AbandonedCheckoutLineItem.discountedTotalPriceWithCodeDiscount": _line_sum(
        lambda line: _discounted(line, codes=True)
    ),
    "AbandonedCheckoutLineItem.image": _image,
    "AbandonedCheckoutLineItem.originalTotalPriceSet": _line_sum(line_price),
    "AbandonedCheckoutLineItem.originalUnitPriceSet": _line_sum(lambda line: line.price),
    "AbandonedCheckoutLineItem.product": _product,
    "AbandonedCheckoutLineItem.variant": _variant,
    "Abandonment.abandonedCheckoutPayload": lambda found, _info: found.checkout,
    "Abandonment.abandonmentType": lambda _found, _info: "CHECKOUT",
    "Abandonment.cartUrl": _cart_url,
    "Abandonment.customerHasNoOrderSinceAbandonment": _no_order_since,
    "Abandonment.emailSentAt": lambda found, _info: found.checkout.email_sent_at,
    "Abandonment.emailState": lambda found, _info: found.checkout.email_state,
    "Abandonment.hoursSinceLastAbandonedCheckout": _hours_since,
    "Abandonment.isFromCustomStorefront": lambda _found, _info: False,
    "Abandonment.isFromOnlineStore": lambda found, _info: found.checkout.source_name == "web",
    "Abandonment.isMostSignificantAbandonment": lambda found, info: found.created_at == _latest(found, info),
    "Abandonment.mostRecentStep": lambda _found, _info: "CHECKOUT",
    "Abandonment.visitStartedAt": lambda found, _info: found.checkout.created_at,
}
