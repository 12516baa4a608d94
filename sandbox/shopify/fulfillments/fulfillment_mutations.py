"""Parcels over GraphQL: fulfillmentCreate with its refusals, tracking, events, cancelling."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NoReturn

from sandbox.shopify.api.context import Info, shop_of, user_error
from sandbox.shopify.api.problems import Problem, Refused, refuse_any, user_errors
from sandbox.shopify.api.schema import Resolver
from sandbox.shopify.fulfillments.fulfillment_model import Fulfillment, FulfillmentOrder, FulfillmentOrderLineItem
from sandbox.shopify.fulfillments.parcels import Drawn
from sandbox.shopify.fulfillments.sending import add_event, cancel_fulfillment, fulfil, track
from sandbox.shopify.fulfillments.tracking import given_tracking
from sandbox.shopify.shop import Shop
from sandbox.simulator import NotModelled

Given = Mapping[str, Any]
Payload = dict[str, Any]
GONE = "Fulfillment does not exist."
"""Inferred after "Fulfillment order does not exist.", which is captured."""
UNFULFILLABLE = {"CLOSED", "CANCELLED", "ON_HOLD"}


def fulfillment_create(_root: Any, info: Info, fulfillment: Given, message: str | None = None) -> Payload:
    """`message` goes to the customer, and is shown nowhere."""
    shop = shop_of(info)
    try:
        drawn = _drawn(shop, fulfillment["line_items_by_fulfillment_order"])
    except Refused as refused:
        return {"fulfillment": None, "userErrors": user_errors(refused)}
    first = drawn[0][0].fulfillment_order
    made = fulfil(
        shop,
        first.order,
        [(source.line_item, quantity) for source, quantity in drawn],
        tracking=given_tracking(fulfillment.get("tracking_info")),
        location=first.location,
        drawn=drawn,
    )
    return {"fulfillment": made, "userErrors": []}


def _drawn(shop: Shop, groups: Sequence[Given]) -> list[Drawn]:
    """The units asked for. Raises Refused: quantities first, then the first other problem (capture …-multi-group)."""
    if not groups:
        raise NotModelled("fulfillmentCreate without a fulfillment order")
    refuse_any(_not_positive(groups))
    orders = [_known(shop, group) for group in groups]
    _same(orders)
    for one in orders:
        if one.status in UNFULFILLABLE:
            # Seen by third parties, with its odd spacing.
            refuse(f"Fulfillment order {one.legacy_resource_id} has an unfulfillable status= {one.status.lower()}.")
    drawn = [pair for one, group in zip(orders, groups, strict=True) for pair in _of_group(one, group)]
    asked: dict[FulfillmentOrderLineItem, int] = {}
    for source, quantity in drawn:
        asked[source] = asked.get(source, 0) + quantity
    if any(quantity > source.remaining_quantity for source, quantity in asked.items()):
        refuse("Invalid fulfillment order line item quantity requested.")
    return list(asked.items())


def refuse(message: str) -> NoReturn:
    raise Refused(Problem(("fulfillment",), message))


def _not_positive(groups: Sequence[Given]) -> Iterator[Problem]:
    for at, group in enumerate(groups):
        for place, line in enumerate(group.get("fulfillment_order_line_items") or ()):
            if line["quantity"] <= 0:
                path = ("lineItemsByFulfillmentOrder", str(at), "fulfillmentOrderLineItems", str(place), "quantity")
                yield Problem(("fulfillment", *path), "Quantity must be greater than 0")


def _known(shop: Shop, group: Given) -> FulfillmentOrder:
    found = shop.node(group["fulfillment_order_id"])
    if not isinstance(found, FulfillmentOrder):
        raise Refused(Problem(("fulfillment",), "Fulfillment order does not exist."))
    return found


def _same(orders: Sequence[FulfillmentOrder]) -> None:
    ids = sorted({int(one.order.legacy_resource_id) for one in orders})
    if len(ids) > 1:
        refuse(f"All fulfillment orders must belong to the same order. Multiple orders with ids {ids} were found.")
    places = sorted({int(one.location.legacy_resource_id) for one in orders if one.location})
    if len(places) > 1:
        refuse(
            "All fulfillment orders must be assigned to a single location. "
            f"Multiple locations with ids {places} were found."
        )


def _of_group(one: FulfillmentOrder, group: Given) -> Iterator[Drawn]:
    """The lines named, or all that is left."""
    given = group.get("fulfillment_order_line_items")
    if not given:
        yield from ((line, line.remaining_quantity) for line in one.lines if line.remaining_quantity)
        return
    lines = {line.id: line for line in one.lines}
    for asked in given:
        if asked["id"] not in lines:
            refuse("Fulfillment order line item does not exist.")
        yield lines[asked["id"]], asked["quantity"]


def parcel_by_gid(shop: Shop, gid: str) -> Fulfillment | None:
    found = shop.node(gid)
    return found if isinstance(found, Fulfillment) else None


def fulfillment_tracking_info_update(
    _root: Any, info: Info, fulfillment_id: str, tracking_info_input: Given, notify_customer: bool | None = None
) -> Payload:
    """What is given replaces all tracking there was."""
    shop = shop_of(info)
    parcel = parcel_by_gid(shop, fulfillment_id)
    if parcel is None:
        return {"fulfillment": None, "userErrors": [user_error(["fulfillmentId"], GONE)]}
    track(shop, parcel, given_tracking(tracking_info_input))
    return {"fulfillment": parcel, "userErrors": []}


def fulfillment_event_create(_root: Any, info: Info, fulfillment_event: Given) -> Payload:
    shop, given = shop_of(info), dict(fulfillment_event)
    parcel = parcel_by_gid(shop, given.pop("fulfillment_id"))
    if parcel is None:
        return {"fulfillmentEvent": None, "userErrors": [user_error(["fulfillmentEvent", "fulfillmentId"], GONE)]}
    return {"fulfillmentEvent": add_event(shop, parcel, **given), "userErrors": []}


def fulfillment_cancel(_root: Any, info: Info, id: str) -> Payload:  # noqa: A002  the argument's name in Shopify's schema
    """Both refusals are inferred."""
    shop = shop_of(info)
    parcel = parcel_by_gid(shop, id)
    if parcel is None:
        return {"fulfillment": None, "userErrors": [user_error(["id"], GONE)]}
    if parcel.status == "CANCELLED":
        return {"fulfillment": parcel, "userErrors": [user_error(["id"], "Fulfillment is already cancelled.")]}
    if any(one.holds_units and _from(one, parcel) for one in parcel.order.returns):
        raise NotModelled("cancelling a fulfillment of which something is being returned")
    cancel_fulfillment(shop, parcel)
    return {"fulfillment": parcel, "userErrors": []}


def _from(returned: Any, parcel: Fulfillment) -> bool:
    return any(line.fulfillment_line_item.fulfillment is parcel for line in returned.lines)


RESOLVERS: dict[str, Resolver] = {
    "Mutation.fulfillmentCancel": fulfillment_cancel,
    "Mutation.fulfillmentCreate": fulfillment_create,
    "Mutation.fulfillmentEventCreate": fulfillment_event_create,
    "Mutation.fulfillmentTrackingInfoUpdate": fulfillment_tracking_info_update,
    "Mutation.fulfillmentTrackingInfoUpdateV2": fulfillment_tracking_info_update,
}
