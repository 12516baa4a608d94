"""The documents against Shopify's own schema, and their price."""

from pathlib import Path

import pytest
from graphql import NoDeprecatedCustomRule, parse, specified_rules, validate

from sandbox.shopify.api.execution import read
from tandem.shopify.documents import ALL, FRAGMENTS, ORDERS_BY_ID, QUERIES, Document
from tests.sandbox.shopify.official import official
from tests.shopify.store import Store, run

each = pytest.mark.parametrize("document", ALL, ids=lambda document: document.name)


@each
def test_shopify_would_take_it_and_deprecates_none_of_it(document: Document, shared: Path) -> None:
    rules = [*specified_rules, NoDeprecatedCustomRule]
    assert validate(official(shared), parse(document.text), rules) == []


@each
def test_its_price_is_what_the_client_expects(document: Document) -> None:
    known = read(document.text)
    assert known.errors == []
    (operation,) = known.operations.values()
    assert operation.plan.requested({}) == document.cost


def test_no_text_lies_about_unused() -> None:
    assert {path.stem for path in QUERIES.glob("*.graphql")} == {document.name for document in ALL} | {"fragments"}
    assert all(any(text in document.text for document in ALL) for text in FRAGMENTS.values())


def test_a_real_order_costs_a_fraction_of_what_is_reserved() -> None:
    store = Store()
    orders = [store.order(lines=3) for _ in range(50)]
    store.seen.clear()
    run(store.client.orders([order.legacy_resource_id for order in orders]))
    run(store.client.orders([order.legacy_resource_id for order in orders]))
    assert store.drawn[0] == ORDERS_BY_ID.cost
    assert store.drawn[1] < ORDERS_BY_ID.cost / 2
