"""A small store and an account that Tandem brought in step with it, as plain JSON to be spoilt by tests."""

from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any

from sandbox.demo.before import furnish
from sandbox.oracle.judge import judge
from sandbox.oracle.verdict import Verdict
from sandbox.oracle.views import Crm, crm, here, store
from sandbox.seed import Size, fill
from sandbox.shopify.orders.order_model import RiskAssessment
from sandbox.shopify.simulator import Shopify
from sandbox.world.loop import run
from sandbox.world.ready import ready
from sandbox.world.world import LocalWorld
from tandem.model import Kind


@dataclass
class Judged:
    """`books` of the store, and the account `now` and as others left it `before`: all of it may be changed at will."""

    books: Any
    now: Crm
    before: Crm

    def verdict(self) -> Verdict:
        return judge(self.books, self.now, self.before)

    def said(self) -> list[str]:
        return [str(difference) for difference in self.verdict().differences]

    def order(self, name: str) -> Any:
        """A HubSpot order by the name it has in Shopify."""
        live = (order for order in self.now.live("orders"))
        return next(order for order in live if order["properties"].get("hs_order_name") == name)

    def others(self, record: Any, name: str) -> list[Any]:
        """The records it is associated with."""
        return [self.now.records[name][id_] for id_ in record["associations"].get(name, {})]

    def add(self, name: str, record: Any) -> Any:
        """One more record, a copy of another."""
        new = deepcopy(record)
        new["id"] = str(900_000_000 + sum(len(records) for records in self.now.records.values()))
        for target, links in new["associations"].items():
            for id_ in links:
                self.now.records[target][id_]["associations"].setdefault(name, {})[new["id"]] = (514,)
        self.now.records[name][new["id"]] = new  # type: ignore[index]
        return new

    def unlink(self, name: str, record: Any, target: str, id_: str) -> None:
        del record["associations"][target][id_]
        del self.now.records[target][id_]["associations"][name][record["id"]]


def fresh() -> Judged:
    return deepcopy(_judged())


@cache
def _judged() -> Judged:
    world = LocalWorld(seed=11)
    fill(world.shopify, Size(customers=25, products=12, orders=60, companies=3, checkouts=0), days=60)
    _act(world.shopify)
    furnish(world.shopify.shop, world.hubspot)
    run(world.clock, world.live(60))
    return run(world.clock, _sync(world))


def _act(shopify: Shopify) -> None:
    """What a generated store has too little of."""
    act = shopify.actions
    orders = [order for order in shopify.shop.table("Order").rows.values() if not order.test]
    buyer = next(customer.email for customer in shopify.shop.customers.rows.values() if customer.email)
    place = {"company": "Quill", "phone": "+15550100", "address1": "1 Way", "city": "Leeds", "country_code": "GB"}
    act["edit_customer"](customer=buyer, addresses=[place], note="Calls first", tags=["vip"])
    new = act["place_order"](
        lines=[{"title": "Engraving", "price": "12.50"}, {"title": "Box", "price": "3", "quantity": 4}],
        customer=buyer,
        shipping="5",
        discount_code="SPRING",
        tax_rate="0.19",
        currency="EUR",
        rate="0.9",
        address={"first_name": "Ada", "address1": "1 Way", "address2": "Left", "city": "Leeds", "country_code": "GB"},
        note="Ring twice",
        tags=["gift", "rush"],
    )
    act["edit_order_details"](
        order=new["name"], po_number="PO-7", custom_attributes=[{"key": "engraving", "value": "M & J"}]
    )
    act["refund_order"](order=new["name"], amount="2", note="Scratched")
    act["edit_order"](order=new["name"], quantities={new["lines"][1]["id"]: 0})
    act["fulfill_order"](order=new["name"], numbers=["1Z999"], company="UPS")
    act["place_order"](lines=[{"title": "Card", "price": "1"}], customer=buyer, payment="pending", test=True)
    cancelled = act["place_order"](lines=[{"title": "Card", "price": "1"}], customer=buyer)
    act["cancel_order"](order=cancelled["name"], reason="FRAUD")
    orders[0].risk = (RiskAssessment("MEDIUM"), RiskAssessment("LOW"))


async def _sync(world: LocalWorld) -> Judged:
    before = crm(here(world.hubspot))
    await ready(world)
    firms = iter(world.shopify.shop.companies.rows)
    values = {"name": "Quill Trading", "tandem_key": f"{world.shop}:company:{next(firms)}"}
    world.hubspot.actions["create"](object_type="companies", properties=values)
    await world.mark(Kind.CONTACT, *world.shopify.shop.customers.rows)
    await world.mark(Kind.ORDER, *world.shopify.shop.table("Order").rows)
    await world.settle()
    return Judged(store(here(world.shopify)), crm(here(world.hubspot)), before)
