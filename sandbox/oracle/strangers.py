"""Records that Tandem must have made, and that stand for nothing in the store; lines without an order."""

from sandbox.oracle.case import Case, keyed
from sandbox.oracle.orders import kept_lines


def strangers(case: Case) -> None:
    """A deleted order stays, marked as deleted, with its lines; the contact of a deleted customer stays as it is."""
    _orders(case)
    _lines(case)
    known = {customer["id"] for customer in case.books["customers"]} | set(case.books["deleted_customers"])
    for id_, contact in keyed(case, "contacts", "contact"):
        if id_ not in known:
            case.verdict.tell("contacts", contact["id"], f"customer {id_}: the store has none, should have no contact")


def _orders(case: Case) -> None:
    known = {order["id"] for order in case.books["orders"]}
    deleted = set(case.books["deleted_orders"])
    for id_, order in keyed(case, "orders", "order"):
        if id_ in deleted:
            case.verdict.compared["deleted_orders"] += 1
            case.compare("orders", order, {"hs_external_order_status": "deleted"}, f"deleted order {id_}")
        elif id_ not in known:
            case.verdict.tell("orders", order["id"], f"order {id_}: the store has none, should not be there")


def _lines(case: Case) -> None:
    standing = {one["id"] for order in case.books["orders"] if not order["test"] for one, _ in kept_lines(order)}
    deleted = {case.key("order", id_) for id_ in case.books["deleted_orders"]}
    for id_, line in keyed(case, "line_items", "line"):
        orders = [case.crm.records["orders"][order] for order in case.crm.linked(line, "orders")]
        if id_ not in standing and not any(order["properties"].get("tandem_key") in deleted for order in orders):
            case.verdict.tell(
                "line_items", line["id"], f"line {id_}: no order of the store has it, should not be there"
            )
    for line in case.crm.live("line_items"):
        earlier = case.earlier("line_items", line["id"])
        owned = any(case.crm.linked(line, name) for name in ("orders", "carts"))
        if not owned and (earlier is None or earlier["associations"].get("orders")):
            case.verdict.tell("line_items", line["id"], "an orphan: associated with no order")
