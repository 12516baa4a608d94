"""Checkouts: from the first look to the order, or to oblivion."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sandbox.shopify.checkouts import checkouts
from sandbox.shopify.checkouts.checkout_abandonment import checkouts_of, send_recovery_email, sweep
from sandbox.shopify.checkouts.checkout_model import Checkout
from sandbox.shopify.customers import customers
from sandbox.shopify.model import MailingAddress
from sandbox.shopify.money import Rate
from sandbox.shopify.orders.order_create import NewShipping
from sandbox.shopify.orders.order_discounts import NewDiscount
from sandbox.shopify.products import catalog
from sandbox.shopify.products.product_model import ProductVariant
from tests.sandbox.shopify.front import Front
from tests.sandbox.shopify.test_products import heard, shape

EMAIL = "ines.moreau@example.com"
TAX = (("Oregon Demo Tax", Decimal("0.085")),)
TEN_MINUTES = 600
DAY = 86_400
LIST = """query($query: String, $sortKey: AbandonedCheckoutSortKeys, $reverse: Boolean) {
  abandonedCheckouts(first: 50, query: $query, sortKey: $sortKey, reverse: $reverse) {
    nodes { id name createdAt updatedAt completedAt } } }"""


def variant(front: Front, title: str = "Linen Notebook", price: str = "24.00", **more: Any) -> ProductVariant:
    new: catalog.NewVariant = {"price": Decimal(price), "sku": title[:2], "weight": Decimal("0.24"), **more}  # type: ignore[typeddict-item]  # what a test adds
    return catalog.create_product(front.shop, title, variants=[new]).variants[0]


def address() -> MailingAddress:
    return MailingAddress("1", "Inès", "Moreau", None, "12 Alder Street", None, "Eugene", "OR", "US", "97401")


def opened(front: Front, **more: Any) -> Checkout:
    return checkouts.open_checkout(front.shop, [(variant(front), 2)], **more)


def abandoned(front: Front, email: str = EMAIL, **more: Any) -> Checkout:
    checkout = opened(front, email=email, **more)
    front.wait(TEN_MINUTES)
    return checkout


def listed(front: Front, query: str | None = None, **more: Any) -> list[str]:
    asked = {"query": query, **more}
    return [node["name"] for node in front.ask(LIST, asked)["abandonedCheckouts"]["nodes"]]


def test_a_checkout_is_abandoned_ten_minutes_after_its_contact_and_no_topic_tells() -> None:
    front = Front()
    nameless = opened(front)
    checkout = opened(front)
    front.wait(TEN_MINUTES)
    assert listed(front) == []
    checkouts.update_checkout(front.shop, checkout, email=EMAIL)
    told = heard(front)
    front.wait(TEN_MINUTES - 1)
    assert listed(front) == []
    front.wait(1)
    assert listed(front) == [checkout.name]
    assert told == []
    assert nameless.abandoned_at is None


@pytest.mark.parametrize(("setting", "late"), [("contact", False), ("last change", True)])
def test_from_when_the_ten_minutes_count_is_a_switch(setting: str, late: bool) -> None:
    front = Front({"abandoned_after": setting})
    checkout = opened(front, email=EMAIL)
    front.wait(540)
    checkouts.update_checkout(front.shop, checkout, note="gift")
    front.wait(60)
    assert (listed(front) == []) is late
    front.wait(540)
    assert listed(front) == [checkout.name]


@pytest.mark.parametrize(("setting", "found"), [("no", False), ("yes", True)])
def test_whether_abandonment_moves_updated_at_is_a_switch(setting: str, found: bool) -> None:
    front = Front({"abandonment_moves_updated_at": setting})
    checkout = abandoned(front)
    assert (checkout.updated_at > checkout.created_at) is found
    assert (listed(front, "updated_at:>='2026-11-02T09:05:00Z'") == [checkout.name]) is found


@pytest.mark.parametrize(("setting", "number"), [("recoverable", 2), ("all", 3)])
def test_which_channels_are_listed_is_a_switch(setting: str, number: int) -> None:
    front = Front({"abandoned_channels": setting})
    for source in ("web", "buy_button", "pos"):
        opened(front, email=EMAIL, source_name=source)
    front.wait(TEN_MINUTES)
    assert len(listed(front)) == number


def test_a_completed_checkout_gives_an_order_with_both_tokens() -> None:
    front = Front()
    checkout = opened(front, email=EMAIL, taxes=TAX, shipping=NewShipping("Standard", Decimal("7.50"), "STD"))
    checkouts.update_checkout(front.shop, checkout, shipping_address=address(), discounts=(tenth(),))
    told = heard(front)
    order = checkouts.complete_checkout(front.shop, checkout)
    assert (order.checkout_token, order.cart_token) == (checkout.token, checkout.cart_token)
    topics = [topic for topic, _ in told]
    assert topics.index("checkouts/update") < topics.index("orders/create")
    last = told[topics.index("checkouts/update")][1]
    body = told[topics.index("orders/create")][1]
    assert last["completed_at"] == "2026-11-02T01:00:00-08:00"
    for key in ("total_price", "subtotal_price", "total_tax", "total_discounts", "total_line_items_price"):
        assert body[key] == last[key], key
    assert body["checkout_token"] == last["token"]
    front.wait(TEN_MINUTES)
    assert listed(front) == []
    with pytest.raises(ValueError, match="is completed"):
        checkouts.update_checkout(front.shop, checkout, note="late")


def tenth() -> NewDiscount:
    return NewDiscount("SAVE10", percentage=Decimal(10))


@pytest.mark.parametrize(("by_link", "state"), [(True, "recovered"), (False, "not_recovered")])
def test_only_the_recovery_link_makes_a_checkout_recovered(by_link: bool, state: str) -> None:
    front = Front()
    checkout = abandoned(front)
    checkouts.complete_checkout(front.shop, checkout, by_link=by_link)
    assert listed(front, f"recovery_state:{state}") == [checkout.name]
    [node] = front.ask(LIST)["abandonedCheckouts"]["nodes"]
    assert node["completedAt"] == "2026-11-02T09:10:00Z"


def test_a_till_has_no_recovery_link() -> None:
    front = Front()
    checkout = opened(front, source_name="pos")
    with pytest.raises(ValueError, match="no recovery link"):
        checkouts.complete_checkout(front.shop, checkout, by_link=True)


@pytest.mark.parametrize(("setting", "closed"), [("closed", True), ("open", False)])
def test_whether_a_completed_one_is_closed_is_a_switch(setting: str, closed: bool) -> None:
    front = Front({"completed_checkout_status": setting})
    done, waiting = abandoned(front), abandoned(front)
    checkouts.complete_checkout(front.shop, done)
    assert listed(front, "status:closed") == ([done.name] if closed else [])
    assert waiting.name in listed(front, "status:open")


def test_one_buyer_may_leave_several_checkouts() -> None:
    front = Front()
    first = opened(front, email=EMAIL, cart_token="hWN1")
    second = opened(front, email=EMAIL, cart_token="hWN1")
    assert first.token != second.token
    assert first.customer is second.customer is not None
    front.wait(TEN_MINUTES)
    checkouts.complete_checkout(front.shop, second)
    assert sorted(listed(front)) == sorted([first.name, second.name])


@pytest.mark.parametrize(("setting", "made"), [("yes", True), ("no", False)])
def test_whether_a_contact_makes_a_customer_is_a_switch(setting: str, made: bool) -> None:
    front = Front({"checkout_makes_customer": setting})
    checkout = abandoned(front)
    assert (checkout.customer is not None) is made
    abandonment = front.ask(ABANDONMENT, {"id": checkout.id})["abandonmentByAbandonedCheckoutId"]
    assert (abandonment is not None) is made
    known = customers.create(front.shop, email="mira.okonjo@example.com")
    assert opened(front, email="Mira.Okonjo@example.com").customer is known


def test_a_checkout_follows_its_customer_through_a_merge_and_into_the_void() -> None:
    front = Front()
    checkout, other = abandoned(front), abandoned(front, "mira.okonjo@example.com")
    done = front.act("merge_customers", one=EMAIL, two="mira.okonjo@example.com")
    assert front.shop.node(done["lost"]) is None
    for one in (checkout, other):
        assert front.ask(URL, {"id": one.id})["node"]["customer"] == {"id": done["kept"]}
    front.act("delete_customer", customer=done["kept"])
    assert front.ask(URL, {"id": checkout.id})["node"]["customer"] is None


ABANDONMENT = """query($id: ID!) { abandonmentByAbandonedCheckoutId(abandonedCheckoutId: $id) {
  id emailState emailSentAt customerHasNoOrderSinceAbandonment hoursSinceLastAbandonedCheckout
  isMostSignificantAbandonment abandonedCheckoutPayload { id } } }"""


def test_an_abandonment_knows_of_mail_and_orders_since() -> None:
    front = Front()
    checkout = abandoned(front)
    front.wait(5_400)
    send_recovery_email(front.shop, checkout)
    found = front.ask(ABANDONMENT, {"id": checkout.id})["abandonmentByAbandonedCheckoutId"]
    assert found["abandonedCheckoutPayload"] == {"id": checkout.id}
    assert (found["emailState"], found["emailSentAt"]) == ("SENT", "2026-11-02T10:40:00Z")
    assert (found["customerHasNoOrderSinceAbandonment"], found["hoursSinceLastAbandonedCheckout"]) == (True, 1.5)
    assert listed(front, "email_state:sent") == [checkout.name]
    by_id = front.ask("query($id: ID!) { abandonment(id: $id) { id } node(id: $id) { id } }", {"id": found["id"]})
    assert by_id["abandonment"] == by_id["node"] == {"id": found["id"]}
    other = abandoned(front)
    assert not front.ask(ABANDONMENT, {"id": checkout.id})["abandonmentByAbandonedCheckoutId"][
        "isMostSignificantAbandonment"
    ]
    checkouts.complete_checkout(front.shop, other)
    found = front.ask(ABANDONMENT, {"id": checkout.id})["abandonmentByAbandonedCheckoutId"]
    assert found["customerHasNoOrderSinceAbandonment"] is False


def test_a_deleted_checkout_leaves_the_list_and_tells() -> None:
    front = Front()
    checkout = abandoned(front)
    told = heard(front)
    checkouts.delete_checkout(front.shop, checkout)
    assert [topic for topic, _ in told] == ["checkouts/delete"]
    assert (listed(front), front.shop.events) == ([], [])
    assert checkout.token not in checkouts_of(front.shop).by_token


@pytest.mark.parametrize(("setting", "key", "other"), [("token", "token", "id"), ("id", "id", "token")])
def test_how_a_deletion_names_the_checkout_is_a_switch(shared: Path, setting: str, key: str, other: str) -> None:
    front = Front({"checkouts_delete_body": setting})
    checkout = opened(front, email=EMAIL)
    told = heard(front)
    checkouts.delete_checkout(front.shop, checkout)
    body = told[0][1]
    assert str(body[key]) == (checkout.token if key == "token" else checkout.legacy_resource_id)
    assert other not in body
    sample = json.loads((shared / "specs/shopify/webhook-samples/checkouts_delete.json").read_text())
    assert body.keys() - {key} == sample.keys() - {"id"}


def test_the_clean_up_goes_on_mondays_silently_and_spares_what_was_touched_or_bought() -> None:
    front = Front()
    stale, touched, bought = opened(front, email=EMAIL), opened(front), opened(front)
    checkouts.complete_checkout(front.shop, bought)
    front.wait(80 * DAY)
    checkouts.update_checkout(front.shop, touched, note="still here")
    told = heard(front)
    front.wait(10 * DAY)
    assert listed(front) == [stale.name]
    assert sweep(front.shop) == 0
    front.wait(DAY)
    assert front.shop.now.weekday() == 0
    assert listed(front) == []
    assert set(checkouts_of(front.shop).by_token) == {touched.token, bought.token}
    assert [topic for topic, _ in told if topic.startswith("checkouts/")] == []
    front.wait(30 * DAY)
    assert set(checkouts_of(front.shop).by_token) == {bought.token}


def test_lines_come_and_go_and_keep_what_they_were() -> None:
    front = Front()
    notebook, kit = variant(front), variant(front, "Wax Seal Kit", "29.00")
    checkout = checkouts.open_checkout(front.shop, [(notebook, 1)])
    first = checkout.lines[0]
    checkouts.update_checkout(front.shop, checkout, lines=[(notebook, 3), (kit, 1)])
    assert checkout.lines[0] is first
    assert [(line.title, line.quantity) for line in checkout.lines] == [("Linen Notebook", 3), ("Wax Seal Kit", 1)]
    checkouts.update_checkout(front.shop, checkout, lines=[(kit, 1)])
    assert [line.title for line in checkout.lines] == ["Wax Seal Kit"]


MONEY = "{ shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }"
SUMS = f"""query($id: ID!) {{ node(id: $id) {{ ... on AbandonedCheckout {{
  discountCodes note customAttributes {{ key value }} totalDutiesSet {MONEY}
  totalLineItemsPriceSet {MONEY} totalDiscountSet {MONEY} subtotalPriceSet {MONEY}
  totalTaxSet {MONEY} totalPriceSet {MONEY}
  lineItems(first: 5) {{ nodes {{ title quantity product {{ id }} variant {{ id }} image {{ url }}
    originalUnitPriceSet {MONEY} discountedTotalPriceSet {MONEY} discountedTotalPriceWithCodeDiscount {MONEY} }} }}
}} }} }}"""


def amounts(money: Any) -> tuple[str, str]:
    return money["shopMoney"]["amount"], money["presentmentMoney"]["amount"]


@pytest.mark.parametrize(
    ("currency", "rate", "totals"),
    [
        ("USD", "1", ("48.0", "4.8", "43.2", "3.67", "54.37")),
        ("JPY", "151.3", ("7262.0", "726.0", "6536.0", "556.0", "8227.0")),
        ("BHD", "0.376", ("18.048", "1.805", "16.243", "1.381", "20.444")),
    ],
)
def test_sums_are_kept_in_the_buyers_currency_too(currency: str, rate: str, totals: tuple[str, ...]) -> None:
    front = Front()
    checkout = abandoned(
        front, rate=Rate("USD", currency, Decimal(rate)), taxes=TAX, discounts=(tenth(),), shipping_address=address(),
        shipping=NewShipping("Standard", Decimal("7.50")), attributes=(("gift", "yes"),),
    )  # fmt: skip
    node = front.ask(SUMS, {"id": checkout.id})["node"]
    keys = ("totalLineItemsPriceSet", "totalDiscountSet", "subtotalPriceSet", "totalTaxSet", "totalPriceSet")
    assert tuple(amounts(node[key])[1] for key in keys) == totals
    assert tuple(amounts(node[key])[0] for key in keys) == ("48.0", "4.8", "43.2", "3.67", "54.37")
    assert (node["discountCodes"], node["note"], node["totalDutiesSet"]) == (["SAVE10"], "", None)
    assert node["customAttributes"] == [{"key": "gift", "value": "yes"}]
    [line] = node["lineItems"]["nodes"]
    assert amounts(line["discountedTotalPriceSet"])[0] == "48.0"
    assert amounts(line["discountedTotalPriceWithCodeDiscount"])[0] == "43.2"


def test_no_tax_is_charged_before_it_is_known_where_the_goods_go() -> None:
    front = Front()
    told = heard(front)
    checkout = opened(front, taxes=TAX)
    checkouts.update_checkout(front.shop, checkout, shipping_address=address())
    before, after = (body for topic, body in told if topic.startswith("checkouts/"))
    assert (before["total_tax"], before["tax_lines"], before["total_price"]) == ("0.00", [], "48.00")
    assert before["line_items"][0]["tax_lines"][0]["price"] == "4.08"
    assert (after["total_tax"], after["total_price"]) == ("4.08", "52.08")


def test_a_line_outlives_its_product() -> None:
    front = Front()
    checkout = abandoned(front)
    product = front.shop.products.rows[checkout.lines[0].product_id]
    catalog.delete_product(front.shop, product)
    [line] = front.ask(SUMS, {"id": checkout.id})["node"]["lineItems"]["nodes"]
    assert (line["title"], line["quantity"]) == ("Linen Notebook", 2)
    assert line["product"] is line["variant"] is line["image"] is None


URL = "query($id: ID!) { node(id: $id) { ... on AbandonedCheckout { abandonedCheckoutUrl customer { id } } } }"


@pytest.mark.parametrize(("setting", "has_token"), [("ac", True), ("opaque", False)])
def test_whether_the_recovery_link_holds_the_token_is_a_switch(setting: str, has_token: bool) -> None:
    front = Front({"abandoned_checkout_url": setting})
    checkout = abandoned(front)
    url = front.ask(URL, {"id": checkout.id})["node"]["abandonedCheckoutUrl"]
    assert url.startswith("https://shop.example.com/81234567890/checkouts/")
    assert (f"/checkouts/ac/{checkout.token}/recover?key=" in url) is has_token
    assert (checkout.token in url) is has_token


@pytest.mark.parametrize(("setting", "found"), [("yes", True), ("no", False)])
def test_whether_node_finds_an_abandoned_checkout_is_a_switch(setting: str, found: bool) -> None:
    front = Front({"abandoned_checkout_node": setting})
    checkout, waiting = abandoned(front), opened(front)
    assert (front.ask(URL, {"id": checkout.id})["node"] is not None) is found
    assert front.ask(URL, {"id": waiting.id})["node"] is None


@pytest.mark.parametrize(
    ("sort_key", "order"),
    [
        ("CREATED_AT", [0, 1, 2]),
        ("ID", [0, 1, 2]),
        ("CHECKOUT_ID", [0, 1, 2]),
        ("CUSTOMER_NAME", [1, 2, 0]),
        ("TOTAL_PRICE", [2, 0, 1]),
    ],
)
def test_abandoned_checkouts_are_sorted(sort_key: str, order: list[int]) -> None:
    front = Front()
    made = []
    for email, price in (("z@example.com", "20"), ("a@example.com", "30"), ("m@example.com", "10")):
        lines = [(variant(front, price=price), 1)]
        made.append(checkouts.open_checkout(front.shop, lines, email=email))
        front.wait(1)
    front.wait(TEN_MINUTES)
    names = [made[place].name for place in order]
    assert listed(front, sortKey=sort_key) == names
    assert listed(front, sortKey=sort_key, reverse=True) == names[::-1]


def test_abandoned_checkouts_cannot_be_sorted_by_update() -> None:
    document = "{ abandonedCheckouts(first: 1, sortKey: UPDATED_AT) { nodes { id } } }"
    [error] = Front().post(document).json()["errors"]
    assert "UPDATED_AT" in error["message"]


def test_abandoned_checkouts_are_found_by_name_id_and_words() -> None:
    front = Front()
    checkout, _ = abandoned(front), abandoned(front, "someone@example.com")
    number = checkout.legacy_resource_id
    for query in (f"id:{number}", f"name:'{checkout.name}'", f"name:{number}", "ines moreau"):
        assert listed(front, query) == [checkout.name], query


@pytest.mark.parametrize("name", ["checkouts_create", "checkouts_update", "checkouts_update__completed"])
def test_the_body_has_the_keys_and_types_of_the_sample(shared: Path, name: str) -> None:
    sample = json.loads((shared / f"specs/shopify/webhook-samples/{name}.json").read_text())
    front = Front()
    told = heard(front)
    if name == "checkouts_create":
        checkouts.open_checkout(front.shop, [(variant(front), 1)], taxes=TAX)
    else:
        _fill(front, completed=name.endswith("completed"))
    [body] = [body for topic, body in told if topic.startswith("checkouts/")][-1:]
    for one in (sample, body):  # nobody's house is on the sandbox's map
        for place in ("billing_address", "shipping_address"):
            (one[place] or {}).update(latitude=None, longitude=None)
    assert shape(body) == shape(sample)


def _fill(front: Front, *, completed: bool) -> None:
    """The buyer of the sample: two lines, an address, shipping, tax."""
    home = {"first_name": "Mira", "last_name": "Okonjo", "address1": "48 Harbour Lane", "address2": "Flat 3",
            "city": "Portland", "province": "OR", "country": "US", "zip": "97205", "phone": "+15035550142"}  # fmt: skip
    buyer = customers.create(front.shop, email=EMAIL, first_name="Inès", last_name="Moreau", addresses=[home])
    lines = [(variant(front), 1), (variant(front, "Wax Seal Kit", "29.00"), 1)]
    checkout = checkouts.open_checkout(front.shop, lines, taxes=TAX, customer=buyer)
    where = address()
    shipping = NewShipping("Standard", Decimal("7.50"), "STD")
    checkouts.update_checkout(
        front.shop, checkout, shipping_address=where, billing_address=where, shipping=shipping
    )  # fmt: skip
    if completed:
        checkouts.complete_checkout(front.shop, checkout)


def test_the_documents_of_the_product_run(shared: Path) -> None:
    front = Front()
    checkout = abandoned(front, taxes=TAX, shipping_address=address())
    queries: dict[str, dict[str, Any]] = {
        "abandoned_checkouts_page": {"first": 5, "query": "status:open"},
        "abandonment_by_checkout": {"abandonedCheckoutId": checkout.id},
        "nodes_batch_abandoned_checkouts": {"ids": [checkout.id]},
        "counts": {},
    }
    for name, variables in queries.items():
        document = (shared / f"specs/shopify/queries/{name}.graphql").read_text()
        text = json.dumps(front.ask(document, variables))
        assert checkout.token in text or name == "counts", name
        assert '"abandonedCheckoutsCount": {"count": 1' in text or name != "counts"
