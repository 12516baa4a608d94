"""Reading a store: batches, pages of lines, ids, and what is missing."""

from datetime import timedelta

import httpx
import pytest

from sandbox.mounts import Transport
from sandbox.seed import Size, fill
from sandbox.shopify.checkouts.checkouts import complete_checkout
from sandbox.shopify.orders.order_table import orders_of
from tandem.errors import Misconfigured, Unavailable
from tandem.model import Kind
from tests.shopify.store import Store, run


@pytest.fixture
def store() -> Store:
    return Store()


def test_orders_are_answered_by_number_and_what_is_gone_by_none(store: Store) -> None:
    one, two = store.order(), store.order()
    found = run(store.client.orders([two.legacy_resource_id, "999", one.legacy_resource_id, two.legacy_resource_id]))
    assert found["999"] is None
    names = {id_: node and node["name"] for id_, node in found.items() if id_ != "999"}
    assert names == {one.legacy_resource_id: one.name, two.legacy_resource_id: two.name}
    assert store.calls("graphql nodes") == 1


def test_text_that_is_no_number_names_no_record_and_spoils_no_batch(store: Store) -> None:
    order = store.order()
    odd = ["", "abc", "-1", "1 or 1", "٣", "gid://shopify/Order/1", "9" * 40]
    found = run(store.client.orders([*odd, order.legacy_resource_id]))
    assert [found[id_] for id_ in odd] == [None] * len(odd)
    assert found[order.legacy_resource_id] is not None


def test_nothing_asked_is_nothing_called(store: Store) -> None:
    assert run(store.client.orders([])) == {}
    assert run(store.client.customers(["x"])) == {"x": None}
    assert store.shopify.log.counts == {}


def test_fifty_orders_go_into_one_query(store: Store) -> None:
    ids = [store.order().legacy_resource_id for _ in range(101)]
    found = run(store.client.orders(ids))
    assert [node and node["id"] for node in found.values()] == [f"gid://shopify/Order/{id_}" for id_ in ids]
    assert store.calls("graphql nodes") == 3


@pytest.mark.parametrize("lines", [50, 51, 300, 301, 551])
def test_all_lines_of_an_order_are_read(store: Store, lines: int) -> None:
    short, long = store.order(), store.order(lines=lines)
    found = run(store.client.orders([short.legacy_resource_id, long.legacy_resource_id]))
    node = found[long.legacy_resource_id]
    assert node is not None
    ids = [line["id"] for line in node["lineItems"]["nodes"]]
    assert ids == [line.id for line in long.lines]
    assert not node["lineItems"]["pageInfo"]["hasNextPage"]
    assert store.calls("graphql order") == -(-(lines - 50) // 250)


def test_customers_are_read(store: Store) -> None:
    fill(store.shopify, Size(customers=60, products=1, orders=0, companies=0, checkouts=0), days=1)
    ids = [id_ for id_, _ in run(store.client.ids(Kind.CONTACT)).ids]
    found = run(store.client.customers(ids))
    assert len(found) == 60
    assert all(node is not None and "defaultEmailAddress" in node for node in found.values())


@pytest.mark.parametrize("node", ["yes", "no"])
def test_abandoned_checkouts_are_read_whether_they_are_nodes_or_not(node: str) -> None:
    store = Store(abandoned_checkout_node=node)
    short, long = store.checkout(email="a@example.com"), store.checkout(310, email="b@example.com")
    store.shopify.clock.advance(601)
    fresh = store.checkout(email="c@example.com")
    numbers = [one.legacy_resource_id for one in (short, fresh, long)]
    found = run(store.client.checkouts([*numbers, "x", "999"]))
    assert {id_: bool(node) for id_, node in found.items()} == dict(
        zip([*numbers, "x", "999"], [True, False, True, False, False], strict=True)
    )
    read = found[long.legacy_resource_id]
    assert read is not None
    assert [line["id"] for line in read["lineItems"]["nodes"]] == [line.id for line in long.lines]
    assert not read["lineItems"]["pageInfo"]["hasNextPage"]


def test_an_order_is_found_by_its_checkouts_token(store: Store) -> None:
    checkout = store.checkout(email="a@example.com")
    store.order()
    order = complete_checkout(store.shop, checkout)
    assert run(store.client.orders_of(checkout.token)) == [order.legacy_resource_id]
    assert run(store.client.orders_of("nobody")) == []


@pytest.mark.parametrize("kind", [Kind.ORDER, Kind.CONTACT, Kind.PRODUCT, Kind.COMPANY, Kind.CART])
def test_all_ids_of_a_kind_are_paged_in_their_order(store: Store, kind: Kind) -> None:
    fill(store.shopify, Size(customers=300, products=260, orders=300, companies=5, checkouts=400), days=30)
    store.shopify.clock.advance(601)
    names = {Kind.ORDER: "Order", Kind.CONTACT: "Customer", Kind.PRODUCT: "Product", Kind.COMPANY: "Company"}
    names[Kind.CART] = "AbandonedCheckout"
    there = sorted(store.shop.tables[names[kind]].rows, key=int)
    found: list[str] = []
    after: str | None = None
    for _ in range(len(there) // 250 + 1):
        page = run(store.client.ids(kind, after))
        found += [id_ for id_, _ in page.ids]
        after = page.next
    assert after is None
    assert found == there


def test_changes_are_listed_from_a_time_on_the_oldest_first(store: Store) -> None:
    early = store.order()
    store.shopify.clock.advance(3600)
    since = store.time.now()
    late = [store.order() for _ in range(260)]
    store.shopify.clock.advance(60)
    first = run(store.client.updated(Kind.ORDER, since))
    rest = run(store.client.updated(Kind.ORDER, since, first.next))
    assert rest.next is None
    ids = [id_ for id_, _ in (*first.ids, *rest.ids)]
    assert ids == [order.legacy_resource_id for order in late]
    assert early.legacy_resource_id not in ids
    assert all(since <= at <= since + timedelta(seconds=1) for _, at in first.ids)


@pytest.mark.parametrize("form", ["ac", "opaque"])
def test_abandoned_checkouts_are_listed_with_what_their_link_tells(form: str) -> None:
    store = Store(abandoned_checkout_url=form, abandonment_moves_updated_at="no")
    for number in range(260):
        store.checkout(email=f"buyer.{number}@example.com")
    late = store.checkout(email="late@example.com")
    store.checkout()  # without a contact it is never listed
    store.shopify.clock.advance(601)
    since = store.time.now() - timedelta(days=1)
    first = run(store.client.abandoned(since))
    rest = run(store.client.abandoned(since, first.next))
    assert (len(first.checkouts), len(rest.checkouts), rest.next) == (250, 11, None)
    last = rest.checkouts[-1]
    assert (last.number, last.updated) == (late.legacy_resource_id, late.updated_at)
    assert last.token == (late.token if form == "ac" else None)
    assert run(store.client.abandoned(store.time.now())).checkouts == ()


def test_the_installation_says_what_the_app_may_do(store: Store) -> None:
    store.grant("write_orders", "read_customers")
    found = run(store.client.installation())
    assert found.shop["myshopifyDomain"] == store.shop.settings.domain
    assert {"write_orders", "read_orders", "read_customers"} <= found.scopes
    assert "read_products" not in found.scopes
    assert "2026-10" in found.versions


def test_a_field_without_its_scope_is_null_and_told_of_once(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    order = store.order(lines=2)
    store.grant("read_orders", "read_customers")
    for _ in range(2):
        node = run(store.client.orders([order.legacy_resource_id]))[order.legacy_resource_id]
        assert node is not None
        assert [line["product"] for line in node["lineItems"]["nodes"]] == [None, None]
        assert [line["name"] for line in node["lineItems"]["nodes"]] == [line.name for line in order.lines]
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 2, "one for the product, one for the variant, not one a line or a call"
    assert all("read_products" in text for text in told)


def test_orders_that_may_not_be_read_are_not_taken_for_deleted(store: Store) -> None:
    order = store.order()
    store.grant("read_customers", "read_products")
    with pytest.raises(Misconfigured, match="read_orders"):
        run(store.client.orders([order.legacy_resource_id]))
    with pytest.raises(Misconfigured, match="read_orders"):
        run(store.client.ids(Kind.ORDER))


def test_an_app_without_approval_for_customer_data_is_told_so(store: Store) -> None:
    order = store.order()
    store.shop.settings.protected_data = 0
    with pytest.raises(Misconfigured, match="protected customer data"):
        run(store.client.orders([order.legacy_resource_id]))


def test_an_order_too_old_for_the_apps_scopes_is_none(store: Store) -> None:
    order = store.order()
    store.grant("read_orders", "read_customers", "read_products")
    store.shopify.clock.advance(61 * 86_400)
    assert run(store.client.orders([order.legacy_resource_id])) == {order.legacy_resource_id: None}
    assert orders_of(store.shop).rows


class Poisoned(httpx.AsyncBaseTransport):
    """Shopify, failing within itself whenever one of these orders is asked for."""

    def __init__(self, inner: httpx.AsyncBaseTransport, *ids: str) -> None:
        self._inner, self._ids = inner, ids

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = (await request.aread()).decode()
        if not any(f"Order/{id_}" in body for id_ in self._ids):
            return await self._inner.handle_async_request(request)
        fault = {"message": "Internal error", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}
        return httpx.Response(200, json={"errors": [fault]}, request=request)


@pytest.mark.parametrize("places", [(0,), (59,), (17, 44), (0, 1)])
def test_orders_that_shopify_cannot_answer_do_not_hide_the_others(places: tuple[int, ...]) -> None:
    store = Store()
    ids = [store.order().legacy_resource_id for _ in range(60)]
    poison = [ids[place] for place in places]
    store.serve(Poisoned(Transport(store.shopify), *poison))
    found = run(store.client.orders(ids))
    assert [id_ for id_ in ids if id_ not in found] == poison
    assert all(found.values())


def test_a_store_that_answers_nothing_is_soon_found_out() -> None:
    store = Store()
    ids = [store.order().legacy_resource_id for _ in range(50)]
    store.serve(Poisoned(Transport(store.shopify), *ids))
    with pytest.raises(Unavailable):
        run(store.client.orders(ids))
    assert len(store.drawn) < 20
