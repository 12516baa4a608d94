"""Compares a HubSpot account with a store's books, record by record."""

from sandbox.oracle.cart_checks import judge_carts, no_carts
from sandbox.oracle.cart_life import CartRules
from sandbox.oracle.case import KEY, Case, addresses
from sandbox.oracle.contacts import CONTACT_KEPT, contact_values, email
from sandbox.oracle.duplicates import duplicates
from sandbox.oracle.orders import (
    LINE_GUARDED,
    LINE_KEPT,
    ORDER_GUARDED,
    ORDER_KEPT,
    kept_lines,
    line_values,
    order_values,
)
from sandbox.oracle.stages import placed
from sandbox.oracle.strangers import strangers
from sandbox.oracle.untouched import untouched
from sandbox.oracle.values import lets_currency_through
from sandbox.oracle.verdict import Verdict
from sandbox.oracle.views import JSON, Crm

ORDER_TO_CONTACT, ORDER_TO_COMPANY, ORDER_TO_LINE = 507, 509, 513
BEFORE_CUSTOMER = ("", "subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity")
"""Life-cycle stages that a buyer has left behind."""


DEFAULT = CartRules()


def judge(books: JSON, crm: Crm, before: Crm | None = None, rules: CartRules | None = DEFAULT) -> Verdict:
    """Compare everything. With `before`, the CRM ahead of the first sync, also what others wrote.

    `rules` are those of carts, None where they are off.
    """
    case = Case(books, crm, before)
    for customer in books["customers"]:
        _judge_customer(case, customer)
    buyers = {customer["id"]: customer for customer in books["customers"]}
    for order in books["orders"]:
        _judge_order(case, order, buyers)
    no_carts(case) if rules is None else judge_carts(case, rules)
    duplicates(case)
    strangers(case)
    if before is not None:
        untouched(case, before)
    return case.verdict


def _judge_customer(case: Case, customer: JSON) -> None:
    """A customer without an e-mail has no contact; one that lost its e-mail keeps it."""
    contact = case.contact(customer)
    called = f"customer {customer['id']}"
    if contact is None:
        if email(customer):
            case.verdict.tell("contacts", None, f"{called}: has no contact")
        return
    if not email(customer) and not contact["properties"].get("email"):
        case.verdict.tell("contacts", contact["id"], f"{called}: has no e-mail, should have no contact")
        return
    case.verdict.compared["contacts"] += 1
    wanted, key = contact_values(customer, case.books["currency"]), case.key("contact", customer["id"])
    owner = contact["properties"].get(KEY) or ""
    if owner == "" or owner.startswith(case.key("contact", "")):
        wanted[KEY] = key
    if owner != key and _of_another_customer(case, owner):
        return
    ignored = {name for name in CONTACT_KEPT if not wanted[name]}
    if wanted["email"] in addresses(contact):
        ignored.add("email")
    case.compare("contacts", contact, wanted, called, ignored)
    _judge_life_cycle(case, customer, contact, called)


def _of_another_customer(case: Case, key: str) -> bool:
    """Two customers may be one contact; it says what the one says whose key it has."""
    return any(key == case.key("contact", other["id"]) for other in case.books["customers"])


def _judge_life_cycle(case: Case, customer: JSON, contact: JSON, called: str) -> None:
    now = contact["properties"].get("lifecyclestage") or ""
    case.verdict.compared["properties"] += 1
    if customer["number_of_orders"] and now in BEFORE_CUSTOMER:
        text = f"{called}: lifecyclestage is {now or 'empty'}, should be customer"
        case.verdict.tell("contacts", contact["id"], text)


def _judge_order(case: Case, order: JSON, buyers: dict[str, JSON]) -> None:
    called = f"order {order['name']}"
    found = case.by_key["orders"].get(case.key("order", order["id"]), [])
    if order["test"]:
        for record in found:
            case.verdict.tell("orders", record["id"], f"{called}: is a test order, should not be there")
        return
    case.verdict.compared["orders"] += 1
    if not found:
        case.verdict.tell("orders", None, f"{called}: is missing")
        return
    record = found[0]
    wanted = {**order_values(order), "hs_source_store": case.domain}
    ignored = {name for name in ORDER_KEPT if not wanted[name]}
    if not lets_currency_through(order["currency"], "hs_currency_code", case.crm.account, case.schema("orders")):
        ignored |= ORDER_GUARDED
    case.compare("orders", record, wanted, called, ignored)
    _judge_stage(case, order, record, called)
    buyer = buyers.get(order["customer"])
    contact = case.contact(buyer) if buyer else None
    contacts = [contact["id"]] if contact else []
    case.associated("orders", record, "contacts", contacts, ORDER_TO_CONTACT, called)
    firm = case.by_key["companies"].get(case.key("company", order["company"] or ""), [])
    firms = [company["id"] for company in firm[:1]]
    case.associated("orders", record, "companies", firms, ORDER_TO_COMPANY, called)
    _judge_lines(case, order, record, called)


def _judge_stage(case: Case, order: JSON, record: JSON, called: str) -> None:
    case.verdict.compared["stages"] += 1
    pipelines = case.crm.account["pipelines"]["orders"]
    labels = {id_: label for pipeline in pipelines.values() for id_, label in pipeline["stages"].items()}
    pipeline, stage = placed(order, case.crm.account)
    has = record["properties"]
    if has.get("hs_pipeline") != pipeline:
        text = f"{called}: hs_pipeline is {has.get('hs_pipeline') or 'empty'}, should be {pipeline}"
        case.verdict.tell("orders", record["id"], text)
    if (now := has.get("hs_pipeline_stage") or "") != stage:
        text = f"{called}: stage is {labels.get(now, now) or 'empty'}, should be {labels[stage]}"
        case.verdict.tell("orders", record["id"], text)


def _judge_lines(case: Case, order: JSON, record: JSON, called: str) -> None:
    standing = []
    guarded = not lets_currency_through(
        order["currency"], "hs_line_item_currency_code", case.crm.account, case.schema("line_items")
    )
    for one, kind in kept_lines(order):
        case.verdict.compared["line_items"] += 1
        found = case.by_key["line_items"].get(case.key("line", one["id"]), [])
        if not found:
            case.verdict.tell("line_items", None, f"{called}: line {one['id']} is missing")
            continue
        line = found[0]
        standing.append(line["id"])
        wanted = line_values(order, one, kind)
        ignored = {name for name in LINE_KEPT if not wanted[name]} | (LINE_GUARDED if guarded else frozenset())
        if case.earlier("line_items", line["id"]) is None or wanted["hs_sku"] in case.products:
            linked = kind != "custom" and wanted["hs_sku"]
            wanted["hs_product_id"] = case.products.get(wanted["hs_sku"], "") if linked else ""
        case.compare("line_items", line, wanted, f"{called}, line {one['id']}", ignored)
        if others := [id_ for id_ in case.crm.linked(line, "orders") if id_ != record["id"]]:
            text = f"{called}, line {one['id']}: associated with orders {', '.join(others)}, should not be"
            case.verdict.tell("line_items", line["id"], text)
    case.associated("orders", record, "line_items", standing, ORDER_TO_LINE, called)
