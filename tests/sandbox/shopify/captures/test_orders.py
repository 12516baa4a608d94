"""Recorded answers about orders, given again by the simulated store."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sandbox.shopify.customers import customers
from sandbox.shopify.money import Rate
from sandbox.shopify.orders.order_create import NewLine, NewShipping, place_order
from sandbox.shopify.orders.order_model import Order
from sandbox.shopify.orders.order_table import orders_of
from sandbox.shopify.orders.payments import NewTransaction
from tests.sandbox.shopify.front import Front
from tests.sandbox.shopify.replay import learn, mapped, recorded, replayed
from tests.sandbox.shopify.selections import selection

MANUAL = NewTransaction(gateway="manual")


class Store(Front):
    """The recorded store: Canadian. `ids` are the recorded ids, each with ours, learned on the way."""

    def __init__(self) -> None:
        super().__init__()
        self.shop.settings.country = "CA"
        self.shop.settings.currency = "CAD"
        self.ids: dict[str, str] = {}

    def play(self, step: dict[str, Any], **options: Any) -> Any:
        """Ask what was asked and demand the recorded answer; then some time passes."""
        response = step["response"]
        recording = response.get("payload") or response.get("body") or response
        query, variables = step["query"], mapped(step["variables"], self.ids)
        answer = self.post(query, variables).json()
        self.wait(1)
        replayed(answer, {"data": recording["data"]}, **options)
        learn(self.ids, answer, recording)
        return answer["data"]


@pytest.fixture
def store() -> Store:
    return Store()


def at_version(store: Store, version: str) -> None:
    store.graphql = f"/admin/api/{version}/graphql.json"


def read(order: Any, **fields: str) -> str:
    """A document that reads an order as it was recorded."""
    return f"query($id: ID!) {{ order(id: $id) {selection(order, **fields)} }}"


def custom_order(store: Store, price: str, **about: Any) -> Order:
    """An order of one custom line that nobody has paid, nor anybody placed by name."""
    amount = Decimal(price)
    about.setdefault("transactions", ())
    return place_order(store.shop, [NewLine(title="Line", price=amount)], **about)


def test_money_bag_presentment_parity(store: Store, shared: Path) -> None:
    """A payment is worth what the buyer's currency is worth that day, whatever the order said."""
    capture = recorded(shared, "money-bag-presentment-parity")
    orders_of(store.shop).exchange["USD"] = Decimal("1.4192")
    at_version(store, capture["apiVersion"])
    for name in ("orderCreate", "orderEditBegin", "orderEditCommit", "markAsPaid", "refund"):
        store.play(capture[name])
    [cleanup] = capture["cleanup"]
    store.play(cleanup)


def test_order_create_math_matrix(store: Store, shared: Path) -> None:
    capture = recorded(shared, "order-create-math-matrix")
    for case in capture["cases"].values():
        store.play({**case, "query": capture["document"]}, differs={"name"})
    cancel = """mutation($orderId: ID!) {
      orderCancel(orderId: $orderId, reason: OTHER, restock: true) { job { id done } userErrors { field message } }
    }"""
    for gid, response in capture["cleanup"].items():
        store.play({"query": cancel, "variables": {"orderId": gid}, "response": response})


def test_order_live_hybrid_mixed_catalog(store: Store, shared: Path) -> None:
    capture = recorded(shared, "order-live-hybrid-mixed-catalog")
    for step in capture["operations"].values():
        store.play(step, differs={"name"})
    for step in capture["cleanup"]:
        store.play(step)


def test_refund_create_full_parity(store: Store, shared: Path) -> None:
    """A refund line of an unsent unit that is not restocked is worth 0.0, though 15.00 went back."""
    capture = recorded(shared, "refund-create-full-parity")
    at_version(store, "2025-01")
    [hydrate] = capture["upstreamCalls"]
    order = place_order(
        store.shop,
        [NewLine(title="Hermes refundable full item", price=Decimal("10.00"))],
        shipping=[NewShipping("Ground", Decimal("5.00"))],
        transactions=[MANUAL],
    )
    before = hydrate["response"]["body"]["data"]["order"]
    learn(store.ids, order.id, before["id"])
    learn(store.ids, order.lines[0].id, before["lineItems"]["nodes"][0]["id"])
    learn(store.ids, order.transactions[0].id, before["transactions"][0]["id"])
    store.play(hydrate, differs={"name"})
    change = capture["mutation"]["response"]["data"]["refundCreate"]
    fields = selection(change, refundLineItems="refundLineItems(first: 5)", transactions="transactions(first: 5)")
    query = f"mutation($input: RefundInput!) {{ refundCreate(input: $input) {fields} }}"
    store.play({"query": query, "variables": capture["variables"], "response": capture["mutation"]["response"]})
    returns = "returns(first: 5) { nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }"
    after = capture["downstreamRead"]["response"]["data"]["order"]
    query = read({key: value for key, value in after.items() if key != "returns"})
    query = query.replace("order(id: $id) {", f"order(id: $id) {{ {returns}", 1)
    store.play({**capture["downstreamRead"], "query": query}, differs={"name"})


def test_order_catalog_count_read(store: Store, shared: Path) -> None:
    """The five orders its lists show, the two tagged ones among them."""
    capture = recorded(shared, "order-catalog-count-read")
    call, following = capture["upstreamCalls"]
    data = call["response"]["body"]["data"]
    shown = {node["id"]: node for name in ("seedCatalog", "byStatus") for node in data[name]["nodes"]}
    for node in sorted(shown.values(), key=lambda node: int(node["id"].rpartition("/")[2])):
        order = custom_order(
            store,
            node.get("currentTotalPriceSet", {"shopMoney": {"amount": "1.0"}})["shopMoney"]["amount"],
            name=node["name"],
            email=node.get("email"),
            tags=tuple(node.get("tags", ())),
            transactions=[MANUAL],
        )
        store.ids[node["id"]] = order.id
        store.wait(60)
    numbers = {gid.rpartition("/")[2]: ours.rpartition("/")[2] for gid, ours in store.ids.items()}
    variables = call["variables"]
    for name in ("idQuery", "combinedQuery"):
        for theirs, ours in numbers.items():
            variables[name] = variables[name].replace(theirs, ours)
    answer = store.play(call)
    following["variables"]["after"] = answer["recent"]["pageInfo"]["endCursor"]
    store.play(following)


def test_order_edit_commit_derived_statuses(store: Store, shared: Path) -> None:
    """Its order came from a draft; an equal one is placed."""
    capture = recorded(shared, "order-edit-commit-derived-statuses")
    drafted = capture["draftComplete"]["response"]["data"]["draftOrderComplete"]["draftOrder"]["order"]
    order = custom_order(store, "10.00", transactions=[MANUAL], source_name="shopify_draft_order")
    store.ids[drafted["id"]] = order.id
    query = read(drafted)
    store.play({"query": query, "variables": {"id": drafted["id"]}, "response": {"data": {"order": drafted}}})
    for name in ("begin", "addCustomItem", "commit", "downstreamRead", "cleanup"):
        store.play(capture[name])


def test_order_cancel_parity(store: Store, shared: Path) -> None:
    """Nothing was paid, nothing restocked: the totals fall to zero all the same, the status stays null."""
    capture = recorded(shared, "orderCancel-parity")
    [hydrate] = capture["upstreamCalls"]
    store.ids[capture["variables"]["orderId"]] = custom_order(store, "14.00", rate=Rate("USD", "USD")).id
    store.play(hydrate, differs={"name"})
    query = """mutation(
      $orderId: ID!, $restock: Boolean!, $reason: OrderCancelReason!, $notifyCustomer: Boolean, $staffNote: String
    ) {
      orderCancel(
        orderId: $orderId, restock: $restock, reason: $reason, notifyCustomer: $notifyCustomer, staffNote: $staffNote
      ) { orderCancelUserErrors { field message } }
    }"""
    store.play({"query": query, "variables": capture["variables"], "response": capture["mutation"]["response"]})
    store.play({**capture["downstreamRead"], "query": hydrate["query"]}, differs={"name"})


def test_order_customer_set_parity(store: Store, shared: Path) -> None:
    capture = recorded(shared, "orderCustomerSet-parity")
    order_read, customer_read = capture["upstreamCalls"]
    known = customer_read["response"]["body"]["data"]["customer"]
    first, last = known["displayName"].split()
    customer = customers.create(store.shop, first_name=first, last_name=last, email=known["email"])
    store.ids[known["id"]] = customer.id
    store.ids[capture["variables"]["orderId"]] = custom_order(store, "15.00", rate=Rate("USD", "USD")).id
    store.play(order_read, differs={"name"})
    store.play(customer_read)
    change = capture["mutation"]["response"]["data"]["orderCustomerSet"]
    fields = selection(change, transactions="transactions { kind status }")
    query = f"""mutation($orderId: ID!, $customerId: ID!) {{
      orderCustomerSet(orderId: $orderId, customerId: $customerId) {fields}
    }}"""
    step = {"query": query, "variables": capture["variables"], "response": capture["mutation"]["response"]}
    store.play(step, differs={"name"})
    store.play({**capture["downstreamRead"], "query": order_read["query"]}, differs={"name"})


def test_order_mark_as_paid_state_and_money(store: Store, shared: Path) -> None:
    capture = recorded(shared, "orderMarkAsPaid-state-and-money")
    orders_of(store.shop).exchange["USD"] = Decimal("1.3608")
    hydrate = capture["upstreamCalls"][0]["query"]
    for setup in capture["setup"].values():
        made = setup["response"]["data"]["orderCreate"]
        fields = selection(made, transactions="transactions { id }")
        query = f"""mutation($order: OrderCreateOrderInput!, $options: OrderCreateOptionsInput) {{
          orderCreate(order: $order, options: $options) {fields}
        }}"""
        step = {"query": query, "variables": setup["variables"], "response": setup["response"]}
        store.play(step, differs={"name"})
        store.play({**setup["hydrate"], "query": hydrate}, differs={"name"})
    for case in capture["cases"].values():
        fields = selection(case["response"]["payload"]["data"]["orderMarkAsPaid"])
        query = f"mutation($input: OrderMarkAsPaidInput!) {{ orderMarkAsPaid(input: $input) {fields} }}"
        store.play({**case, "query": query})


def test_order_update_multi_page_hydration(store: Store, shared: Path) -> None:
    capture = recorded(shared, "orderUpdate-multi-page-hydration")
    store.play(capture["setup"]["orderCreate"], differs={"name"})
    first, second = capture["upstreamCalls"]
    page = store.play(first, differs={"name"})["order"]["lineItems"]["pageInfo"]
    second["variables"]["lineItemsAfter"] = page["endCursor"]
    store.play(second, differs={"name"})
    change = capture["mutation"]["response"]["data"]["orderUpdate"]
    fields = selection(change, lineItems="lineItems(first: 20)")
    query = f"mutation($input: OrderInput!) {{ orderUpdate(input: $input) {fields} }}"
    store.play({"query": query, "variables": capture["variables"], "response": capture["mutation"]["response"]})
    store.play(capture["cleanup"])


def test_draft_order_complete_parity(store: Store, shared: Path) -> None:
    """Drafts are not modelled; the order that came of one is read as recorded: its source is the app's id."""
    capture = recorded(shared, "draft-order-complete-parity")
    drafted = capture["mutation"]["response"]["data"]["draftOrderComplete"]["draftOrder"]["order"]
    order = place_order(
        store.shop,
        [
            NewLine(
                title=line["title"],
                quantity=line["quantity"],
                sku=line["sku"],
                price=Decimal(line["originalUnitPriceSet"]["shopMoney"]["amount"]),
            )
            for line in drafted["lineItems"]["nodes"]
        ],
        transactions=[MANUAL],
        source_name=drafted["sourceName"],
        app_id=drafted["sourceName"],
        note=drafted["note"],
        tags=tuple(drafted["tags"]),
    )
    query = read(drafted, lineItems="lineItems(first: 5)")
    store.ids[drafted["id"]] = order.id
    step = {"query": query, "variables": {"id": drafted["id"]}, "response": {"data": {"order": drafted}}}
    store.play(step, differs={"name"})


def test_draft_order_complete_payment_terms_pending(store: Store, shared: Path) -> None:
    """Drafts and payment terms are not modelled; the order waits for its money as recorded."""
    capture = recorded(shared, "draft-order-complete-payment-terms-pending")
    waiting = NewTransaction(status="PENDING", gateway="manual")
    order = custom_order(store, "42.00", transactions=[waiting])
    store.ids[capture["orderRead"]["variables"]["id"]] = order.id
    store.play(capture["orderRead"])
