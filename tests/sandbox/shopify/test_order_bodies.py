"""Bodies of order, refund and transaction topics have the keys and JSON types of the samples, nulls included."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.shopify.orders.order_model import Order
from sandbox.shopify.shop import Shop
from sandbox.shopify.simulator import Shopify
from tests.sandbox.shopify.order_samples import abroad, autumn, b2b, cancelled, one_back, till
from tests.sandbox.shopify.told import Told, sample


@pytest.fixture
def shop() -> Shop:
    return Shopify().shop


@pytest.fixture
def told(shop: Shop) -> Told:
    return Told(shop)


FREE = {"address2", "company", "latitude", "longitude", "location_id", "note", "phone", "province", "province_code"}
FREE |= {"fulfillment_status", "source_name", "user_id", "vendor"}
"""Where null or not depends on the order, not on the shape of the body."""


def shape(value: Any, name: str = "") -> Any:
    """Keys and JSON types; lists by their first entry, so that an empty one says nothing."""
    if isinstance(value, dict):
        return {key: shape(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return "any" if name in FREE else type(value).__name__


def unlike(ours: Any, theirs: Any, path: str = "") -> list[str]:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        apart = [
            f"{path}.{key}: {'ours' if key in ours else 'theirs'} only" for key in sorted(ours.keys() ^ theirs.keys())
        ]
        return apart + [
            line for key in ours.keys() & theirs.keys() for line in unlike(ours[key], theirs[key], f"{path}.{key}")
        ]
    if isinstance(ours, list) and isinstance(theirs, list):
        return unlike(ours[0], theirs[0], f"{path}[]") if ours and theirs else []
    return [] if ours == theirs else [f"{path}: {ours}, sample {theirs}"]


@pytest.mark.parametrize(
    ("name", "make", "topic"),
    [
        ("orders_create", autumn, "orders/create"),
        ("orders_create__b2b_payment_terms", b2b, "orders/create"),
        ("orders_create__multi_currency", abroad, "orders/create"),
        ("orders_create__pos_guest_gift_card", till, "orders/create"),
        ("orders_paid", autumn, "orders/paid"),
        ("orders_updated", autumn, "orders/updated"),
        ("orders_updated__partially_refunded", one_back, "orders/updated"),
        ("orders_cancelled", cancelled, "orders/cancelled"),
        ("refunds_create", one_back, "refunds/create"),
        ("order_transactions_create", autumn, "order_transactions/create"),
        ("tender_transactions_create", autumn, "tender_transactions/create"),
    ],
)
def test_bodies_have_the_keys_and_types_of_the_samples(
    shop: Shop, told: Told, shared: Path, name: str, make: Callable[[Shop], Order], topic: str
) -> None:
    make(shop)
    theirs = sample(shared, name)
    ours = told.body(topic)
    if theirs.get("fulfillments"):
        theirs["fulfillments"] = []  # compared where parcels are sent
    assert unlike(shape(ours), shape(theirs)) == []
