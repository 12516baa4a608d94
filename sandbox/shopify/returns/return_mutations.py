"""Returns over GraphQL, with their refusals: of those no wording is captured, all are inferred."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sandbox.shopify.api.mutations import answering
from sandbox.shopify.api.problems import Problem, Refused, refuse_any, under
from sandbox.shopify.api.schema import Resolver
from sandbox.shopify.fulfillments.fulfillment_model import FulfillmentLineItem
from sandbox.shopify.orders.order_lookup import order_by_gid
from sandbox.shopify.orders.order_model import Order
from sandbox.shopify.returns.return_model import Return, ReturnLineItem
from sandbox.shopify.returns.returning import (
    NewReturnLine,
    approve_return,
    cancel_return,
    close_return,
    create_return,
    decline_return,
    process_return,
    remove_from_return,
    reopen_return,
    request_return,
)
from sandbox.shopify.shop import Shop
from sandbox.simulator import NotModelled

Given = Mapping[str, Any]
LONGEST_NOTES = (("customer_note", "customerNote", 300), ("return_reason_note", "returnReasonNote", 255))
"""Documented lengths."""


@answering("return")
def return_request(shop: Shop, input: Given) -> Return:  # noqa: A002  the argument's name in Shopify's schema
    with under("input"):
        return request_return(shop, *_asked(shop, input))


@answering("return")
def return_create(shop: Shop, return_input: Given) -> Return:
    with under("returnInput"):
        return create_return(shop, *_asked(shop, return_input))


def _asked(shop: Shop, given: Given) -> tuple[Order, list[NewReturnLine]]:
    if not given["return_line_items"]:
        raise NotModelled("a return without lines")
    order = order_by_gid(shop, given["order_id"])
    if order is None:
        raise Refused(Problem(("orderId",), "Order not found.", "NOT_FOUND"))
    refuse_any(_line_problems(shop, order, given["return_line_items"]))
    sent = [shop.node(one["fulfillment_line_item_id"]) for one in given["return_line_items"]]
    return order, [_line(*pair) for pair in zip(sent, given["return_line_items"], strict=True)]


def _line_problems(shop: Shop, order: Order, given: Iterable[Given]) -> Iterator[Problem]:
    for place, one in enumerate(given):
        path = ("returnLineItems", str(place))
        line = shop.node(one["fulfillment_line_item_id"])
        if not isinstance(line, FulfillmentLineItem) or line.order is not order:
            yield Problem((*path, "fulfillmentLineItemId"), "Fulfillment line item not found.", "NOT_FOUND")
        for name, shown, longest in LONGEST_NOTES:
            if len(one.get(name) or "") > longest:
                yield Problem((*path, shown), f"is too long (maximum is {longest} characters)", "TOO_LONG")


def _line(sent: Any, given: Given) -> NewReturnLine:
    return NewReturnLine(
        sent,
        given["quantity"],
        given.get("return_reason") or "UNKNOWN",
        given.get("return_reason_note") or "",
        given.get("customer_note"),
    )


def found(shop: Shop, gid: str, *path: str, states: Sequence[str], verb: str) -> Return:
    """A return in one of these states. Raises Refused."""
    back = shop.node(gid)
    if not isinstance(back, Return):
        raise Refused(Problem(path, "Return not found.", "NOT_FOUND"))
    if back.status not in states:
        message = f"Return is not {verb}. Only returns with status {' or '.join(states)} can be {verb}."
        raise Refused(Problem(path, message, "INVALID_STATE"))
    return back


@answering("return")
def return_approve_request(shop: Shop, input: Given) -> Return:  # noqa: A002
    back = found(shop, input["id"], "input", "id", states=("REQUESTED",), verb="approved")
    approve_return(shop, back)
    return back


@answering("return")
def return_decline_request(shop: Shop, input: Given) -> Return:  # noqa: A002
    back = found(shop, input["id"], "input", "id", states=("REQUESTED",), verb="declined")
    decline_return(shop, back, input["decline_reason"], input.get("decline_note"))
    return back


@answering("return")
def return_cancel(shop: Shop, id: str, notify_customer: bool | None = None) -> Return:  # noqa: A002
    """Only before anything was dealt with or refunded (schema)."""
    back = found(shop, id, "id", states=("REQUESTED", "OPEN"), verb="canceled")
    if back.refunds or any(line.processed_quantity for line in back.lines):
        raise Refused(Problem(("id",), "Return has items that were processed or refunded.", "INVALID_STATE"))
    cancel_return(shop, back)
    return back


@answering("return")
def return_close(shop: Shop, id: str) -> Return:  # noqa: A002
    back = found(shop, id, "id", states=("OPEN",), verb="closed")
    close_return(shop, back)
    return back


@answering("return")
def return_reopen(shop: Shop, id: str) -> Return:  # noqa: A002
    back = found(shop, id, "id", states=("CLOSED",), verb="reopened")
    reopen_return(shop, back)
    return back


@answering("return")
def return_process(shop: Shop, input: Given) -> Return:  # noqa: A002
    """Money and dispositions are not modelled, and their inputs are not in the schema."""
    back = found(shop, input["return_id"], "input", "returnId", states=("OPEN",), verb="processed")
    units = _units(back, input.get("return_line_items") or (), "input", "returnLineItems", id_name="id")
    process_return(shop, back, units)
    return back


@answering("return")
def remove_from(shop: Shop, return_id: str, return_line_items: Sequence[Given] | None = None) -> Return:
    back = found(shop, return_id, "returnId", states=("REQUESTED", "OPEN"), verb="changed")
    units = _units(back, return_line_items or (), "returnLineItems", id_name="return_line_item_id")
    remove_from_return(shop, back, units)
    return back


def _units(back: Return, given: Sequence[Given], *path: str, id_name: str) -> list[tuple[ReturnLineItem, int]]:
    """Lines of a return with no more units than are not processed yet. Raises Refused."""
    if not given:
        raise NotModelled("a change of a return that names no line")
    lines = {line.id: line for line in back.lines}
    asked: dict[ReturnLineItem, int] = {}
    for place, one in enumerate(given):
        line = lines.get(one[id_name])
        if line is None:
            name = "id" if id_name == "id" else "returnLineItemId"
            raise Refused(Problem((*path, str(place), name), "Return line item not found.", "NOT_FOUND"))
        asked[line] = asked.get(line, 0) + one["quantity"]
        if one["quantity"] <= 0:
            raise Refused(Problem((*path, str(place), "quantity"), "Quantity must be greater than 0", "GREATER_THAN"))
        if asked[line] > line.unprocessed_quantity:
            raise Refused(Problem((*path, str(place), "quantity"), "Quantity is not available.", "INVALID"))
    return list(asked.items())


RESOLVERS: dict[str, Resolver] = {
    "Mutation.removeFromReturn": remove_from,
    "Mutation.returnApproveRequest": return_approve_request,
    "Mutation.returnCancel": return_cancel,
    "Mutation.returnClose": return_close,
    "Mutation.returnCreate": return_create,
    "Mutation.returnDeclineRequest": return_decline_request,
    "Mutation.returnProcess": return_process,
    "Mutation.returnReopen": return_reopen,
    "Mutation.returnRequest": return_request,
}
