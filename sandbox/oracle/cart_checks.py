"""Compares a HubSpot account's carts with the checkouts in a store's books."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from sandbox.oracle.cart_life import FINISHED, CartRules, fits, may_fit, states
from sandbox.oracle.carts import (
    CART_GUARDED,
    CART_KEPT,
    CART_LINE_GUARDED,
    CART_LINE_KEPT,
    cart_line_values,
    cart_values,
    told_token,
)
from sandbox.oracle.case import KEY, Case, keyed
from sandbox.oracle.contacts import email
from sandbox.oracle.forms import amount, moment
from sandbox.oracle.values import lets_currency_through
from sandbox.oracle.views import JSON

CART_TO_CONTACT, CART_TO_COMPANY, CART_TO_LINE, CART_TO_ORDER = 586, 936, 590, 592


def judge_carts(case: Case, rules: CartRules) -> None:
    """Every checkout that Shopify lists, then what stands for one that is gone or never was listed."""
    buyers = {customer["id"]: customer for customer in case.books["customers"]}
    orders = {order["checkout_token"]: order for order in reversed(case.books["orders"]) if order["checkout_token"]}
    for checkout in _listed(case.books["checkouts"]):
        _judge(case, rules, checkout, buyers.get(checkout["customer"]), orders.get(checkout["token"]))
    _others(case, orders)
    _other_lines(case)


def no_carts(case: Case) -> None:
    """Where carts are off none is ours."""
    for id_, cart in keyed(case, "carts", "cart"):
        case.verdict.tell("carts", cart["id"], f"cart {id_}: carts are off, should not be there")


def _listed(checkouts: Iterable[JSON]) -> Iterator[JSON]:
    """Those that the API lists, or did."""
    return (checkout for checkout in checkouts if checkout["abandoned_at"])


def _names(checkout: JSON) -> list[str]:
    """What its cart may be known by: a number only where no link tells the token."""
    told = told_token(checkout) if "url" in checkout else None
    return [told] if told else [checkout["token"], checkout["id"]]


def _found(case: Case, checkout: JSON) -> list[tuple[str, JSON]]:
    return [(name, cart) for name in _names(checkout) for cart in case.by_key["carts"].get(case.key("cart", name), [])]


def _judge(case: Case, rules: CartRules, checkout: JSON, buyer: JSON | None, order: JSON | None) -> None:
    called = f"cart {checkout['name']}"
    fit = fits(checkout, email(buyer) if buyer else "", rules)
    now = datetime.fromisoformat(case.books["now"])
    done = order is not None or checkout["completed_at"]
    may = {"recovered"} if done else states(checkout, fit, now, rules)
    found = _found(case, checkout)
    case.verdict.compared["carts"] += 1
    for _, cart in found[1:]:
        case.verdict.tell("carts", cart["id"], f"{called}: is a duplicate of carts {found[0][1]['id']}")
    if not found:
        seen = datetime.fromisoformat(checkout["abandoned_at"]) <= now - rules.slack
        if fit and seen and "expired" not in may:
            case.verdict.tell("carts", None, f"{called}: is missing")
        return
    name, cart = found[0]
    if not may_fit(checkout, rules):
        case.verdict.tell("carts", cart["id"], f"{called}: nobody is behind it, should not be there")
        return
    _judge_state(case, cart, may, called)
    _judge_values(case, checkout, name, cart, called)
    _judge_abandoned(case, checkout, cart, called)
    _judge_recovered(case, checkout, order, cart, called)
    contact = case.contact(buyer) if buyer else None
    case.associated("carts", cart, "contacts", [contact["id"]] if contact else [], CART_TO_CONTACT, called)
    firm = case.by_key["companies"].get(case.key("company", checkout["company"] or ""), [])
    case.associated("carts", cart, "companies", [one["id"] for one in firm[:1]], CART_TO_COMPANY, called)
    _judge_order_link(case, cart, order, called)
    _judge_lines(case, checkout, cart, called)


def _judge_state(case: Case, cart: JSON, may: set[str], called: str) -> None:
    case.verdict.compared["states"] += 1
    now = cart["properties"].get("hs_external_status") or "empty"
    if now not in may:
        case.verdict.tell("carts", cart["id"], f"{called}: state is {now}, should be {' or '.join(sorted(may))}")


def _judge_values(case: Case, checkout: JSON, name: str, cart: JSON, called: str) -> None:
    wanted = {**cart_values(checkout), "hs_source_store": case.domain}
    if name == checkout["token"] or cart["properties"].get("hs_external_token"):
        wanted["hs_external_token"] = checkout["token"]  # told by a webhook, if not by the link
    ignored = {one for one in CART_KEPT if not wanted[one]}
    if not lets_currency_through(checkout["currency"], "hs_currency_code", case.crm.account, case.schema("carts")):
        ignored |= CART_GUARDED
    case.compare("carts", cart, wanted, called, ignored)


def _judge_abandoned(case: Case, checkout: JSON, cart: JSON, called: str) -> None:
    """The buyer's last step; of one that is finished an earlier one, or none where it was first seen finished."""
    state, has = cart["properties"].get("hs_external_status"), cart["properties"].get("tandem_abandoned_date") or ""
    if state not in FINISHED:
        wanted = moment(checkout["updated_at"]) if state == "abandoned" else ""
        case.compare("carts", cart, {"tandem_abandoned_date": wanted}, called)
    elif has and not _between(moment(checkout["created_at"]), has, moment(checkout["updated_at"])):
        text = f"{called}: tandem_abandoned_date is {has}, should be while the buyer was there"
        case.verdict.tell("carts", cart["id"], text)


def _between(first: str, at: str, last: str) -> bool:
    first_at, then, last_at = (datetime.fromisoformat(one) for one in (first, at, last))
    return first_at <= then <= last_at


def _judge_recovered(case: Case, checkout: JSON, order: JSON | None, cart: JSON, called: str) -> None:
    """Of an order that was deleted nothing can be read any more, yet what was read stays."""
    when, worth = "", ""
    if order is not None:
        when, worth = moment(order["created_at"]), amount(order["sums"]["total"][0])
    elif checkout["completed_at"]:
        if case.books["deleted_orders"]:
            return
        when = moment(checkout["completed_at"])
    wanted = {"tandem_recovered_date": when, "tandem_recovered_amount": worth}
    case.compare("carts", cart, wanted, called)


def _judge_order_link(case: Case, cart: JSON, order: JSON | None, called: str) -> None:
    """One that was deleted in the store stays where it was."""
    wanted = case.by_key["orders"].get(case.key("order", order["id"]), [])[:1] if order else []
    gone = {case.key("order", id_) for id_ in case.books["deleted_orders"]}
    linked = [case.crm.records["orders"][id_] for id_ in case.crm.linked(cart, "orders")]
    kept = [one for one in linked if one["properties"].get(KEY) in gone]
    case.associated("carts", cart, "orders", [one["id"] for one in (*wanted, *kept)], CART_TO_ORDER, called)


def _judge_lines(case: Case, checkout: JSON, cart: JSON, called: str) -> None:
    standing = []
    guarded = not lets_currency_through(
        checkout["currency"], "hs_line_item_currency_code", case.crm.account, case.schema("line_items")
    )
    for one in checkout["lines"]:
        case.verdict.compared["cart_lines"] += 1
        found = case.by_key["line_items"].get(case.key("cartline", one["id"]), [])
        if not found:
            case.verdict.tell("line_items", None, f"{called}: line {one['id']} is missing")
            continue
        line = found[0]
        standing.append(line["id"])
        wanted = cart_line_values(checkout, one)
        ignored = {name for name in CART_LINE_KEPT if not wanted[name]} | (CART_LINE_GUARDED if guarded else set())
        sku = wanted["hs_sku"] if wanted["tandem_kind"] == "product" else ""
        wanted["hs_product_id"] = case.products.get(sku, "") if sku else ""
        case.compare("line_items", line, wanted, f"{called}, line {one['id']}", ignored)
        _alone(case, line, cart, f"{called}, line {one['id']}")
    case.associated("carts", cart, "line_items", standing, CART_TO_LINE, called)


def _alone(case: Case, line: JSON, cart: JSON, called: str) -> None:
    """A line belongs to its cart and to nothing else."""
    for name in ("carts", "orders"):
        if others := [id_ for id_ in case.crm.linked(line, name) if id_ != cart["id"]]:
            text = f"{called}: associated with {name} {', '.join(others)}, should not be"
            case.verdict.tell("line_items", line["id"], text)


def _others(case: Case, orders: dict[str, JSON]) -> None:
    """Carts of checkouts that are gone: finished, and recovered where an order carries the token. All others: none."""
    standing = {name for checkout in _listed(case.books["checkouts"]) for name in _names(checkout)}
    gone = {name: one for one in _listed(case.books["deleted_checkouts"]) for name in _names(one)}
    for name, cart in keyed(case, "carts", "cart"):
        called = f"cart {name}"
        if name in gone:
            case.verdict.compared["carts_of_deleted_checkouts"] += 1
            order = orders.get(gone[name]["token"])
            maybe = FINISHED if gone[name]["completed_at"] else {"expired"}
            _judge_state(case, cart, {"recovered"} if order else maybe, called)
            _judge_order_link(case, cart, order, called)
        elif name not in standing:
            case.verdict.tell("carts", cart["id"], f"{called}: no checkout that is listed, should not be there")


def _other_lines(case: Case) -> None:
    """Lines of carts that no checkout has any more, but at the cart of one that is gone; lines of orders at a cart."""
    standing = {line["id"] for checkout in _listed(case.books["checkouts"]) for line in checkout["lines"]}
    gone = {case.key("cart", name) for checkout in case.books["deleted_checkouts"] for name in _names(checkout)}
    for id_, line in keyed(case, "line_items", "cartline"):
        carts = [case.crm.records["carts"][cart] for cart in case.crm.linked(line, "carts")]
        if id_ not in standing and not any(cart["properties"].get(KEY) in gone for cart in carts):
            text = f"line {id_}: no checkout that is listed has it, should not be there"
            case.verdict.tell("line_items", line["id"], text)
    for id_, line in keyed(case, "line_items", "line"):
        for cart_id in case.crm.linked(line, "carts"):
            case.verdict.tell("line_items", line["id"], f"line {id_}: of an order, associated with carts {cart_id}")
