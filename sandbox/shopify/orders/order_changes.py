"""What may be changed of an order without editing its lines: contact, notes, tags, addresses, whose it is."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.shopify.api.problems import Problem, refuse_any, under
from sandbox.shopify.customers.addresses import changed_address, clean, new_address
from sandbox.shopify.customers.customer_table import clean_email
from sandbox.shopify.customers.phones import e164
from sandbox.shopify.metafields import metafield_rules
from sandbox.shopify.metafields.tags import normal_tags, tag_problem
from sandbox.shopify.model import Customer, MailingAddress
from sandbox.shopify.orders.order_counts import give_to
from sandbox.shopify.orders.order_events import changed
from sandbox.shopify.orders.order_model import Order
from sandbox.shopify.shop import Shop

LONGEST_NOTE = 5_000

_EMAIL = re.compile(r"[^@]+@[^@.]+(\.[^@.]+)+")


def contact_values(shop: Shop, given: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes that orderCreate and orderUpdate share, as they will be kept. Raises Refused with all problems."""
    values: dict[str, Any] = {}
    if "note" in given:
        values["note"] = given["note"]
    if "email" in given:
        values["email"] = clean_email(given["email"])
    if "phone" in given:
        text = clean(given["phone"])
        values["phone"] = e164(text, shop.settings.country) if text else None
    if "po_number" in given:
        values["po_number"] = clean(given["po_number"])
    if "tags" in given:
        values["tags"] = normal_tags(given["tags"] or ())
    if "custom_attributes" in given:
        values["attributes"] = tuple((one["key"], one["value"]) for one in given["custom_attributes"] or ())
    refuse_any(_problems(given, values))
    return values


def _problems(given: Mapping[str, Any], values: Mapping[str, Any]) -> Iterator[Problem]:
    if len(values.get("note") or "") > LONGEST_NOTE:
        yield Problem(("note",), f"Note is too long (maximum is {LONGEST_NOTE} characters)", "INVALID")
    if values.get("email") is not None and not _EMAIL.fullmatch(values["email"]):
        yield Problem(("email",), "Email is invalid", "INVALID")
    if clean(given.get("phone")) and values["phone"] is None:
        yield Problem(("phone",), "Phone is invalid", "INVALID")
    if problem := tag_problem(values.get("tags", ())):
        yield problem


def update_order(shop: Shop, order: Order, app_id: str = "", **given: Any) -> None:
    """Change what is given (fields of OrderInput in snake_case). Raises Refused with nothing done."""
    values = contact_values(shop, given)
    if given.get("shipping_address") is not None:
        values["shipping_address"] = _address(shop, order, given["shipping_address"])
    with under("metafields"):
        planned = metafield_rules.plan_all(shop, "Order", order, given.get("metafields") or (), app_id)
    for name, value in values.items():
        setattr(order, name, value)
    for one in planned:
        metafield_rules.write(shop, order, one)
    changed(shop, order)


def _address(shop: Shop, order: Order, given: Mapping[str, Any]) -> MailingAddress:
    with under("shippingAddress"):
        if order.shipping_address is not None:
            return changed_address(order.shipping_address, given)
        return new_address(shop, given, "Address")


def set_tags(shop: Shop, order: Order, tags: tuple[str, ...]) -> None:
    """Replace the tags, already normalised, if they differ."""
    if tags != order.tags:
        order.tags = tags
        changed(shop, order)


def set_customer(shop: Shop, order: Order, customer: Customer | None) -> None:
    """Make it this customer's order, or nobody's; the counts of both follow. E-mail and phone stay."""
    if order.customer is not customer:
        give_to(shop, order, customer)
        changed(shop, order)
