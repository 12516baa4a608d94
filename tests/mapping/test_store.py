"""A whole store's orders and customers, as Shopify answers them, are taken by HubSpot as they are."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import httpx
import pytest

from sandbox.clock import START
from sandbox.hubspot.simulator import HubSpot
from sandbox.mounts import Transport
from sandbox.seed import Size, fill
from tandem.mapping.contacts import contact, email
from tandem.mapping.orders import OrderTarget, order
from tandem.mapping.properties import GROUP, OWN_PROPERTIES
from tandem.mapping.stages import DEFAULT_RULES, decide
from tandem.model import Node
from tandem.portal import Portal, Property
from tandem.shopify.documents import CUSTOMERS_BY_ID, ORDERS_BY_ID
from tests.mapping.samples import account
from tests.sandbox.shopify.front import Front

CENT = Decimal("0.01")
CRM = "/crm/objects/2026-09"


@pytest.fixture(scope="module")
def store() -> Front:
    front = Front(seed=5, start=START)
    fill(front.shopify, Size(customers=40, products=20, orders=120, companies=3, checkouts=0), days=60)
    return front


def read(store: Front, name: str, document: str) -> list[Node]:
    ids = [each["id"] for each in store.ask(f"{{ {name}(first: 250) {{ nodes {{ id }} }} }}")[name]["nodes"]]
    found: list[Node] = []
    for start in range(0, len(ids), 25):
        found += store.ask(document, {"ids": ids[start : start + 25]})["nodes"]
        store.shopify.clock.advance(60)
    return found


@pytest.fixture(scope="module")
def orders(store: Front) -> list[Node]:
    return read(store, "orders", ORDERS_BY_ID.text)


@pytest.fixture(scope="module")
def portal(store: Front) -> Portal:
    code = store.shop.settings.currency
    return account(shop=store.shop.settings.domain, home_currency=code, currencies=frozenset())


class Account:
    """A fresh account with Tandem's properties."""

    def __init__(self) -> None:
        self.hubspot = HubSpot(seed=1)
        self.http = httpx.Client(
            transport=Transport(self.hubspot),
            base_url="https://api.hubapi.com",
            headers={"Authorization": f"Bearer {self.hubspot.app.token}"},
        )
        for name, properties in OWN_PROPERTIES.items():
            self.post(f"/crm/properties/2026-09/{name}/groups", GROUP)
            self.post(f"/crm/properties/2026-09/{name}/batch/create", {"inputs": list(properties)})
        self.hubspot.clock.advance(2)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        self.hubspot.clock.advance(1)
        answer = self.http.post(path, json=body)
        assert answer.is_success, answer.text
        result = answer.json()
        assert not result.get("errors"), result
        return result

    def properties(self, name: str) -> dict[str, Property]:
        answer = self.http.get(f"/crm/properties/2026-09/{name}")
        return {
            each["name"]: Property(
                type=each["type"],
                writable=not (each["calculated"] or each["modificationMetadata"]["readOnlyValue"]),
                options=frozenset(option["value"] for option in each["options"]) or None,
            )
            for each in answer.json()["results"]
        }

    def upserted(self, name: str, records: dict[str, dict[str, str]]) -> dict[str, dict[str, Any]]:
        """The records as read back, by key."""
        keys, found = list(records), {}
        for start in range(0, len(keys), 100):
            part = keys[start : start + 100]
            inputs = [
                {"idProperty": "tandem_key", "id": key, "properties": {**records[key], "tandem_key": key}}
                for key in part
            ]
            self.post(f"{CRM}/{name}/batch/upsert", {"inputs": inputs})
            asked = {"inputs": [{"id": key} for key in part], "idProperty": "tandem_key"}
            names = sorted({"tandem_key", *(each for key in part for each in records[key])})
            for each in self.post(f"{CRM}/{name}/batch/read", {**asked, "properties": names})["results"]:
                found[each["properties"]["tandem_key"]] = each["properties"]
        return found


@pytest.fixture(scope="module")
def crm() -> Iterator[Account]:
    opened = Account()
    yield opened
    opened.http.close()


@pytest.fixture(scope="module")
def targets(orders: list[Node], portal: Portal, crm: Account) -> list[OrderTarget]:
    known = {name: crm.properties(name) for name in OWN_PROPERTIES}
    return [order(node, portal.model_copy(update={"properties": known})) for node in orders]


def same(written: dict[str, str], read_back: dict[str, Any]) -> bool:
    return all((read_back[name] or "") == value for name, value in written.items())


def test_hubspot_keeps_every_property_of_every_order(targets: list[OrderTarget], crm: Account) -> None:
    records = {f"o:{target.properties['hs_external_order_id']}": dict(target.properties) for target in targets}
    kept = crm.upserted("orders", records)
    assert len(kept) == len(targets) > 100
    assert all(same(records[key], kept[key]) for key in records)
    assert all(each["hs_currency_code"] == crm.hubspot.portal.currency for each in records.values())


def test_hubspot_keeps_every_property_of_every_line(targets: list[OrderTarget], crm: Account) -> None:
    records = {f"l:{id_}": dict(line.properties) for target in targets for id_, line in target.lines.items()}
    kept = crm.upserted("line_items", records)
    assert len(kept) == len(records) > 100
    assert all(same(records[key], kept[key]) for key in records)


def test_hubspot_keeps_every_property_of_every_customer(store: Front, portal: Portal, crm: Account) -> None:
    nodes = read(store, "customers", CUSTOMERS_BY_ID.text)
    known = portal.model_copy(update={"properties": {"contacts": crm.properties("contacts")}})
    records = {f"c:{node['id']}": contact(node, known) for node in nodes if email(node)}
    kept = crm.upserted("contacts", records)
    assert len(kept) == len(records) > 20
    assert all(same(records[key], kept[key]) for key in records)


def test_lines_add_up_to_the_subtotal(targets: list[OrderTarget]) -> None:
    for target in targets:
        lines = [line.properties for line in target.lines.values()]
        net = sum(Decimal(each["quantity"]) * (Decimal(each["price"]) - Decimal(each["discount"])) for each in lines)
        # units that left took their share of a discount in whole cents
        assert abs(net - Decimal(target.properties["hs_subtotal_price"])) <= CENT * len(lines)


def test_every_order_has_a_stage(targets: list[OrderTarget], portal: Portal) -> None:
    decisions = [decide(target.facts, DEFAULT_RULES, portal) for target in targets]
    assert all(each.stage and not each.unknown for each in decisions)
    assert len({each.stage for each in decisions}) >= 4
