"""Orders over GraphQL: made, changed, paid, cancelled, closed, deleted."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sandbox.shopify.api.context import Info, shop_of, user_error
from sandbox.shopify.api.problems import Refused, user_errors
from sandbox.shopify.api.schema import Resolver
from sandbox.shopify.jobs import new_job
from sandbox.shopify.model import Customer
from sandbox.shopify.orders.order_cancel import can_delete, cancel, cannot_cancel, close, delete, reopen
from sandbox.shopify.orders.order_changes import set_customer, update_order
from sandbox.shopify.orders.order_input import create_order
from sandbox.shopify.orders.order_lookup import order_by_gid, part_by_id, transaction_of
from sandbox.shopify.orders.order_model import OrderTransaction
from sandbox.shopify.orders.order_money import is_held, outstanding, uncaptured
from sandbox.shopify.orders.payments import MANUAL, can_mark_as_paid, capture, mark_as_paid, pay, void
from sandbox.shopify.shop import Shop
from sandbox.simulator import NotModelled

Given = Mapping[str, Any]
Payload = dict[str, Any]
GONE = "Order does not exist"
"""The wording is that of third parties."""


def order_create(_root: Any, info: Info, order: Given, options: Given | None = None) -> Payload:
    inventory = (options or {}).get("inventory_behaviour") or "BYPASS"
    context = info.context
    try:
        made = create_order(
            context.shop, order, app_id=context.access.app_id, version=context.version, inventory=inventory
        )
    except Refused as refused:
        return {"order": None, "userErrors": user_errors(refused.under("order"))}
    return {"order": made, "userErrors": []}


def order_update(_root: Any, info: Info, input: Given) -> Payload:  # noqa: A002  the argument's name in Shopify's schema
    shop = shop_of(info)
    order = order_by_gid(shop, input["id"])
    if order is None:
        return {"order": None, "userErrors": [user_error(["id"], GONE)]}
    given = {name: value for name, value in input.items() if name != "id"}
    try:
        update_order(shop, order, info.context.access.app_id, **given)
    except Refused as refused:
        return {"order": order, "userErrors": user_errors(refused)}
    return {"order": order, "userErrors": []}


def order_mark_as_paid(_root: Any, info: Info, input: Given) -> Payload:  # noqa: A002
    """An order that cannot be is answered with itself (capture orderMarkAsPaid-state-and-money)."""
    shop = shop_of(info)
    order = order_by_gid(shop, input["id"])
    if order is None:
        return {"order": None, "userErrors": [user_error(["id"], GONE)]}
    if not can_mark_as_paid(order):
        return {"order": order, "userErrors": [user_error(["id"], "Order cannot be marked as paid.")]}
    mark_as_paid(shop, order)
    return {"order": order, "userErrors": []}


def order_create_manual_payment(
    _root: Any,
    info: Info,
    id: str,  # noqa: A002
    amount: Given | None = None,
    payment_method_name: str | None = None,
    processed_at: datetime | None = None,
) -> Payload:
    """A payment in part, or of all that is due. The codes are the schema's, the wording is inferred."""
    shop = shop_of(info)
    order = order_by_gid(shop, id)
    if order is None:
        return {"order": None, "userErrors": [user_error(["id"], GONE, "ORDER_NOT_FOUND")]}
    due: Decimal = outstanding(order).presentment
    asked = due if amount is None else amount["amount"]
    error = None
    if amount is not None and amount["currency_code"] != order.rate.presentment:
        error = user_error(["amount", "currencyCode"], "Currency must be that of the order", "CURRENCY_MISMATCH")
    elif asked <= 0:
        error = user_error(["amount"], "Amount must be greater than 0", "AMOUNT_NOT_POSITIVE")
    elif asked > due:
        error = user_error(["amount"], "Amount exceeds the balance of the order", "AMOUNT_EXCEEDS_BALANCE")
    elif processed_at is not None and processed_at > shop.clock.now:
        error = user_error(["processedAt"], "Processed at must not be in the future", "PROCESSED_AT_INVALID")
    if error:
        return {"order": order, "userErrors": [error]}
    pay(shop, order, asked, payment_method_name or MANUAL, processed_at)
    return {"order": order, "userErrors": []}


def order_capture(_root: Any, info: Info, input: Given) -> Payload:  # noqa: A002
    """`finalCapture` releases what is left of the authorisation. The wording of refusals is inferred."""
    shop = shop_of(info)
    order = order_by_gid(shop, input["id"])
    if order is None:
        return _not_captured(["id"], GONE)
    authorization = transaction_of(order, input["parent_transaction_id"])
    if authorization is None:
        return _not_captured(["parentTransactionId"], "Transaction does not exist")
    if not is_held(authorization):
        return _not_captured(["parentTransactionId"], "Transaction cannot be captured")
    if input.get("currency") is None and order.rate.presentment != order.rate.shop:
        return _not_captured(["currency"], "Currency must be specified for multi-currency orders")
    if not 0 < input["amount"] <= uncaptured(authorization).presentment:
        return _not_captured(["amount"], "Amount exceeds the authorized amount")
    if input.get("final_capture"):
        raise NotModelled("a final capture that releases the rest")
    return {"transaction": capture(shop, authorization, input["amount"]), "userErrors": []}


def _not_captured(field: list[str], message: str) -> Payload:
    return {"transaction": None, "userErrors": [user_error(field, message)]}


def transaction_void(_root: Any, info: Info, parent_transaction_id: str) -> Payload:
    shop = shop_of(info)
    found = part_by_id(shop, "OrderTransaction", parent_transaction_id.rpartition("/")[2])
    if not isinstance(found, OrderTransaction):
        return _not_voided("Transaction does not exist", "TRANSACTION_NOT_FOUND")
    if found.kind != "AUTHORIZATION" or found.status != "SUCCESS":
        return _not_voided("Transaction is not a successful authorization", "AUTH_NOT_SUCCESSFUL")
    if not is_held(found) or uncaptured(found) != found.amount:
        return _not_voided("Transaction cannot be voided", "AUTH_NOT_VOIDABLE")
    return {"transaction": void(shop, found), "userErrors": []}


def _not_voided(message: str, code: str) -> Payload:
    return {"transaction": None, "userErrors": [user_error(["parentTransactionId"], message, code)]}


def order_cancel(
    _root: Any,
    info: Info,
    order_id: str,
    reason: str,
    restock: bool,
    notify_customer: bool | None = False,
    refund: bool | None = None,
    refund_method: Given | None = None,
    staff_note: str | None = None,
) -> Payload:
    """Answered with a job that is not done (captured); the work follows as soon as the answer is out.

    `staffNote` is cut by no one: more than 255 characters are refused.
    """
    shop = shop_of(info)
    order = order_by_gid(shop, order_id)
    if order is None:
        return _not_cancelled(["orderId"], GONE, "NOT_FOUND")
    if (why := cannot_cancel(order)) is not None:
        return _not_cancelled(["orderId"], why, "INVALID")
    if len(staff_note or "") > 255:
        return _not_cancelled(["staffNote"], "Staff note is too long (maximum is 255 characters)", "INVALID")
    money = bool(refund) or bool((refund_method or {}).get("original_payment_methods_refund"))
    seconds = float(shop.switches["order_cancel_seconds"])

    def work() -> None:
        if cannot_cancel(order) is None:
            cancel(shop, order, reason, restock=restock, refund=money, note=staff_note)

    shop.clock.call_later(seconds, work)
    job = new_job(shop, seconds)
    return {"job": {"id": job.id, "done": False}, "orderCancelUserErrors": [], "userErrors": []}


def _not_cancelled(field: list[str], message: str, code: str) -> Payload:
    errors = [user_error(field, message, code)]
    return {"job": None, "orderCancelUserErrors": errors, "userErrors": errors}


def order_close(_root: Any, info: Info, input: Given) -> Payload:  # noqa: A002
    return _open_or_close(shop_of(info), input["id"], close)


def order_open(_root: Any, info: Info, input: Given) -> Payload:  # noqa: A002
    return _open_or_close(shop_of(info), input["id"], reopen)


def _open_or_close(shop: Shop, gid: str, act: Any) -> Payload:
    order = order_by_gid(shop, gid)
    if order is None:
        return {"order": None, "userErrors": [user_error(["id"], GONE)]}
    act(shop, order)
    return {"order": order, "userErrors": []}


def order_delete(_root: Any, info: Info, order_id: str) -> Payload:
    shop = shop_of(info)
    order = order_by_gid(shop, order_id)
    if order is None:
        return {"deletedId": None, "userErrors": [user_error(["orderId"], GONE, "NOT_FOUND")]}
    if not can_delete(order):
        return {"deletedId": None, "userErrors": [user_error(["orderId"], "Order cannot be deleted", "INVALID")]}
    delete(shop, order)
    return {"deletedId": order.id, "userErrors": []}


def order_customer_set(_root: Any, info: Info, order_id: str, customer_id: str) -> Payload:
    shop = shop_of(info)
    order, customer = order_by_gid(shop, order_id), shop.node(customer_id)
    if order is None:
        return {"order": None, "userErrors": [user_error(["orderId"], GONE, "NOT_FOUND")]}
    if not isinstance(customer, Customer):
        error = user_error(["customerId"], "Customer does not exist", "NOT_FOUND")
        return {"order": None, "userErrors": [error]}
    set_customer(shop, order, customer)
    return {"order": order, "userErrors": []}


def order_customer_remove(_root: Any, info: Info, order_id: str) -> Payload:
    shop = shop_of(info)
    order = order_by_gid(shop, order_id)
    if order is None:
        return {"order": None, "userErrors": [user_error(["orderId"], GONE, "NOT_FOUND")]}
    set_customer(shop, order, None)
    return {"order": order, "userErrors": []}


RESOLVERS: dict[str, Resolver] = {
    "Mutation.orderCancel": order_cancel,
    "Mutation.orderCapture": order_capture,
    "Mutation.orderClose": order_close,
    "Mutation.orderCreate": order_create,
    "Mutation.orderCreateManualPayment": order_create_manual_payment,
    "Mutation.orderCustomerRemove": order_customer_remove,
    "Mutation.orderCustomerSet": order_customer_set,
    "Mutation.orderDelete": order_delete,
    "Mutation.orderMarkAsPaid": order_mark_as_paid,
    "Mutation.orderOpen": order_open,
    "Mutation.orderUpdate": order_update,
    "Mutation.transactionVoid": transaction_void,
}
