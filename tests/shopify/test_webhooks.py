"""What webhooks say: signature, shop, the record each topic names. Bad input marks nothing and gets its status."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tandem.model import Kind, Ref
from tandem.shopify.topics import TABLE
from tandem.shopify.webhooks import LARGEST, Received, delivered, receive, verify

SHOP = "acme.myshopify.com"
SECRET = "shpss_present"
OLD = "shpss_past"
BODY = b'{"id":5551,"updated_at":"2026-11-02T10:15:41-08:00"}'
UNUSED = {
    # topics of the samples that no record is marked for, and why
    "app/scopes_update": "setup looks at scopes",
    "app/uninstalled": "the token is refused from then on",
    "bulk_operations/finish": "no bulk operation is used",
    "carts/create": "checkouts tell what is needed",
    "carts/update": "checkouts tell what is needed",
    "companies/create": "companies are not kept yet",
    "companies/delete": "companies are not kept yet",
    "companies/update": "companies are not kept yet",
    "company_contact_roles/assign": "companies are not kept yet",
    "company_contact_roles/revoke": "companies are not kept yet",
    "company_contacts/create": "companies are not kept yet",
    "company_contacts/delete": "companies are not kept yet",
    "company_contacts/update": "companies are not kept yet",
    "company_locations/create": "companies are not kept yet",
    "company_locations/delete": "companies are not kept yet",
    "company_locations/update": "companies are not kept yet",
    "customers/data_request": "only the app's configuration can ask for it",
    "customers/redact": "only the app's configuration can ask for it",
    "customers_whats_app_marketing_consent/update": "not written to HubSpot",
    "draft_orders/delete": "drafts are no orders",
    "draft_orders/update": "drafts are no orders",
    "inventory_levels/update": "stock is not kept",
    "order_transactions/create": "orders/updated comes with it",
    "products/create": "products are not kept yet",
    "products/delete": "products are not kept yet",
    "products/update": "products are not kept yet",
    "returns/update": "its body names no order",
    "shop/redact": "only the app's configuration can ask for it",
    "shop/update": "setup looks at the shop",
    "tender_transactions/create": "orders/updated comes with it",
}
ORDER, CUSTOMER = "5987000001042", "7123400000001"
NAMED = {
    # what the sample bodies are about, where it is not the one order or the one customer
    "customers_update__phone_only": "7123400000077",
}


def signed(body: bytes, secret: str = SECRET) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def headers(body: bytes = BODY, topic: str = "orders/updated", **changed: str | None) -> dict[str, str]:
    """Those of a good webhook, some changed or, by None, left out."""
    all_of_them = {
        "x-shopify-topic": topic,
        "x-shopify-hmac-sha256": signed(body),
        "x-shopify-shop-domain": SHOP,
        "x-shopify-api-version": "2026-10",
        "x-shopify-webhook-id": "6f1d2c3b-4a59-4e68-97a0-b1c2d3e4f501",
        **{f"x-shopify-{name.replace('_', '-')}": value for name, value in changed.items()},
    }
    return {name: value for name, value in all_of_them.items() if value is not None}


def take(body: bytes = BODY, given: dict[str, str] | None = None, secrets: tuple[str, ...] = (SECRET,)) -> Received:
    return receive(headers(body) if given is None else given, body, secrets, SHOP)


def test_a_signed_webhook_marks_its_record() -> None:
    received = take()
    assert received.status == 200
    assert received.mark is not None
    assert received.mark.ref.key == f"{SHOP}:order:5551"
    assert received.mark.seen == datetime(2026, 11, 2, 18, 15, 41, tzinfo=UTC)
    assert received.mark.seen.tzinfo is UTC, "wherever it runs"
    assert not received.mark.deleted


@given(body=st.binary(max_size=200), secret=st.text(min_size=1, max_size=20))
def test_any_bytes_are_accepted_with_their_signature(body: bytes, secret: str) -> None:
    assert verify(body, signed(body, secret), [secret])
    assert verify(body, signed(body, secret), ["other", secret])
    assert take(body).status == 200


@given(body=st.binary(max_size=200), signature=st.one_of(st.text(max_size=60), st.binary(max_size=40).map(str)))
def test_any_other_signature_is_refused(body: bytes, signature: str) -> None:
    assume(signature != signed(body))
    assert not verify(body, signature, [SECRET])
    assert take(body, headers(body, hmac_sha256=signature)) == Received(401, "wrong signature")


@given(body=st.binary(min_size=1, max_size=200), place=st.integers(min_value=0), other=st.integers(1, 255))
def test_a_body_changed_by_one_byte_is_refused(body: bytes, place: int, other: int) -> None:
    place %= len(body)
    changed = body[:place] + bytes([body[place] ^ other]) + body[place + 1 :]
    assert take(changed, headers(body)).status == 401


@pytest.mark.parametrize(
    "signature",
    [
        signed(BODY) + "=",
        signed(BODY)[:-1],
        signed(BODY).rstrip("="),
        " " + signed(BODY),
        signed(BODY) + "\n",
        signed(BODY).replace("=", ""),
        f"{signed(BODY)},{signed(BODY)}",
        signed(BODY).swapcase(),
        base64.b64decode(signed(BODY)).hex(),
        signed(BODY, ""),
        "",
        "é",
        "\ud800",
    ],
)
def test_a_signature_is_taken_in_one_form_alone(signature: str) -> None:
    assert take(given=headers(hmac_sha256=signature)).status == 401


def test_a_truncated_body_is_refused() -> None:
    for length in range(len(BODY)):
        assert take(BODY[:length], headers(BODY)).status == 401


def test_both_secrets_of_a_rotation_count_and_no_other() -> None:
    for secret in (SECRET, OLD):
        assert take(given=headers(hmac_sha256=signed(BODY, secret)), secrets=(SECRET, OLD)).status == 200
    assert take(given=headers(hmac_sha256=signed(BODY, OLD)), secrets=(SECRET,)).status == 401
    assert take(secrets=()).status == 401


@pytest.mark.parametrize("shop", ["other.myshopify.com", "ACME.myshopify.com", f"{SHOP}.", "", None])
def test_another_shop_is_refused(shop: str | None) -> None:
    assert take(given=headers(shop_domain=shop)) == Received(401, "another shop")


@pytest.mark.parametrize("missing", ["x-shopify-hmac-sha256", "x-shopify-shop-domain"])
def test_without_these_headers_nobody_is_known(missing: str) -> None:
    assert take(given={name: value for name, value in headers().items() if name != missing}).status == 401
    assert take(given={}).status == 401


@pytest.mark.parametrize("topic", ["", "orders", "ORDERS_UPDATED", "orders/updated,orders/updated", "products/create"])
def test_a_topic_without_use_is_taken_and_left(topic: str) -> None:
    received = take(given=headers(topic=topic))
    assert (received.status, received.mark) == (200, None)


def test_without_a_topic_nothing_is_marked() -> None:
    received = take(given={name: value for name, value in headers().items() if name != "x-shopify-topic"})
    assert (received.status, received.mark) == (200, None)


def test_header_names_in_any_case_are_the_same_header() -> None:
    assert take(given={name.title(): value for name, value in headers().items()}).mark is not None
    doubled = headers() | {name.upper(): value for name, value in headers().items()}
    assert take(given=doubled).mark is not None


@pytest.mark.parametrize("name", ["x-shopify-hmac-sha256", "x-shopify-shop-domain"])
def test_a_header_that_says_two_things_says_nothing(name: str) -> None:
    assert take(given=headers() | {name.title(): "other"}).status == 401
    assert take(given={name.title(): "other"} | headers()).status == 401


def test_the_largest_body_is_taken_and_a_larger_one_is_not() -> None:
    frame = b'{"id":5551,"note":"%s"}'
    largest = frame % (b"n" * (LARGEST - len(frame) + 2))
    assert len(largest) == LARGEST
    assert take(largest).mark is not None
    assert take(largest + b" ") == Received(413, "too large")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"5",
        b'"id"',
        b"{}",
        b"{",
        b"\xff\xfe",
        '{"id":5}'.encode("utf-16") + b"x",
        b'{"id":"\xe9"}',
        b'{"id":null}',
        b'{"id":0}',
        b'{"id":-5}',
        b'{"id":5.0}',
        b'{"id":1e3}',
        b'{"id":true}',
        b'{"id":{"id":5}}',
        b'{"id":"5 or 1"}',
        b'{"id":"gid://shopify/Order/"}',
        '{"id":"٣"}'.encode(),
        b'{"id":%s}' % (b"9" * 25),
        b'{"id":%s}' % (b"9" * 5000),
        b"[" * 200_000,
        b'{"id":' * 50_000,
    ],
    ids=lambda body: repr(body[:24]),
)
def test_signed_nonsense_is_taken_and_left(body: bytes) -> None:
    received = take(body)
    assert (received.status, received.mark) == (200, None)
    assert "5" not in received.reason


@pytest.mark.parametrize("at", ["2026-11-02T10:15:41", "yesterday", 5, None, "0001-01-01T00:00:00+23:00", {}])
def test_a_version_that_cannot_be_read_leaves_the_mark(at: Any) -> None:
    body = json.dumps({"id": 5551, "updated_at": at}).encode()
    mark = take(body).mark
    assert mark is not None
    assert mark.seen is None


def samples(shared: Path) -> dict[str, tuple[str, bytes]]:
    """Sample name to topic and body. A file is called as its topic, with `_` for `/`, `__` before its special case."""
    topics = {name.replace("/", "_"): name for name in [*UNUSED, *(topic.name for topic in TABLE)]}
    paths = sorted((shared / "specs/shopify/webhook-samples").glob("[a-z]*.json"))
    return {path.stem: (topics[path.stem.partition("__")[0]], path.read_bytes()) for path in paths}


def test_every_sample_names_the_record_it_is_about(shared: Path) -> None:
    marked = set()
    for name, (topic, body) in samples(shared).items():
        mark = take(body, headers(body, topic)).mark
        if topic in UNUSED:
            assert mark is None, name
            continue
        marked.add(topic)
        assert mark is not None, name
        assert mark.ref.shop == SHOP
        assert mark.cause == topic
        about = json.loads(body)
        if mark.ref.kind is Kind.CONTACT:
            assert mark.ref.id == NAMED.get(name, CUSTOMER), name
        elif mark.ref.kind is Kind.CART:
            assert mark.ref.id == (about.get("token") or str(about["id"])), name
            assert mark.fields.get("checkout") == (about.get("name") or f"#{about['id']}").removeprefix("#"), name
        elif topic in ("orders/create", "orders/updated"):
            assert mark.ref.id == str(about["id"]), name
        else:
            assert mark.ref.id == ORDER, name
        assert mark.deleted == topic.endswith("/delete")
    assert marked == {topic.name for topic in TABLE}


TOKEN = "c0ffee12-ab34.cd_56"


@pytest.mark.parametrize(
    ("body", "id_", "number"),
    [
        ({"token": TOKEN, "name": "#3300"}, TOKEN, "3300"),
        ({"token": TOKEN, "id": 3300}, TOKEN, "3300"),
        ({"token": TOKEN}, TOKEN, None),
        ({"id": 3300}, "3300", "3300"),
        ({"token": "f" * 200, "name": "#3300"}, "f" * 200, "3300"),
        ({"token": "f" * 201, "name": "#3300"}, "3300", "3300"),
        ({"token": "77", "name": "#3300"}, "3300", "3300"),
        ({"token": "7" * 32, "name": "#3300"}, "7" * 32, "3300"),
        ({"token": "a#b", "name": "#3300"}, "3300", "3300"),
        ({"token": "a b/é", "name": "Ann #3300"}, None, None),
        ({"token": None}, None, None),
    ],
)
def test_a_checkout_is_known_by_its_token_else_by_its_number(body: Any, id_: str | None, number: str | None) -> None:
    raw = json.dumps({**body, "updated_at": "2026-11-02T09:00:00Z"}).encode()
    mark = take(raw, headers(raw, "checkouts/update")).mark
    assert (mark.ref.id if mark else None) == id_
    assert (mark.fields.get("checkout") if mark else None) == number


def test_the_bus_brings_the_same(shared: Path) -> None:
    event = json.loads((shared / "specs/shopify/webhook-samples/_eventbridge_orders_create.json").read_bytes())
    shop = event["detail"]["metadata"]["X-Shopify-Shop-Domain"]
    mark = delivered(event["detail"], shop).mark
    assert mark is not None
    assert (mark.ref, mark.cause) == (Ref(shop, Kind.ORDER, ORDER), "orders/create")
    assert delivered(event["detail"], SHOP) == Received(401, "another shop")


def test_a_stub_on_the_bus_marks_without_a_version() -> None:
    metadata = {"X-Shopify-Topic": "orders/updated", "X-Shopify-Shop-Domain": SHOP}
    mark = delivered({"metadata": metadata, "payload": {"id": 5551}}, SHOP).mark
    assert mark is not None
    assert (mark.ref.id, mark.seen) == ("5551", None)


@pytest.mark.parametrize("detail", [None, [], {}, {"metadata": {}}, {"metadata": [], "payload": {}}, "x"])
def test_what_is_no_webhook_on_the_bus_is_left(detail: Any) -> None:
    assert delivered(detail, SHOP) == Received(200, "no webhook")


def test_a_stub_of_a_part_is_not_taken_for_its_order() -> None:
    metadata = {"X-Shopify-Topic": "refunds/create", "X-Shopify-Shop-Domain": SHOP}
    assert delivered({"metadata": metadata, "payload": {"id": 9312}}, SHOP).mark is None
