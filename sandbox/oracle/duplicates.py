"""Records of which there may be only one: by our key, by Shopify's order id and store, by e-mail address."""

from collections import defaultdict

from sandbox.oracle.case import Case, addresses
from sandbox.oracle.views import JSON, OBJECTS


def duplicates(case: Case) -> None:
    """Tell of every record but the first of its kind. Archived ones do not count."""
    for name in OBJECTS:
        for key, records in case.by_key[name].items():
            _tell(case, name, f"tandem_key {key}", records)
    by_source: dict[str, list[JSON]] = defaultdict(list)
    for order in case.crm.live("orders"):
        if (source := _source(case, order["properties"])) is not None:
            by_source[source].append(order)
    for source, records in by_source.items():
        _tell(case, "orders", source, records)
    by_address: dict[str, list[JSON]] = defaultdict(list)
    for contact in case.crm.live("contacts"):
        for address in filter(None, dict.fromkeys(addresses(contact))):
            by_address[address].append(contact)
    for records in by_address.values():
        _tell(case, "contacts", "one e-mail address", records)


def _source(case: Case, order: JSON) -> str | None:
    """A store without a name is taken for ours: Shopify's order ids are unique over all stores."""
    if not order.get("hs_external_order_id"):
        return None
    store = (order.get("hs_source_store") or case.domain).casefold().removeprefix("https://").rstrip("/")
    return f"hs_external_order_id {order['hs_external_order_id']} of {store}"


def _tell(case: Case, name: str, what: str, records: list[JSON]) -> None:
    ids = sorted((record["id"] for record in records), key=int)
    for id_ in ids[1:]:
        case.verdict.tell(name, id_, f"{what}: is a duplicate of {name} {ids[0]}")
