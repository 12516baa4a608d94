"""The oracle agrees with an account that is in step, and names every single thing that is spoilt in it."""

import ast
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from sandbox.oracle import contacts, orders
from sandbox.oracle.stages import STAGES
from tests.sandbox.judged import Judged, fresh

OTHER = {"number": "123456.78", "datetime": "2001-02-03T04:05:06Z", "bool": "neither", "enumeration": "zz"}
"""A value that nothing in the store has, by type of property."""
KEPT = {"orders": orders.ORDER_KEPT, "line_items": orders.LINE_KEPT, "contacts": contacts.CONTACT_KEPT}


@pytest.fixture
def judged() -> Judged:
    return fresh()


def test_an_account_in_step_has_no_difference(judged: Judged) -> None:
    verdict = judged.verdict()
    assert [str(difference) for difference in verdict.differences] == []
    assert verdict.compared["orders"] == sum(not order["test"] for order in judged.books["orders"]) > 50
    assert verdict.compared["contacts"] == sum(bool(customer["email"]) for customer in judged.books["customers"])
    assert verdict.compared["line_items"] > 100


def _mapped() -> Iterable[tuple[str, str]]:
    books = fresh().books
    order = books["orders"][0]
    yield from (("orders", name) for name in (*orders.order_values(order), "hs_source_store"))
    yield from (("line_items", name) for name in orders.line_values(order, order["lines"][0], "product"))
    yield from (("contacts", name) for name in contacts.contact_values(books["customers"][0], "USD"))


def _is_judged(judged: Judged, name: str, record: Any, property_name: str) -> bool:
    """Whether a record is ours; and where an empty value is kept, whether there is one to compare with."""
    key = record["properties"].get("tandem_key", "")
    has = record["properties"].get(property_name)
    return bool(key) and not (property_name in KEPT[name] and not has)


def known_by_another_address(judged: Judged) -> str:
    """The contact whose main e-mail the store does not know."""
    [contact] = [each for each in judged.now.live("contacts") if each["properties"].get("hs_additional_emails")]
    return str(contact["id"])


@pytest.mark.parametrize(("name", "property_name"), list(_mapped()))
def test_each_property_is_compared_on_each_record(name: str, property_name: str) -> None:
    judged = fresh()
    other = OTHER.get(judged.now.account["properties"][name][property_name]["type"], "spoilt")
    ours = [record for record in judged.now.live(name) if _is_judged(judged, name, record, property_name)]
    for record in ours:
        record["properties"][property_name] = other
    told = {d.id for d in judged.verdict().differences if f": {property_name} is {other}, should be " in d.text}
    missed = {record["id"] for record in ours} - told
    assert ours
    assert missed <= {known_by_another_address(judged) if property_name == "email" else ""}


@pytest.mark.parametrize(("name", "property_name"), list(_mapped()))
def test_a_property_that_was_not_written_is_told(name: str, property_name: str) -> None:
    judged = fresh()
    filled = set()
    for record in judged.now.live(name):
        if record["properties"].pop(property_name, None) and record["properties"].get("tandem_key"):
            filled.add(record["id"])
    told = {d.id for d in judged.verdict().differences if f": {property_name} is empty, should be " in d.text}
    assert told == filled - {known_by_another_address(judged) if property_name == "email" else ""}


def test_other_spellings_of_a_number_or_a_time_are_no_difference(judged: Judged) -> None:
    values = judged.order("#1001")["properties"]
    values["hs_total_price"] += "00" if "." in values["hs_total_price"] else ".00"
    values["hs_processed_date"] = values["hs_processed_date"].replace("Z", ".000Z")
    assert judged.said() == []


def test_a_difference_says_what_is_and_what_should_be(judged: Judged) -> None:
    order = judged.order("#1001")
    right = order["properties"]["hs_total_price"]
    order["properties"]["hs_total_price"] = "12.00"
    record = judged.order("#1001")["id"]
    assert judged.said() == [f"order #1001: hs_total_price is 12.00, should be {right} (orders {record})"]


Spoil = Callable[[Judged], str]
"""Spoils one thing; what must be told of it."""


def order_gone(judged: Judged) -> str:
    judged.order("#1005")["archived"] = True
    return "order #1005: is missing"


def order_doubled(judged: Judged) -> str:
    order = judged.order("#1005")
    judged.add("orders", {**order, "associations": {}})
    return f"is a duplicate of orders {order['id']}"


def order_doubled_without_key(judged: Judged) -> str:
    order = judged.order("#1005")
    values = {k: v for k, v in order["properties"].items() if k != "tandem_key"}
    values["hs_source_store"] = f"https://{judged.books['domain']}/"
    judged.add("orders", {**order, "properties": values, "associations": {}})
    return f"hs_external_order_id {values['hs_external_order_id']} of {judged.books['domain']}: is a duplicate of"


def order_of_nobody(judged: Judged) -> str:
    order = judged.order("#1005")
    values = {"tandem_key": f"{judged.books['domain']}:order:7"}
    judged.add("orders", {**order, "properties": values, "associations": {}})
    return "order 7: the store has none, should not be there"


def a_test_order(judged: Judged) -> str:
    test = next(order for order in judged.books["orders"] if order["test"])
    values = {"tandem_key": f"{judged.books['domain']}:order:{test['id']}"}
    judged.add("orders", {**judged.order("#1005"), "properties": values, "associations": {}})
    return f"order {test['name']}: is a test order, should not be there"


def deleted_order_unmarked(judged: Judged) -> str:
    [gone] = [order for order in judged.books["orders"] if order["name"] == "#1005"]
    judged.books["orders"].remove(gone)
    judged.books["deleted_orders"].append(gone["id"])
    return f"deleted order {gone['id']}: hs_external_order_status is "


def stage_wrong(judged: Judged) -> str:
    judged.order("#1001")["properties"]["hs_pipeline_stage"] = STAGES["cancelled"]
    return "order #1001: stage is Cancelled, should be "


def pipeline_wrong(judged: Judged) -> str:
    judged.order("#1001")["properties"]["hs_pipeline"] = "other"
    return "order #1001: hs_pipeline is other, should be "


def _with_contact(judged: Judged) -> tuple[Any, str, str]:
    """An order, its name, its contact."""
    for order in judged.now.live("orders"):
        linked = order["associations"].get("contacts")
        if linked and order["properties"].get("tandem_key") and order["id"] not in judged.before.records["orders"]:
            return order, order["properties"]["hs_order_name"], next(iter(linked))
    raise AssertionError("no order has a contact")


def contact_unlinked(judged: Judged) -> str:
    order, name, contact = _with_contact(judged)
    judged.unlink("orders", order, "contacts", contact)
    return f"order {name}: not associated with contacts {contact}"


def contact_too_many(judged: Judged) -> str:
    order, name, contact = _with_contact(judged)
    other = next(each["id"] for each in judged.now.live("contacts") if each["id"] != contact)
    order["associations"]["contacts"][other] = (507,)
    return f"order {name}: associated with contacts {other}, should not be"


def contact_of_another_type(judged: Judged) -> str:
    order, name, contact = _with_contact(judged)
    order["associations"]["contacts"][contact] = (99,)
    return f"order {name}: association with contacts {contact} is of type 99, should be 507"


def company_unlinked(judged: Judged) -> str:
    order = next(each for each in judged.now.live("orders") if each["associations"].get("companies"))
    [company] = order["associations"]["companies"]
    judged.unlink("orders", order, "companies", company)
    return f"not associated with companies {company}"


def contact_gone(judged: Judged) -> str:
    _, _, contact = _with_contact(judged)
    record: Any = judged.now.records["contacts"][contact]
    record["archived"] = True
    key = judged.now.records["contacts"][contact]["properties"]["tandem_key"]
    return f"customer {key.rpartition(':')[2]}: has no contact"


def contact_doubled(judged: Judged) -> str:
    _, _, contact = _with_contact(judged)
    there = judged.now.records["contacts"][contact]
    values = {"email": "else@example.com", "hs_additional_emails": there["properties"]["email"]}
    judged.add("contacts", {**there, "properties": values, "associations": {}})
    return f"one e-mail address: is a duplicate of contacts {contact}"


def contact_of_nobody(judged: Judged) -> str:
    _, _, contact = _with_contact(judged)
    values = {"email": "else@example.com", "tandem_key": f"{judged.books['domain']}:contact:7"}
    judged.add("contacts", {**judged.now.records["contacts"][contact], "properties": values, "associations": {}})
    return "customer 7: the store has none, should have no contact"


def contact_without_address(judged: Judged) -> str:
    nobody = next(customer["id"] for customer in judged.books["customers"] if not customer["email"])
    _, _, contact = _with_contact(judged)
    values = {"tandem_key": f"{judged.books['domain']}:contact:{nobody}"}
    judged.add("contacts", {**judged.now.records["contacts"][contact], "properties": values, "associations": {}})
    return f"customer {nobody}: has no e-mail, should have no contact"


def contact_without_key(judged: Judged) -> str:
    _, _, contact = _with_contact(judged)
    key = judged.now.records["contacts"][contact]["properties"].pop("tandem_key")
    return f"tandem_key is empty, should be {key}"


def buyer_left_a_lead(judged: Judged) -> str:
    _, _, contact = _with_contact(judged)
    judged.now.records["contacts"][contact]["properties"]["lifecyclestage"] = "lead"
    return "lifecyclestage is lead, should be customer"


def _line(judged: Judged) -> tuple[Any, Any]:
    order = judged.order("#1001")
    return order, judged.others(order, "line_items")[0]


def line_gone(judged: Judged) -> str:
    _, line = _line(judged)
    line["archived"] = True
    return f"order #1001: line {line['properties']['tandem_key'].rpartition(':')[2]} is missing"


def line_doubled(judged: Judged) -> str:
    order, line = _line(judged)
    new = judged.add("line_items", line)
    assert new["id"] in order["associations"]["line_items"]
    return f"order #1001: associated with line_items {new['id']}, should not be"


def line_without_key(judged: Judged) -> str:
    _, line = _line(judged)
    values = {"name": "Gift wrapping", "quantity": "1"}
    new = judged.add("line_items", {**line, "properties": values})
    return f"order #1001: associated with line_items {new['id']}, should not be"


def line_that_was_taken_out(judged: Judged) -> str:
    out = next(line for order in judged.books["orders"] for line in order["lines"] if not line["current_quantity"])
    _, line = _line(judged)
    values = {**line["properties"], "tandem_key": f"{judged.books['domain']}:line:{out['id']}"}
    judged.add("line_items", {**line, "properties": values})
    return f"line {out['id']}: no order of the store has it, should not be there"


def line_unlinked(judged: Judged) -> str:
    order, line = _line(judged)
    judged.unlink("orders", order, "line_items", line["id"])
    return f"order #1001: not associated with line_items {line['id']}"


def line_an_orphan(judged: Judged) -> str:
    _, line = _line(judged)
    judged.add("line_items", {**line, "properties": {"name": "Alone"}, "associations": {}})
    return "an orphan: associated with no order"


def line_of_two_orders(judged: Judged) -> str:
    _, line = _line(judged)
    other = judged.order("#1003")
    line["associations"]["orders"][other["id"]] = (514,)
    return f"associated with orders {other['id']}, should not be"


def line_without_its_product(judged: Judged) -> str:
    line = next(each for each in judged.now.live("line_items") if each["properties"].get("hs_product_id"))
    product = line["properties"].pop("hs_product_id")
    return f"hs_product_id is empty, should be {product}"


def line_with_a_product_that_is_none(judged: Judged) -> str:
    line = next(each for each in judged.now.live("line_items") if each["properties"].get("tandem_kind") == "custom")
    line["properties"]["hs_product_id"] = "5"
    return "hs_product_id is 5, should be empty"


def property_missing(judged: Judged) -> str:
    del judged.now.account["properties"]["orders"]["tandem_parcels"]
    return "tandem_parcels is no property of the account, should be "


def others_record_gone(judged: Judged) -> str:
    product: Any = next(iter(judged.now.live("products")))
    product["archived"] = True
    return f"a record of others in products: is gone (products {product['id']})"


def others_value_gone(judged: Judged) -> str:
    contact = next(each for each in judged.now.live("contacts") if each["properties"].get("jobtitle"))
    contact["properties"]["jobtitle"] = ""
    return "a record of others in contacts: jobtitle is , was "


def others_link_gone(judged: Judged) -> str:
    order = next(each for each in judged.before.live("orders") if each["associations"].get("contacts"))
    [contact] = order["associations"]["contacts"]
    judged.unlink("orders", judged.now.records["orders"][order["id"]], "contacts", contact)
    return f"a record of others in orders: lost its link to contacts {contact}"


SPOILED: tuple[Spoil, ...] = (
    order_gone,
    order_doubled,
    order_doubled_without_key,
    order_of_nobody,
    a_test_order,
    deleted_order_unmarked,
    stage_wrong,
    pipeline_wrong,
    contact_unlinked,
    contact_too_many,
    contact_of_another_type,
    company_unlinked,
    contact_gone,
    contact_doubled,
    contact_of_nobody,
    contact_without_address,
    contact_without_key,
    buyer_left_a_lead,
    line_gone,
    line_doubled,
    line_without_key,
    line_that_was_taken_out,
    line_unlinked,
    line_an_orphan,
    line_of_two_orders,
    line_without_its_product,
    line_with_a_product_that_is_none,
    property_missing,
    others_record_gone,
    others_value_gone,
    others_link_gone,
)


@pytest.mark.parametrize("spoil", SPOILED, ids=lambda spoil: spoil.__name__)
def test_whatever_is_spoilt_is_told(judged: Judged, spoil: Spoil) -> None:
    told = spoil(judged)
    verdict = judged.verdict()
    assert not verdict.agrees
    assert any(told in str(difference) for difference in verdict.differences), verdict.differences


def test_a_deleted_order_stays_and_says_so(judged: Judged) -> None:
    [gone] = [order for order in judged.books["orders"] if order["name"] == "#1005"]
    judged.books["orders"].remove(gone)
    judged.books["deleted_orders"].append(gone["id"])
    judged.order("#1005")["properties"]["hs_external_order_status"] = "deleted"
    assert judged.said() == []


def test_amounts_in_a_currency_that_the_account_lacks_are_not_asked_for(judged: Judged) -> None:
    judged.now.account["currencies"].remove("USD")
    for order in judged.now.live("orders"):
        for name in orders.ORDER_GUARDED:
            order["properties"].pop(name, None)
    for line in judged.now.live("line_items"):
        for name in orders.LINE_GUARDED:
            line["properties"].pop(name, None)
    assert [text for text in judged.said() if "of others" not in text] == []


def test_the_oracle_knows_nothing_of_tandem() -> None:
    sources = Path("sandbox/oracle").glob("*.py")
    imported = [node for source in sources for node in ast.walk(ast.parse(source.read_text()))]
    modules = {node.module for node in imported if isinstance(node, ast.ImportFrom)}
    modules |= {name.name for node in imported if isinstance(node, ast.Import) for name in node.names}
    assert "sandbox.oracle.judge" in modules
    loaded = "import sys, sandbox.oracle.judge; sys.exit(any(name.split('.')[0] == 'tandem' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", loaded], check=False).returncode == 0
