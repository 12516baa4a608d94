"""What a person does with orders: buy, pay, edit, refund, cancel, archive, delete."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sandbox.shopify.customers.addresses import new_address
from sandbox.shopify.money import Rate
from sandbox.shopify.orders import order_cancel, order_changes, order_create, order_edit, order_edit_session, payments
from sandbox.shopify.orders.order_create import PAID, NewLine, NewShipping
from sandbox.shopify.orders.order_discounts import NewDiscount
from sandbox.shopify.orders.order_model import LineItem, Order
from sandbox.shopify.orders.order_money import is_held, net_payment, outstanding, uncaptured
from sandbox.shopify.orders.order_table import orders_of
from sandbox.shopify.orders.payments import NewTransaction
from sandbox.shopify.orders.refunds import (
    NewRefundLine,
    NewRefundTransaction,
    payments_back,
    refund,
    shipping_to_refund,
)
from sandbox.shopify.orders.sums import Sum, converted
from sandbox.shopify.people import finding
from sandbox.shopify.views import shown

if TYPE_CHECKING:
    from sandbox.shopify.shop import Shop
    from sandbox.shopify.simulator import Shopify

Line = Mapping[str, Any]


def new_lines(shop: "Shop", lines: Sequence[Line]) -> list[NewLine]:
    """`{"variant": SKU or id, "quantity": 2}`, or `{"title": …, "price": …}` for a line of its own."""
    return [_new_line(shop, **line) for line in lines]


def _new_line(
    shop: "Shop", variant: str | None = None, quantity: int = 1, price: str | None = None, title: str | None = None
) -> NewLine:
    if quantity < 1 or Decimal(price or 0) < 0:
        raise ValueError("a line has at least one unit, and no price below zero")
    return NewLine(
        finding.variant(shop, variant) if variant is not None else None,
        quantity,
        Decimal(price) if price is not None else None if variant is not None else Decimal(0),
        title=title,
    )


def shown_order(order: Order) -> Any:
    return {**shown(order, deep=True), "lines": [shown(line, deep=True) for line in order.lines]}


def place_order(
    simulator: "Shopify",
    lines: list[Line],
    customer: str | None = None,
    email: str | None = None,
    shipping: str | None = None,
    discount_code: str | None = None,
    discount_percentage: str = "10",
    tax_rate: str | None = None,
    currency: str | None = None,
    rate: str = "1",
    payment: str = "paid",
    source_name: str = "web",
    company_contact: str | None = None,
    company_location: str | None = None,
    address: Mapping[str, Any] | None = None,
    test: bool = False,
    note: str | None = None,
    tags: list[str] | None = None,
) -> Any:
    """Place an order. `payment`: paid, authorized, pending, or an amount paid of it; `rate`: `currency` per shop's."""
    shop = simulator.shop
    if not lines or Decimal(rate) <= 0:
        raise ValueError("an order has at least one line, and a rate above zero")
    place = new_address(shop, address) if address is not None else None
    contact = finding.contact(shop, company_contact) if company_contact else None
    order = order_create.place_order(
        shop,
        new_lines(shop, lines),
        customer=finding.customer(shop, customer) if customer else contact.customer if contact else None,
        email=email,
        rate=Rate(shop.settings.currency, currency, Decimal(rate)) if currency else None,
        shipping=[NewShipping("Standard", Decimal(shipping))] if shipping is not None else (),
        discounts=[NewDiscount(discount_code, Decimal(discount_percentage))] if discount_code else (),
        taxes=[("Tax", Decimal(tax_rate))] if tax_rate is not None else (),
        transactions=paid_by(payment, Decimal(rate)),
        shipping_address=place,
        billing_address=place,
        source_name=source_name,
        test=test,
        note=note,
        tags=tuple(tags or ()),
        company_contact=contact,
        company_location=finding.location(shop, company_location) if company_location else None,
    )
    return shown_order(order)


def paid_by(word: str, rate: Decimal) -> Sequence[NewTransaction]:
    """paid, authorized, pending, or an amount in the shop's currency."""
    match word:
        case "paid":
            return PAID
        case "authorized":
            return (NewTransaction("AUTHORIZATION"),)
        case "pending":
            return ()
    amount = Decimal(word)
    return (NewTransaction(amount=Sum(amount, amount * rate)),)


def edit_order_details(simulator: "Shopify", order: str, **fields: Any) -> Any:
    """Change what is said of an order: note, tags, email, phone, po_number, shipping_address, custom_attributes."""
    found = finding.order(simulator.shop, order)
    order_changes.update_order(simulator.shop, found, **fields)
    return shown_order(found)


def edit_order(
    simulator: "Shopify",
    order: str,
    quantities: Mapping[str, int] | None = None,
    add: list[Line] | None = None,
    note: str | None = None,
) -> Any:
    """Edit an order: `quantities` by line (its id or SKU), and new lines. One that was paid may end partly paid."""
    shop = simulator.shop
    found = finding.order(shop, order)
    if order_edit.cannot_edit(found):
        raise ValueError(f"{found.name} cannot be edited")
    edit = order_edit_session.begin(shop, found)
    for line, quantity in (quantities or {}).items():
        gid = f"gid://shopify/CalculatedLineItem/{(kept := _line(found, line)).legacy_resource_id}"
        if quantity < kept.current_quantity - order_edit_session.editable(kept):
            raise ValueError(f"more than {quantity} of {kept.name} were sent")
        order_edit_session.set_quantity(edit, gid, quantity, restock=True)
    for new in new_lines(shop, add or ()):
        order_edit_session.add_line(shop, edit, _edited_line(shop, edit, new))
    orders_of(shop).edits[edit.legacy_resource_id] = edit
    return shown_order(order_edit.commit(shop, edit, note=note))


def _edited_line(shop: "Shop", edit: order_edit_session.CalculatedOrder, new: NewLine) -> LineItem:
    if new.variant is not None:
        price = new.price if isinstance(new.price, Decimal) else new.variant.price
        both = converted(edit.draft.rate, price)
        return order_edit_session.variant_line(shop, edit, new.variant, new.quantity, both)
    assert isinstance(new.price, Decimal)
    both = converted(edit.draft.rate, new.price)
    return order_edit_session.custom_line(shop, edit, new.title or "Custom", new.quantity, both)


def _line(order: Order, called: str) -> LineItem:
    for line in order.lines:
        if called in {line.legacy_resource_id, line.id, line.sku}:
            return line
    raise KeyError(f"line {called} of {order.name}")


def pay_order(simulator: "Shopify", order: str, amount: str | None = None, gateway: str = "manual") -> Any:
    """Take a payment: all that is due, or an amount in the buyer's currency."""
    found = finding.order(simulator.shop, order)
    due = outstanding(found).presentment
    paid = due if amount is None else Decimal(amount)
    if not 0 < paid <= due:
        raise ValueError(f"{due} is due of {found.name}")
    payments.pay(simulator.shop, found, paid, gateway)
    return shown_order(found)


def capture_payment(simulator: "Shopify", order: str, amount: str | None = None) -> Any:
    """Capture the order's authorisation, whole or in part."""
    found = finding.order(simulator.shop, order)
    held = _authorization(found)
    if amount is not None and not 0 < Decimal(amount) <= uncaptured(held).presentment:
        raise ValueError(f"{uncaptured(held).presentment} can be captured")
    payments.capture(simulator.shop, held, Decimal(amount) if amount is not None else None)
    return shown_order(found)


def void_payment(simulator: "Shopify", order: str) -> Any:
    """Let the order's authorisation go."""
    found = finding.order(simulator.shop, order)
    payments.void(simulator.shop, _authorization(found))
    return shown_order(found)


def _authorization(order: Order) -> Any:
    for transaction in order.transactions:
        if is_held(transaction):
            return transaction
    raise ValueError(f"{order.name} has no open authorisation")


def refund_order(
    simulator: "Shopify",
    order: str,
    lines: Mapping[str, int] | None = None,
    amount: str | None = None,
    shipping: str | None = None,
    restock: bool = False,
    note: str | None = None,
) -> Any:
    """Refund units of lines (by id or SKU), shipping, and money: `amount`, or all that was paid."""
    found = finding.order(simulator.shop, order)
    back = payments_back(found)
    if amount is not None:
        back = _back(found, Decimal(amount))
    given = [
        NewRefundLine(_line(found, line), quantity, "RETURN" if restock else "NO_RESTOCK")
        for line, quantity in (lines or {}).items()
    ]
    postage = Decimal(shipping) if shipping is not None else None
    if any(not 0 < one.quantity <= one.line.refundable_quantity for one in given):
        raise ValueError(f"{found.name} has not so many units to refund")
    if postage is not None and not 0 <= postage <= shipping_to_refund(found):
        raise ValueError(f"{shipping_to_refund(found)} of shipping is left to refund")
    made = refund(simulator.shop, found, lines=given, shipping=postage, transactions=back, note=note)
    return shown(made, deep=True)


def _back(order: Order, amount: Decimal) -> list[NewRefundTransaction]:
    """An amount out of the order's payments, the first ones first."""
    made: list[NewRefundTransaction] = []
    if not 0 <= amount <= net_payment(order).presentment:
        raise ValueError(f"{net_payment(order).presentment} was paid for {order.name}")
    for whole in payments_back(order):
        if (part := min(amount, whole.amount)) > 0:
            made.append(replace(whole, amount=part))
            amount -= part
    return made


def cancel_order(
    simulator: "Shopify", order: str, reason: str = "CUSTOMER", restock: bool = True, refund: bool = True
) -> Any:
    """Cancel an order: CUSTOMER, DECLINED, FRAUD, INVENTORY, OTHER or STAFF."""
    found = finding.order(simulator.shop, order)
    if reason not in {"CUSTOMER", "DECLINED", "FRAUD", "INVENTORY", "OTHER", "STAFF"}:
        raise ValueError(f"no reason {reason!r}")
    if (obstacle := order_cancel.cannot_cancel(found)) is not None:
        raise ValueError(obstacle)
    order_cancel.cancel(simulator.shop, found, reason, restock=restock, refund=refund)
    return shown_order(found)


def archive_order(simulator: "Shopify", order: str, archived: bool = True) -> Any:
    """Archive an order, or take it back out."""
    found = finding.order(simulator.shop, order)
    (order_cancel.close if archived else order_cancel.reopen)(simulator.shop, found)
    return shown_order(found)


def delete_order(simulator: "Shopify", order: str) -> Any:
    """Delete an order, if Shopify lets one."""
    found = finding.order(simulator.shop, order)
    if not order_cancel.can_delete(found):
        raise ValueError(f"{found.name} cannot be deleted")
    order_cancel.delete(simulator.shop, found)
    return {"deleted": found.id}


ACTIONS: tuple[Callable[..., Any], ...] = (
    place_order,
    edit_order_details,
    edit_order,
    pay_order,
    capture_payment,
    void_payment,
    refund_order,
    cancel_order,
    archive_order,
    delete_order,
)
