"""The store generator: same seed, same store; and everything a real store surprises with is in it."""

import hashlib
import unicodedata
from collections import Counter
from decimal import Decimal

import httpx
import pytest

from sandbox.mounts import Transport
from sandbox.people import person
from sandbox.seed import Size, fill
from sandbox.shopify.model import Customer
from sandbox.shopify.orders.order_model import Order
from sandbox.shopify.orders.order_money import current_total, total_price
from sandbox.shopify.orders.order_status import display_financial_status, display_fulfillment_status, return_status
from sandbox.shopify.orders.order_table import orders_of
from sandbox.shopify.products.product_model import ProductVariant
from sandbox.shopify.simulator import STATIC_TOKEN, Shopify

SIZE = Size(customers=300, products=80, orders=1_500, companies=5, checkouts=40)


@pytest.fixture(scope="module")
def store() -> Shopify:
    shopify = Shopify(seed=3)
    fill(shopify, SIZE)
    return shopify


def orders(store: Shopify) -> list[Order]:
    return list(orders_of(store.shop).rows.values())


def buyers(store: Shopify) -> list[Customer]:
    return list(store.shop.customers.rows.values())


def variants(store: Shopify) -> list[ProductVariant]:
    return list(store.shop.variants.rows.values())


def digest(shopify: Shopify) -> str:
    """Of all that trade decides."""
    text = [
        f"{o.id} {o.updated_at} {o.email} {total_price(o)} {[(line.sku, line.quantity) for line in o.lines]}"
        f"{[(p.name, p.display_status, p.tracking) for p in o.fulfillments]} {[(r.name, r.status) for r in o.returns]}"
        for o in orders(shopify)
    ]
    text += [f"{c.id} {c.email} {c.phone} {c.first_name} {c.amount_spent}" for c in buyers(shopify)]
    return hashlib.sha256("\n".join(text).encode()).hexdigest()


def test_the_same_seed_gives_the_same_store() -> None:
    first, again, other = (Shopify(seed=seed) for seed in (5, 5, 6))
    for shopify in (first, again, other):
        fill(shopify, Size(40, 10, 200, 2, 8))
    assert digest(first) == digest(again)
    assert digest(first) != digest(other)


def test_sizes_are_as_asked_and_time_ends_where_it_should(store: Shopify) -> None:
    assert len(orders(store)) == SIZE.orders
    assert len(store.shop.products.rows) == SIZE.products
    assert len(buyers(store)) >= SIZE.customers
    assert len(store.shop.companies.rows) == SIZE.companies
    assert (store.clock.now - orders(store)[0].created_at).days == 179


def test_a_few_buyers_come_again_and_again(store: Shopify) -> None:
    count = Counter(order.customer.id for order in orders(store) if order.customer)
    top = sum(number for _, number in count.most_common(len(buyers(store)) // 10))
    assert top > 0.4 * sum(count.values())
    assert sum(number == 1 for number in count.values()) > 50


def test_stores_share_people_and_their_addresses() -> None:
    one, two = Shopify(seed=1), Shopify(seed=2)
    fill(one, Size(100, 40, 0, 0, 0), store=0)
    fill(two, Size(100, 40, 0, 0, 0), store=1)
    shared = {c.email for c in buyers(one) if c.email} & {c.email for c in buyers(two) if c.email}
    assert 20 <= len(shared) <= 30
    skus = {v.sku for v in variants(one) if v.sku} & {v.sku for v in variants(two) if v.sku}
    assert skus


def test_names_are_written_in_every_way(store: Shopify) -> None:
    names = [name for c in buyers(store) for name in (c.first_name, c.last_name) if name]
    text = "".join(names)
    scripts = {unicodedata.name(letter, "").split()[0] for letter in text if letter.isalpha()}
    assert {"LATIN", "CYRILLIC", "GREEK", "ARABIC", "HEBREW", "CJK", "HANGUL", "THAI", "DEVANAGARI"} <= scripts
    assert any(unicodedata.normalize("NFC", name) != name for name in names)
    assert any(ord(letter) > 0xFFFF for letter in text)
    assert "\u200b" in text
    assert any("<b>" in name for name in names)


def test_customers_come_without_address_or_name_and_in_odd_spelling(store: Shopify) -> None:
    assert any(c.email is None and c.phone for c in buyers(store))
    assert any(c.first_name is None and c.last_name is None for c in buyers(store))
    spelled = [person(number).email or "" for number in range(300)]
    assert any(email.isupper() for email in spelled)
    assert any("+shop@" in email for email in spelled)


def test_skus_are_empty_and_equal(store: Shopify) -> None:
    skus = [v.sku for v in variants(store)]
    assert None in skus
    assert Counter(skus)["SKU-COMMON"] > 1


def test_orders_are_of_every_kind(store: Shopify) -> None:
    every = orders(store)
    assert {"USD", "EUR", "CAD", "JPY", "BHD"} == {o.rate.presentment for o in every}
    assert any(o.company_location for o in every)
    assert any(o.customer is None and o.email for o in every)
    assert any(o.source_name == "pos" and o.customer is None for o in every)
    assert any(o.test for o in every)
    assert any(total_price(o).shop == 0 for o in every)
    assert any(o.cancelled_at for o in every)
    assert any(refund.lines for o in every for refund in o.refunds)
    assert any(not refund.lines for o in every for refund in o.refunds)
    assert any(line.attributes and line.attributes[0][0] == "_bundle" for o in every for line in o.lines)
    assert {"SALE", "AUTHORIZATION"} <= {o.transactions[0].kind for o in every if o.transactions}
    assert any(t.expired for o in every for t in o.transactions)


def test_most_paid_orders_are_sent_and_arrive(store: Shopify) -> None:
    every = orders(store)
    paid = [o for o in every if display_financial_status(o) == "PAID" and o.cancelled_at is None]
    sent = [o for o in paid if display_fulfillment_status(store.shop, o) == "FULFILLED"]
    assert 0.65 < len(sent) / len(paid) < 0.77
    assert all(o.closed_at for o in sent)
    parcels = [one for o in every for one in o.fulfillments]
    posted = [one for one in parcels if one.order.source_name != "pos" and one.service == "manual"]
    assert sum(one.delivered_at is not None for one in posted) > 0.8 * len(posted)
    assert {"CANCELED", "ATTEMPTED_DELIVERY"} <= {one.display_status for one in parcels}
    assert sum(len(o.fulfillments) > 1 for o in every) > 0.05 * len(every)
    assert sum(bool(one.tracking) for one in posted) > 0.8 * len(posted)


def test_some_orders_are_on_hold_and_some_are_sent_before_they_are_paid(store: Shopify) -> None:
    pairs = {(display_financial_status(o), display_fulfillment_status(store.shop, o)) for o in orders(store)}
    assert {("PAID", "ON_HOLD"), ("PENDING", "FULFILLED"), ("PARTIALLY_REFUNDED", "FULFILLED")} <= pairs


def test_no_more_is_sent_than_was_ordered(store: Shopify) -> None:
    for o in orders(store):
        sent = Counter[str]()
        for parcel in o.fulfillments:
            sent.update({one.line_item.id: one.quantity for one in parcel.lines if parcel.status == "SUCCESS"})
        assert all(sent[line.id] == line.fulfilled_quantity <= line.quantity for line in o.lines)
        assert all(line.unfulfilled_quantity >= 0 and line.kept_quantity >= 0 for line in o.lines)


def test_two_in_a_hundred_come_back(store: Shopify) -> None:
    back = [one for o in orders(store) for one in o.returns]
    assert 0.01 < len(back) / SIZE.orders < 0.035
    assert {"CLOSED", "DECLINED"} <= {one.status for one in back}
    assert any(one.refunds for one in back)
    assert {"RETURNED", "NO_RETURN"} <= {return_status(o) for o in orders(store)}


def test_only_what_was_looked_at_costs_room(store: Shopify) -> None:
    assert sum(bool(o.fulfillment_orders) for o in orders(store)) < 0.03 * SIZE.orders


def test_great_orders_have_more_lines_than_a_page() -> None:
    shopify = Shopify(seed=11)
    fill(shopify, Size(20, 10, 6_000, 1, 0))
    assert max(len(o.lines) for o in orders(shopify)) > 250


def test_yen_and_dinars_have_their_own_places(store: Shopify) -> None:
    for currency, places in (("JPY", 0), ("BHD", 3)):
        of_it = [o for o in orders(store) if o.rate.presentment == currency]
        amounts = [current_total(o).presentment for o in of_it]
        assert amounts
        assert all(amount == round(amount, places) for amount in amounts)
    assert any(total_price(o).presentment * 100 % 1 for o in orders(store) if o.rate.presentment == "BHD")


def test_the_store_answers_for_what_was_put_in(store: Shopify) -> None:
    """The API's own count and sum agree with the state."""
    client = httpx.Client(
        transport=Transport(store),
        base_url=f"https://{store.shop.settings.domain}",
        headers={"X-Shopify-Access-Token": STATIC_TOKEN},
    )
    store.clock.advance(120)
    seen: dict[str, Decimal] = {}
    cursor = None
    while True:
        query = (
            "query($after: String) { orders(first: 250, after: $after, sortKey: UPDATED_AT) {"
            " pageInfo { hasNextPage endCursor } nodes { id totalPriceSet { shopMoney { amount } } } } }"
        )
        answer = client.post("/admin/api/2026-10/graphql.json", json={"query": query, "variables": {"after": cursor}})
        page = answer.json()["data"]["orders"]
        seen |= {node["id"]: Decimal(node["totalPriceSet"]["shopMoney"]["amount"]) for node in page["nodes"]}
        cursor = page["pageInfo"]["endCursor"]
        store.clock.advance(10)
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == {o.id: total_price(o).shop for o in orders(store) if o.id in seen}
    recent = [o for o in orders(store) if (store.clock.now - o.created_at).days < 59]
    assert {o.id for o in recent} <= seen.keys()
