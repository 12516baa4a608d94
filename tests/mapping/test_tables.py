"""The tables agree with Shopify's schema, with what is asked of it, with HubSpot's properties and with the page."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
    validate,
)

from sandbox.hubspot.schema.native import COMMON
from tandem.mapping import carts, forms, orders
from tandem.mapping.fields import Field
from tandem.mapping.properties import BESIDE_TABLES, GROUP, NEEDED, OWN_PROPERTIES, TABLES
from tandem.mapping.version import MAPPING_VERSION
from tandem.model import KEY
from tandem.shopify.documents import (
    CHECKOUT_LINES,
    CHECKOUTS_BY_ID,
    CHECKOUTS_FOUND,
    CUSTOMERS_BY_ID,
    ORDER_LINES,
    ORDERS_BY_ID,
    Document,
)
from tests.mapping.samples import KINDS, native
from tests.sandbox.shopify.official import official

ROOT = Path(__file__).parents[2]
SOURCES = {
    "orders": "Order",
    "line_items": "LineItem",
    "contacts": "Customer",
    "carts": "AbandonedCheckout",
    "cart lines": "AbandonedCheckoutLineItem",
}
EVERY = {**TABLES, "cart lines": carts.CART_LINE_FIELDS}
ROWS = [(name, row.property, row.path) for name, table in EVERY.items() for row in table]
READ_BY = {
    "orders": ORDERS_BY_ID,
    "line_items": ORDER_LINES,
    "contacts": CUSTOMERS_BY_ID,
    "carts": CHECKOUTS_BY_ID,
    "cart lines": CHECKOUTS_BY_ID,
}
ASKED_BESIDE = {
    "orders": (orders.CUSTOMER, orders.COMPANY, "lineItems.nodes.id", "updatedAt", "test"),
    "line_items": ("id", "requiresShipping"),
    "contacts": (),
    "carts": (orders.CUSTOMER, carts.COMPANIES, "lineItems.nodes.id", "completedAt"),
    "cart lines": ("id",),
}
PATHS = [*ROWS, *((name, "", path) for name, paths in ASKED_BESIDE.items() for path in paths)]


def selection(path: str) -> str:
    """A path as a GraphQL selection: `a.B.c{d}` -> `a { ... on B { c {d} } }`."""
    steps, brace, rest = path.partition("{")
    result = brace + rest
    for step in reversed([step for step in steps.split(".") if step]):
        result = "{" + (f"... on {step}" if step[0].isupper() else step) + result + "}"
    return result


@pytest.mark.parametrize(("name", "property_", "path"), PATHS)
def test_shopify_has_every_field(name: str, property_: str, path: str, shared: Path) -> None:
    document = parse(f"query($id: ID!) {{ node(id: $id) {{ ... on {SOURCES[name]} {selection(path)} }} }}")
    assert validate(official(shared), document) == []


def asked(document: Document) -> set[str]:
    """Dotted paths of all leaves that a document asks of what it starts with."""
    definitions = parse(document.text).definitions
    fragments = {each.name.value: each for each in definitions if isinstance(each, FragmentDefinitionNode)}
    (operation,) = (each for each in definitions if isinstance(each, OperationDefinitionNode))
    return {path.partition(".")[2] for path in leaves(operation.selection_set, fragments)}


def leaves(chosen: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode]) -> Iterator[str]:
    for each in chosen.selections:
        if isinstance(each, FieldNode):
            within = [f".{path}" for path in leaves(each.selection_set, fragments)] if each.selection_set else [""]
            yield from (each.name.value + path for path in within)
        elif isinstance(each, FragmentSpreadNode):
            yield from leaves(fragments[each.name.value].selection_set, fragments)
        else:
            yield from leaves(each.selection_set, fragments)  # type: ignore[attr-defined]


@pytest.mark.parametrize(("name", "property_", "path"), PATHS)
def test_the_queries_ask_for_every_field(name: str, property_: str, path: str) -> None:
    document = parse("query " + selection(path)).definitions[0]
    assert isinstance(document, OperationDefinitionNode)
    parent = "lineItems.nodes." if name in ("line_items", "cart lines") else ""
    assert {parent + leaf for leaf in leaves(document.selection_set, {})} <= asked(READ_BY[name])


@pytest.mark.parametrize(
    ("name", "property_"), [(name, each) for name, known in NEEDED.items() for each in sorted(known)]
)
def test_hubspot_has_every_native_property_and_lets_it_be_written(name: str, property_: str) -> None:
    assert native(name)[property_].writable


def test_nothing_is_written_twice_nor_what_hubspot_works_out() -> None:
    never = {"hs_closed_date", "hs_external_id", "hs_variant_id", *(row[0] for row in COMMON)}
    for name, table in EVERY.items():
        written = [*(row.property for row in table), *BESIDE_TABLES.get(name, ())]
        assert len(written) == len(set(written))
        assert not never & set(written)
        if name in TABLES:
            assert NEEDED[name] == {each for each in written if not each.startswith("tandem_")}


def test_lines_of_carts_have_no_property_that_lines_of_orders_lack() -> None:
    assert {row.property for row in carts.CART_LINE_FIELDS} <= {row.property for row in TABLES["line_items"]}


KINDS_OF = {
    # what a form's values are; all else is text
    forms.amount: "number",
    forms.summed: "number",
    forms.boolean: "bool",
    forms.moment: "datetime",
    orders.fulfilled_date: "datetime",
    orders.delivered_date: "datetime",
    carts.discount: "number",
}


@pytest.mark.parametrize("name", KINDS)
def test_own_properties_are_those_of_the_tables(name: str) -> None:
    rows = {row.property: row for row in TABLES.get(name, ()) if row.property.startswith("tandem_")}
    made = {each["name"]: each for each in OWN_PROPERTIES[name]}
    beside = {each for each in BESIDE_TABLES.get(name, ()) if each.startswith("tandem_")}
    assert made.keys() == {KEY, *rows, *beside}
    for property_, row in rows.items():
        assert made[property_]["type"] == KINDS_OF.get(row.convert, "string")


@pytest.mark.parametrize("name", KINDS)
def test_own_properties_are_as_hubspot_wants_them(name: str) -> None:
    for each in OWN_PROPERTIES[name]:
        assert re.fullmatch(r"tandem_[a-z0-9_]+", each["name"])
        assert each["groupName"] == GROUP["name"]
        assert each["label"]
        assert each["hasUniqueValue"] is (each["name"] == KEY)
        assert [option["value"] for option in each["options"]] == (["true", "false"] if each["type"] == "bool" else [])
    labels = [each["label"] for each in OWN_PROPERTIES[name]]
    assert len(labels) == len(set(labels))


def told(heading: str) -> list[tuple[str, str, bool, bool]]:
    """The rows of the page's table under a heading: property, path, kept, guarded."""
    section = re.split(rf"\n##+ {heading}\n", (ROOT / "docs/mapping.md").read_text())[1].split("\n##")[0]
    found = re.findall(r"^\| `(\w+)` \| `([^`]+)` \| (.*) \| (native|own) \|$", section, re.MULTILINE)
    return [(name, path, "*kept*" in form, "*guarded*" in form) for name, path, form, _ in found]


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Orders", "orders"),
        ("Line items", "line_items"),
        ("Contacts", "contacts"),
        ("Carts", "carts"),
        ("Lines of carts", "cart lines"),
    ],
)
def test_the_page_tells_every_row(heading: str, name: str) -> None:
    assert sorted(told(heading)) == sorted((row.property, row.path, not row.clears, row.guarded) for row in EVERY[name])


def digest(tables: Iterable[tuple[str, tuple[Field, ...]]]) -> str:
    rows = [(name, row.property, row.path, row.clears, row.guarded) for name, table in tables for row in table]
    return hashlib.sha256(repr(sorted(rows)).encode()).hexdigest()[:12]


def test_a_changed_table_has_a_new_version() -> None:
    """When this fails: raise MAPPING_VERSION, or nothing already written is written anew, and note the digest here."""
    assert (MAPPING_VERSION, digest(EVERY.items())) == ("1", "0b45efd71b34")


@pytest.mark.parametrize(
    ("first", "other"),
    [(ORDERS_BY_ID, ORDER_LINES), (CHECKOUTS_BY_ID, CHECKOUT_LINES), (CHECKOUTS_FOUND, CHECKOUT_LINES)],
    ids=lambda document: document.name,
)
def test_a_line_has_the_same_rows_wherever_its_record_is_read(first: Document, other: Document) -> None:
    def rows(document: Document) -> set[str]:
        return {path.partition("lineItems.nodes.")[2] for path in asked(document) if "lineItems.nodes." in path}

    assert rows(first) == rows(other)
