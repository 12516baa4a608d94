"""Fulfillment orders over GraphQL: held and released, split, moved, begun, opened."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sandbox.shopify.api.context import Info, shop_of, user_error
from sandbox.shopify.api.problems import Problem, Refused, user_errors
from sandbox.shopify.api.schema import Resolver
from sandbox.shopify.fulfillments.fulfillment_model import FulfillmentOrder
from sandbox.shopify.fulfillments.fulfillment_orders import divide, hold, move, open_again, release, report_progress
from sandbox.shopify.fulfillments.parcels import Drawn
from sandbox.shopify.orders.order_events import changed
from sandbox.shopify.products.product_model import Location
from sandbox.shopify.shop import Shop
from sandbox.simulator import NotModelled

Given = Mapping[str, Any]
Payload = dict[str, Any]
MOST_HOLDS = 10
GONE = "Fulfillment order does not exist."
"""Captured of fulfillmentCreate; all other wordings of this file are inferred from the schema's notes."""


def _found(shop: Shop, gid: str, *path: str, code: str | None = None) -> FulfillmentOrder:
    found = shop.node(gid)
    if not isinstance(found, FulfillmentOrder):
        raise Refused(Problem(path, GONE, code))
    return found


def _units(one: FulfillmentOrder, given: Iterable[Given], *path: str) -> list[Drawn]:
    """The units asked for, each line once. Raises Refused."""
    lines = {line.id: line for line in one.lines}
    units: list[Drawn] = []
    for place, asked in enumerate(given):
        line = lines.get(asked["id"])
        if line is None or asked["quantity"] > line.remaining_quantity or any(line is known for known, _ in units):
            message = "Invalid fulfillment order line item quantity requested."
            raise Refused(Problem((*path, str(place), "quantity"), message, "INVALID_LINE_ITEM_QUANTITY"))
        if asked["quantity"] <= 0:
            raise Refused(Problem((*path, str(place), "quantity"), "Quantity must be greater than 0", "GREATER_THAN"))
        units.append((line, asked["quantity"]))
    return units


def fulfillment_order_hold(_root: Any, info: Info, id: str, fulfillment_hold: Given) -> Payload:  # noqa: A002
    shop, app_id = shop_of(info), info.context.access.app_id
    try:
        one = _found(shop, id, "id", code="FULFILLMENT_ORDER_NOT_FOUND")
        _may_hold(one, fulfillment_hold, app_id)
        rest = _rest(shop, one, fulfillment_hold.get("fulfillment_order_line_items") or ())
    except Refused as refused:
        nothing = {"fulfillmentHold": None, "fulfillmentOrder": None, "remainingFulfillmentOrder": None}
        return {**nothing, "userErrors": user_errors(refused)}
    made = hold(
        shop,
        one,
        fulfillment_hold["reason"],
        notes=fulfillment_hold.get("reason_notes"),
        handle=fulfillment_hold.get("handle") or "",
        app_id=app_id,
        external_id=fulfillment_hold.get("external_id"),
    )
    return {"fulfillmentHold": made, "fulfillmentOrder": one, "remainingFulfillmentOrder": rest, "userErrors": []}


def _may_hold(one: FulfillmentOrder, given: Given, app_id: str) -> None:
    own = [other for other in one.holds if other.app_id == app_id]
    if one.status not in {"OPEN", "IN_PROGRESS", "SCHEDULED", "ON_HOLD"}:
        raise NotModelled(f"a hold on a fulfillment order that is {one.status}")
    if one.holds and given.get("fulfillment_order_line_items"):
        message = "The fulfillment order is not in a splittable state."
        path = ("fulfillmentHold", "fulfillmentOrderLineItems")
        raise Refused(Problem(path, message, "FULFILLMENT_ORDER_NOT_SPLITTABLE"))
    if any(other.handle == (given.get("handle") or "") for other in own):
        message = (
            "The handle provided for the fulfillment hold is already in use by this app "
            "for another hold on this fulfillment order."
        )
        raise Refused(Problem(("fulfillmentHold", "handle"), message, "DUPLICATE_FULFILLMENT_HOLD_HANDLE"))
    if len(own) >= MOST_HOLDS:
        message = "The maximum number of fulfillment holds for this fulfillment order has been reached for this app."
        raise Refused(Problem(("id",), message, "FULFILLMENT_ORDER_HOLD_LIMIT_REACHED"))


def _rest(shop: Shop, one: FulfillmentOrder, given: Sequence[Given]) -> FulfillmentOrder | None:
    """Where only some units are to wait, the others go on in a fulfillment order of their own."""
    if not given:
        return None
    held = dict(_units(one, given, "fulfillmentHold", "fulfillmentOrderLineItems"))
    others = [(line, line.remaining_quantity - held.get(line, 0)) for line in one.lines]
    others = [(line, quantity) for line, quantity in others if quantity]
    return divide(shop, one, others) if others else None


def fulfillment_order_release_hold(
    _root: Any,
    info: Info,
    id: str,  # noqa: A002
    hold_ids: Sequence[str] | None = None,
    external_id: str | None = None,
) -> Payload:
    """All holds, those named, or those of an external id."""
    shop = shop_of(info)
    try:
        one = _found(shop, id, "id", code="FULFILLMENT_ORDER_NOT_FOUND")
    except Refused as refused:
        return {"fulfillmentOrder": None, "userErrors": user_errors(refused)}
    chosen = one.holds
    if hold_ids is not None:
        chosen = [held for held in chosen if held.id in hold_ids]
    if external_id is not None:
        chosen = [held for held in chosen if held.external_id == external_id]
    release(shop, one, chosen)
    return {"fulfillmentOrder": one, "userErrors": []}


def fulfillment_order_split(_root: Any, info: Info, fulfillment_order_splits: Sequence[Given]) -> Payload:
    """All or nothing."""
    shop = shop_of(info)
    try:
        plans = [_split(shop, given, str(at)) for at, given in enumerate(fulfillment_order_splits)]
    except Refused as refused:
        return {"fulfillmentOrderSplits": None, "userErrors": user_errors(refused)}
    done = [(one, divide(shop, one, units)) for one, units in plans]
    for one, _ in done:
        changed(shop, one.order)
    return {
        "fulfillmentOrderSplits": [
            {"fulfillmentOrder": one, "remainingFulfillmentOrder": rest, "replacementFulfillmentOrder": None}
            for one, rest in done
        ],
        "userErrors": [],
    }


def _split(shop: Shop, given: Given, at: str) -> tuple[FulfillmentOrder, list[Drawn]]:
    """Which units leave: switch `split_moves`."""
    path = ("fulfillmentOrderSplits", at)
    one = _found(shop, given["fulfillment_order_id"], *path, "fulfillmentOrderId", code="FULFILLMENT_ORDER_NOT_FOUND")
    if not given["fulfillment_order_line_items"]:
        message = "The fulfillment order must have at least one line item input to split."
        raise Refused(Problem((*path, "fulfillmentOrderLineItems"), message, "NO_LINE_ITEMS_PROVIDED_TO_SPLIT"))
    if one.status not in {"OPEN", "IN_PROGRESS"} or one.begun:
        raise NotModelled("splitting a fulfillment order that was begun, is held or has ended")
    units = _units(one, given["fulfillment_order_line_items"], *path, "fulfillmentOrderLineItems")
    if shop.switches["split_moves"] == "rest":
        named = dict(units)
        units = [(line, line.remaining_quantity - named.get(line, 0)) for line in one.lines]
        units = [(line, quantity) for line, quantity in units if quantity]
    if not units or sum(quantity for _, quantity in units) == one.remaining:
        raise NotModelled("splitting off all of a fulfillment order")
    return one, units


def fulfillment_order_move(
    _root: Any,
    info: Info,
    id: str,  # noqa: A002
    new_location_id: str,
    fulfillment_order_line_items: Sequence[Given] | None = None,
) -> Payload:
    shop = shop_of(info)
    nothing = {"movedFulfillmentOrder": None, "originalFulfillmentOrder": None, "remainingFulfillmentOrder": None}
    try:
        one = _found(shop, id, "id")
        place = _destination(shop, new_location_id)
        _may_move(one)
        units = _units(one, fulfillment_order_line_items or (), "fulfillmentOrderLineItems")
    except Refused as refused:
        return {**nothing, "userErrors": user_errors(refused)}
    moved = move(shop, one, place, units)
    return {
        "movedFulfillmentOrder": moved,
        "originalFulfillmentOrder": one,
        "remainingFulfillmentOrder": None if moved is one else one,
        "userErrors": [],
    }


def _destination(shop: Shop, gid: str) -> Location:
    found = shop.node(gid)
    if not isinstance(found, Location):
        raise Refused(Problem(("newLocationId",), "Location not found."))
    return found


def _may_move(one: FulfillmentOrder) -> None:
    if one.reported:
        message = "Cannot move a fulfillment order that has had progress reported."
        raise Refused(Problem(("id",), message, "CANNOT_MOVE_FULFILLMENT_ORDER_WITH_REPORTED_PROGRESS"))
    if one.status not in {"OPEN", "IN_PROGRESS", "SCHEDULED", "ON_HOLD"}:
        raise NotModelled(f"moving a fulfillment order that is {one.status}")


def fulfillment_order_report_progress(
    _root: Any,
    info: Info,
    id: str,  # noqa: A002
    progress_report: Given | None = None,
) -> Payload:
    shop = shop_of(info)
    try:
        one = _found(shop, id, "id", code="FULFILLMENT_ORDER_NOT_FOUND")
    except Refused as refused:
        return {"fulfillmentOrder": None, "userErrors": user_errors(refused)}
    if one.status not in {"OPEN", "IN_PROGRESS"}:
        message = f"Progress cannot be reported on a fulfillment order that is {one.status.lower()}."
        error = user_error(["id"], message, "FULFILLMENT_ORDER_STATUS_INVALID")
        return {"fulfillmentOrder": None, "userErrors": [error]}
    report_progress(shop, one)
    return {"fulfillmentOrder": one, "userErrors": []}


def fulfillment_order_open(_root: Any, info: Info, id: str) -> Payload:  # noqa: A002
    """A scheduled one, or one whose progress was reported."""
    shop = shop_of(info)
    try:
        one = _found(shop, id, "id")
    except Refused as refused:
        return {"fulfillmentOrder": None, "userErrors": user_errors(refused)}
    if one.status != "SCHEDULED" and not one.reported:
        raise NotModelled(f"opening a fulfillment order that is {one.status}")
    open_again(shop, one)
    return {"fulfillmentOrder": one, "userErrors": []}


RESOLVERS: dict[str, Resolver] = {
    "Mutation.fulfillmentOrderHold": fulfillment_order_hold,
    "Mutation.fulfillmentOrderMove": fulfillment_order_move,
    "Mutation.fulfillmentOrderOpen": fulfillment_order_open,
    "Mutation.fulfillmentOrderReleaseHold": fulfillment_order_release_hold,
    "Mutation.fulfillmentOrderReportProgress": fulfillment_order_report_progress,
    "Mutation.fulfillmentOrderSplit": fulfillment_order_split,
}
