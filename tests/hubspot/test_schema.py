"""What an account lacks of Tandem's properties, what stands in their way, and making them."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from tandem.errors import Misconfigured
from tandem.hubspot import schema
from tandem.mapping.properties import GROUP, NEEDED, OWN_PROPERTIES
from tandem.model import KEY
from tests.hubspot.account import Account

PATH = "/crm/properties/2026-09/{}"


class Fresh(Account):
    """An account in which nothing has been made yet."""

    async def _provide(self) -> None:
        return


def wish(name: str, type_: str = "string", field_type: str = "text", **more: Any) -> dict[str, Any]:
    return {"name": name, "label": name, "type": type_, "fieldType": field_type, "groupName": "tandem", **more}


def read(account: Account, name: str) -> schema.Schema:
    return asyncio.run(schema.read(account.client, name))


def make(account: Account, name: str) -> list[str]:
    found = read(account, name)
    missing = schema.difference(found, OWN_PROPERTIES[name]).missing
    return asyncio.run(schema.make(account.client, name, found, GROUP, missing))


def with_property(account: Account, name: str, definition: Mapping[str, Any]) -> None:
    asyncio.run(account.client.post(PATH.format(name) + "/groups", GROUP))
    asyncio.run(account.client.post(PATH.format(name), definition))


@pytest.mark.parametrize("name", OWN_PROPERTIES)
def test_what_is_missing_is_made_and_then_nothing_is_missing(name: str) -> None:
    account = Fresh()
    assert make(account, name) == []
    after = read(account, name)
    assert schema.difference(after, OWN_PROPERTIES[name]) == schema.Difference((), {}, None)
    assert after.properties[KEY]["hasUniqueValue"] is True


def test_a_property_of_another_type_is_a_clash_and_stays() -> None:
    account = Fresh()
    with_property(account, "orders", wish("tandem_tax"))
    found = read(account, "orders")
    difference = schema.difference(found, OWN_PROPERTIES["orders"])
    assert dict(difference.clashes) == {"tandem_tax": "is of type string instead of number"}
    assert difference.unusable is None
    assert make(account, "orders") == []
    assert read(account, "orders").properties["tandem_tax"]["type"] == "string"


@pytest.mark.parametrize(
    ("definition", "words"),
    [(wish(KEY), "is not unique"), (wish(KEY, "number", "number", hasUniqueValue=True), "is of type number")],
)
def test_a_key_that_cannot_be_one(definition: dict[str, Any], words: str) -> None:
    account = Fresh()
    with_property(account, "orders", definition)
    difference = schema.difference(read(account, "orders"), OWN_PROPERTIES["orders"])
    assert words in str(difference.unusable)


def test_the_eleventh_unique_property_is_foreseen() -> None:
    account = Fresh()
    asyncio.run(account.client.post(PATH.format("orders") + "/groups", GROUP))
    for number in range(10):
        asyncio.run(account.client.post(PATH.format("orders"), wish(f"key_{number}", hasUniqueValue=True)))
    difference = schema.difference(read(account, "orders"), OWN_PROPERTIES["orders"])
    assert "10 unique properties" in str(difference.unusable)
    assert any("unique values" in words for words in make(account, "orders")), "HubSpot says so, too"


def test_properties_as_the_mapping_needs_them() -> None:
    account = Account()
    found = schema.usable(read(account, "orders"), {*NEEDED["orders"], "hs_is_closed", "no_such_property"})
    assert "no_such_property" not in found
    assert found["hs_currency_code"].options == frozenset({"USD", "EUR", "CAD"})
    assert found["hs_pipeline_stage"].options is None, "its options are kept elsewhere and change"
    assert found["hs_order_name"].options is None
    assert not found["hs_is_closed"].writable
    assert found["hs_order_name"].writable
    assert found["hs_total_price"].type == "number"


def test_an_object_that_the_account_has_not() -> None:
    with pytest.raises(Misconfigured):
        read(Account(), "no_such_object")
