"""The body of orders/edited: not the order, but what was done to it."""

from collections.abc import Mapping
from itertools import compress
from typing import Any

from sandbox.shopify.bodies.values import local, number
from sandbox.shopify.orders.order_model import Order
from sandbox.shopify.shop import Shop


def edited_body(
    shop: Shop, order: Order, edit_id: str, deltas: Mapping[str, int], *, notify: bool, note: str | None, app_id: str
) -> dict[str, Any]:
    """`deltas`: units that came or went, by the numeric id of their line."""
    moved = [{"id": number(line), "delta": abs(change)} for line, change in deltas.items()]
    grew = [change > 0 for change in deltas.values()]
    now = local(shop, shop.now)
    edit: dict[str, Any] = {
        "id": number(edit_id),
        "app_id": int(app_id) if app_id else None,
        "created_at": now,
        "committed_at": now,
        "notify_customer": notify,
        "order_id": number(order.legacy_resource_id),
        "staff_note": note,
        "user_id": None,
        "line_items": {
            "additions": list(compress(moved, grew)),
            "removals": list(compress(moved, [not up for up in grew])),
        },
        "discounts": {"line_item": {"additions": [], "removals": []}},
        "shipping_lines": {"additions": [], "removals": []},
    }
    return {"order_edit": edit}
