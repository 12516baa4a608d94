"""What others wrote before the first sync: none of it may be lost but what an adopted order's mapping says."""

from sandbox.oracle.case import KEY, Case
from sandbox.oracle.contacts import CONTACT_KEPT
from sandbox.oracle.views import JSON, OBJECTS, Crm

WRITTEN = {
    "contacts": CONTACT_KEPT | {"lifecyclestage"},
    "line_items": frozenset(
        {"name", "quantity", "price", "discount", "tax", "hs_sku", "hs_product_id", "hs_line_item_currency_code"}
    ),
}
"""What may change on records that are ours now; of orders all of HubSpot's own too."""


def untouched(case: Case, before: Crm) -> None:
    for name in OBJECTS:
        for record in before.live(name):
            case.verdict.compared["records of others"] += 1
            now = case.crm.records[name].get(record["id"])
            if now is None or now["archived"]:
                if not _may_go(case, name, record):
                    case.verdict.tell(name, record["id"], f"a record of others in {name}: is gone")
                continue
            _values(case, name, record, now)
            _links(case, name, record)


def _may_go(case: Case, name: str, record: JSON) -> bool:
    """A line of an adopted order that stands for nothing in the store."""
    if name != "line_items":
        return False
    orders = (case.crm.records["orders"].get(id_) for id_ in record["associations"].get("orders") or {})
    return any(order and order["properties"].get(KEY) for order in orders)


def _values(case: Case, name: str, record: JSON, now: JSON) -> None:
    is_ours = bool(now["properties"].get(KEY))
    for field_name, value in record["properties"].items():
        definition = case.schema(name).get(field_name)
        if definition is None or not definition["writable"] or field_name == KEY:
            continue
        may_change = field_name in WRITTEN.get(name, ()) or (name == "orders" and field_name.startswith("hs_"))
        if not (is_ours and may_change) and now["properties"].get(field_name) != value:
            text = f"a record of others in {name}: {field_name} is {now['properties'].get(field_name)}, was {value}"
            case.verdict.tell(name, record["id"], text)


def _links(case: Case, name: str, record: JSON) -> None:
    now = case.crm.records[name][record["id"]]
    for target, others in record["associations"].items():
        for id_ in others:
            alive = not case.crm.records[target][id_]["archived"]
            if alive and id_ not in (now["associations"].get(target) or {}):
                case.verdict.tell(name, record["id"], f"a record of others in {name}: lost its link to {target} {id_}")
