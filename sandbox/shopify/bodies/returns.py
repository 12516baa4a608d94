"""The bodies of returns/…: whole when it begins, short when it ends, what was removed when it shrinks."""

from collections.abc import Iterable
from typing import Any

from sandbox.shopify.bodies.orders import NESTED
from sandbox.shopify.bodies.values import number
from sandbox.shopify.model import Node
from sandbox.shopify.returns.return_model import Return, ReturnLineItem
from sandbox.shopify.shop import Shop


def _ids(one: Node) -> dict[str, Any]:
    return {"id": number(one.legacy_resource_id), "admin_graphql_api_id": one.id}


def return_body(back: Return) -> dict[str, Any]:
    """returns/request and returns/approve. Neither fees nor exchanges are modelled."""
    return {
        **_ids(back),
        "status": back.status.lower(),
        "order": _ids(back.order),
        "total_return_line_items": len(back.lines),
        "name": back.name,
        "return_line_items": [_line(line) for line in back.lines],
        "return_shipping_fees": [],
        "exchange_line_items": [],
        "total_exchange_line_items": 0,
    }


def _line(line: ReturnLineItem) -> dict[str, Any]:
    sent = line.fulfillment_line_item
    return {
        **_ids(line),
        "fulfillment_line_item": {**_ids(sent), "line_item": _ids(sent.line_item)},
        "quantity": line.quantity,
        "restocking_fee": None,
        "return_reason": line.return_reason.lower(),
        "return_reason_note": line.return_reason_note,
        "customer_note": line.customer_note,
        "refundable_quantity": line.refundable_quantity,
        "refunded_quantity": line.refunded_quantity,
    }


def declined_body(back: Return) -> dict[str, Any]:
    assert back.decline is not None
    return {
        **_ids(back),
        "status": back.status.lower(),
        "order": _ids(back.order),
        "decline": {"reason": back.decline.reason.lower(), "note": back.decline.note},
    }


def short_body(back: Return) -> dict[str, Any]:
    """returns/cancel, returns/close, returns/reopen."""
    return {**_ids(back), "order_id": number(back.order.legacy_resource_id), "status": back.status.lower()}


def update_body(back: Return, removed: Iterable[tuple[ReturnLineItem, int]]) -> dict[str, Any]:
    removals = [{"admin_graphql_api_id": line.id, "delta": quantity} for line, quantity in removed]
    return {
        "admin_graphql_api_id": back.id,
        "return_line_items": {"removals": removals},
        "restocking_fees": {"updates": [], "removals": []},
        "return_shipping_fees": {"updates": [], "removals": []},
    }


def nested_body(_shop: Shop, back: Return) -> dict[str, Any]:
    """Inside an order. Samples show the list empty only: its entries are taken to be those of returns/request."""
    return return_body(back)


NESTED["returns"] = nested_body
