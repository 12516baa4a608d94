"""A store with checkouts in every state, and an account that holds what it must, as plain JSON to be spoilt by tests.

The account is written here by the oracle's own values: whether those are right is held elsewhere.
"""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from functools import cache
from typing import Any

from sandbox.hubspot.simulator import HubSpot
from sandbox.oracle.cart_checks import CART_TO_COMPANY, CART_TO_CONTACT, CART_TO_LINE, CART_TO_ORDER
from sandbox.oracle.carts import cart_line_values, cart_values
from sandbox.oracle.contacts import contact_values
from sandbox.oracle.forms import amount, moment
from sandbox.oracle.judge import ORDER_TO_CONTACT, ORDER_TO_LINE
from sandbox.oracle.orders import kept_lines, line_values, order_values
from sandbox.oracle.stages import placed
from sandbox.oracle.views import OBJECTS, Crm, here, store
from sandbox.shopify.simulator import Shopify
from tests.sandbox.judged import Judged

DAY = 86_400
PLACE = {"first_name": "Ada", "address1": "1 Way", "address2": "Left", "city": "Leeds", "country_code": "GB"}
LINES = [{"variant": "DESK", "quantity": 2}, {"variant": "LAMP"}]
NUMBERED = ("price", "tax", "discount", "quantity", "amount")

Links = Iterable[tuple[str, str, int]]
"""Object, record, association type."""


def shop() -> Shopify:
    """A checkout from long ago; Ada's, abandoned; Bo's, recovered; Cy's, whose order was deleted; Di's, deleted; one of
    whose buyer nothing is known; Bo's next, completed at once; Bo's last, under way."""
    shopify = Shopify()
    act = shopify.actions
    act["create_product"](title="Desk", price="100", sku="DESK", option="Size", values=["L"], quantity=99)
    act["create_product"](title="Lamp", price="12.50", sku="LAMP", quantity=99)
    act["create_company"](name="Quill", contact={"email": "ada@example.com"}, location={"name": "HQ"})
    left(shopify, "old@example.com")
    shopify.clock.advance(40 * DAY)
    given = [{"key": "gift", "value": "yes"}]
    abroad = {"currency": "EUR", "rate": "0.4", "tax_rate": "0.2", "discount_code": "TEN"}
    left(shopify, "ada@example.com", address=PLACE, note="Ring twice", custom_attributes=given, **abroad)
    act["complete_checkout"](checkout=left(shopify, "bo@example.com"))
    order = act["complete_checkout"](checkout=left(shopify, "cy@example.com"), payment="pending")
    act["cancel_order"](order=order["name"])
    act["delete_order"](order=order["name"])
    act["delete_checkout"](checkout=left(shopify, "di@example.com"))
    shopify.switches.set("checkout_makes_customer", "no")
    left(shopify, "nobody@example.com")
    shopify.switches.set("checkout_makes_customer", "yes")
    act["complete_checkout"](checkout=act["open_checkout"](lines=LINES, email="bo@example.com")["token"])
    act["open_checkout"](lines=LINES, email="bo@example.com")
    return shopify


def left(shopify: Shopify, email: str, **more: Any) -> str:
    """The token of a checkout that is abandoned now."""
    token = str(shopify.actions["open_checkout"](lines=LINES, email=email, **more)["token"])
    shopify.actions["abandon_checkout"](checkout=token)
    return token


def fresh() -> Judged:
    return deepcopy(_made())


@cache
def _made() -> Judged:
    books = store(here(shop()))
    hubspot = HubSpot()
    account = hubspot.state("account") | {"currencies": ["USD"]}
    empty: dict[str, dict[str, Any]] = {name: {} for name in OBJECTS}
    made = Judged(books, Crm(account, empty), Crm(account, deepcopy(empty)))
    _fill(made)
    return made


class _Account:
    """Writes records into an account, with the properties they need."""

    def __init__(self, judged: Judged) -> None:
        self._records: Any = judged.now.records
        self._schema = judged.now.account["properties"]
        self._shop = judged.books["domain"]

    def put(self, name: str, kind: str, id_: str, values: Mapping[str, str], links: Links = ()) -> str:
        key = {"tandem_key": f"{self._shop}:{kind}:{id_}"}
        for property_name in (*values, "tandem_key"):
            self._schema[name].setdefault(property_name, _definition(property_name))
        new = str(1000 + sum(map(len, self._records.values())))
        record = {"id": new, "archived": False, "properties": {**values, **key}, "associations": {}}
        self._records[name][new] = record
        for target, other, type_id in links:
            record["associations"].setdefault(target, {})[other] = (type_id,)  # type: ignore[attr-defined]
            self._records[target][other]["associations"].setdefault(name, {})[new] = (type_id,)
        return new

    def of(self, name: str, kind: str, id_: str | None) -> list[str]:
        key = f"{self._shop}:{kind}:{id_}"
        return [one["id"] for one in self._records[name].values() if one["properties"].get("tandem_key") == key]


def _definition(name: str) -> dict[str, Any]:
    own_number = name.startswith("tandem_") and name.endswith(NUMBERED)
    type_ = "number" if own_number else "datetime" if name.endswith("_date") else "string"
    return {"type": type_, "unique": False, "writable": True, "options": []}


def _fill(judged: Judged) -> None:
    books, account = judged.books, _Account(judged)
    account.put("products", "product", "1", {"hs_sku": "LAMP", "name": "Lamp"})
    for customer in books["customers"]:
        life = {"lifecyclestage": "customer" if customer["number_of_orders"] else ""}
        account.put("contacts", "contact", customer["id"], contact_values(customer, books["currency"]) | life)
    for firm in {one["company"] for one in books["checkouts"] if one["company"]}:
        account.put("companies", "company", firm, {"name": "Quill"})
    for order in books["orders"]:
        _put_order(judged, account, order)
    for checkout in books["checkouts"]:
        if checkout["abandoned_at"] and checkout["ever_known"]:
            _put_cart(judged, account, checkout)
    for gone in books["deleted_checkouts"]:
        account.put("carts", "cart", gone["token"], {"hs_external_status": "expired"})


def _put_order(judged: Judged, account: _Account, order: Any) -> None:
    pipeline, stage = placed(order, judged.now.account)
    values = {"hs_source_store": judged.books["domain"], "hs_pipeline": pipeline, "hs_pipeline_stage": stage}
    links = [("contacts", id_, ORDER_TO_CONTACT) for id_ in account.of("contacts", "contact", order["customer"])]
    lines = [(line, line_values(order, line, kind)) for line, kind in kept_lines(order)]
    made = [account.put("line_items", "line", line["id"], _known(judged, values)) for line, values in lines]
    links += [("line_items", id_, ORDER_TO_LINE) for id_ in made]
    account.put("orders", "order", order["id"], order_values(order) | values, links)


def _known(judged: Judged, values: Mapping[str, str]) -> dict[str, str]:
    [lamp] = judged.now.live("products")
    return {**values, "hs_product_id": lamp["id"] if values["hs_sku"] == "LAMP" else ""}


def _put_cart(judged: Judged, account: _Account, checkout: Any) -> None:
    order = next((one for one in judged.books["orders"] if one["checkout_token"] == checkout["token"]), None)
    is_old = checkout is judged.books["checkouts"][0]
    state = "recovered" if checkout["completed_at"] else "expired" if is_old else "abandoned"
    life = {
        "hs_source_store": judged.books["domain"],
        "hs_external_token": checkout["token"],
        "hs_external_status": state,
        "tandem_abandoned_date": moment(checkout["updated_at"]),
        "tandem_recovered_date": moment(order["created_at"] if order else checkout["completed_at"]),
        "tandem_recovered_amount": amount(order["sums"]["total"][0]) if order else "",
    }
    links = [("contacts", id_, CART_TO_CONTACT) for id_ in account.of("contacts", "contact", checkout["customer"])]
    links += [("companies", id_, CART_TO_COMPANY) for id_ in account.of("companies", "company", checkout["company"])]
    links += [("orders", id_, CART_TO_ORDER) for id_ in account.of("orders", "order", order["id"] if order else None)]
    for line in checkout["lines"]:
        values = _known(judged, cart_line_values(checkout, line))
        links.append(("line_items", account.put("line_items", "cartline", line["id"], values), CART_TO_LINE))
    account.put("carts", "cart", checkout["token"], cart_values(checkout) | life, links)
