"""What an account tells of itself: zone, currencies, owners, limits."""

from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.hubspot.model import Owner
from tests.sandbox.hubspot.account import Account

LIMITS = "/crm/limits/2026-09"


@pytest.fixture
def account() -> Account:
    return Account()


@pytest.mark.parametrize(
    ("zone", "day", "offset", "milliseconds"),
    [
        ("US/Eastern", 2, "-05:00", -18_000_000),
        ("Europe/Berlin", 2, "+01:00", 3_600_000),
        ("Asia/Kolkata", 2, "+05:30", 19_800_000),
        ("America/St_Johns", 2, "-03:30", -12_600_000),
        ("UTC", 2, "+00:00", 0),
    ],
)
def test_the_offset_is_that_of_the_zone(zone: str, day: int, offset: str, milliseconds: int) -> None:
    account = Account()
    account.portal.time_zone = zone
    details = account.get("/account-info/2026-09/details")

    assert (details["utcOffset"], details["utcOffsetMilliseconds"]) == (offset, milliseconds)


def test_the_offset_follows_summer_time(account: Account) -> None:
    account.hubspot.clock.advance_to(datetime(2027, 7, 1, tzinfo=UTC))

    assert account.get("/account-info/v3/details")["utcOffset"] == "-04:00"


def test_the_details_tell_account_and_currencies(account: Account) -> None:
    details = account.get("/account-info/2026-09/details")

    assert details["portalId"] == int(account.portal.id)
    assert details["accountType"] == "STANDARD"
    assert (details["companyCurrency"], details["additionalCurrencies"]) == ("USD", ["EUR", "CAD"])
    assert account.get("/account-info/v3/details") == details


def test_currencies_have_a_rate_into_the_companys(account: Account) -> None:
    assert account.get("/settings/currencies/2026-09/company-currency")["id"] == "USD"
    rates = account.get("/settings/currencies/2026-09/exchange-rates/current")["results"]

    assert [(r["fromCurrencyCode"], r["toCurrencyCode"], r["conversionRate"]) for r in rates] == [
        ("EUR", "USD", 1.08),
        ("CAD", "USD", 0.73),
    ]
    account.get("/settings/currencies/2026-09/codes", status=501)


def test_owners_are_found_by_id_user_and_address(account: Account) -> None:
    (owner,) = account.get("/crm/owners/2026-09")["results"]

    assert account.get(f"/crm/owners/2026-09/{owner['id']}") == owner
    assert account.get(f"/crm/owners/2026-09/{owner['userId']}?idProperty=userId") == owner
    assert account.get("/crm/owners/v3/?email=SALES@example.com")["results"] == [owner]
    assert account.get("/crm/owners/2026-09?email=nobody@example.com")["results"] == []
    account.get("/crm/owners/2026-09/999", status=404)
    account.get("/crm/owners/2026-09/1?idProperty=email", status=400)
    account.get("/crm/owners/2026-09?limit=501", status=400)


def test_owners_come_in_pages_and_the_inactive_apart(account: Account) -> None:
    for number in range(3):
        account.portal.owners.append(Owner(str(number + 1), str(50 + number), f"o{number}@example.com", "O", "N", 0, 0))
    account.portal.owners[-1].archived = True

    first = account.get("/crm/owners/2026-09?limit=2")
    rest = account.get(f"/crm/owners/2026-09?limit=2&after={first['paging']['next']['after']}")
    assert [owner["id"] for owner in first["results"] + rest["results"]] == ["1", "2", "70000001"]
    assert "paging" not in rest
    (gone,) = account.get("/crm/owners/2026-09?archived=true")["results"]
    assert (gone["id"], "userId" in gone, gone["userIdIncludingInactive"]) == ("3", False, 52)


def by_id(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["objectTypeId"]: row for row in rows}


def test_records_are_counted_without_the_archived(account: Account) -> None:
    kept, gone = account.record("orders", hs_order_name="#1"), account.record("orders", hs_order_name="#2")
    account.delete(f"/crm/objects/2026-09/orders/{gone}")

    rows = by_id(account.get(f"{LIMITS}/records")["hubspotDefinedObjectTypes"])
    assert (rows["0-123"]["usage"], rows["0-1"]["usage"]) == (1, 0)
    assert kept


def test_custom_properties_are_counted_and_archived_ones_are_not(account: Account) -> None:
    for name in ("a", "b"):
        sent = {"name": name, "label": "L", "type": "string", "fieldType": "text", "groupName": "order_information"}
        account.post("/crm/properties/2026-09/orders", sent)
    account.delete("/crm/properties/2026-09/orders/b")

    limits = account.get(f"{LIMITS}/custom-properties")
    assert (limits["overallUsage"], limits["overallLimit"]) == (1, 10_000)
    assert by_id(limits["byObjectType"])["0-123"] == {
        "objectTypeId": "0-123",
        "singularLabel": "Order",
        "pluralLabel": "Orders",
        "limit": 1000,
        "usage": 1,
        "percentage": 0.1,
    }


def test_hubspots_own_pipeline_does_not_count(account: Account) -> None:
    (orders,) = account.get(f"{LIMITS}/pipelines")["hubspotDefinedObjectTypes"]
    assert (orders["limit"], orders["usage"]) == (50, 0)

    stage = {"label": "S", "displayOrder": 0, "metadata": {}}
    account.post("/crm/pipelines/2026-09/orders", {"label": "P", "displayOrder": 1, "stages": [stage]})
    assert account.get(f"{LIMITS}/pipelines")["hubspotDefinedObjectTypes"][0]["usage"] == 1


def test_labels_are_told_for_each_direction(account: Account) -> None:
    label = {"name": "payer", "label": "Payer", "inverseLabel": "Paid order"}
    account.post("/crm/associations/2026-09/orders/contacts/labels", label, status=200)

    there, back = sorted(account.get(f"{LIMITS}/associations/labels")["results"], key=lambda row: str(row["allLabels"]))
    assert (there["allLabels"], there["fromObjectType"]["objectTypeId"]) == (["Paid order"], "0-1")
    assert (back["allLabels"], back["toObjectType"]["objectTypeId"]) == (["Payer"], "0-1")
    assert (there["limit"], there["usage"], there["percentage"]) == (50, 1, 2.0)
    path = f"{LIMITS}/associations/labels?fromObjectTypeId=0-123&toObjectTypeId=0-1"
    assert account.get(path)["results"] == [back]


def test_records_near_and_at_their_limit_of_links_are_told() -> None:
    account = Account(association_limit="500")
    full, near = account.record("orders", hs_order_name="#1"), account.record("orders", hs_order_name="#2")
    for order, number in ((full, 500), (near, 400)):
        lines = [account.record("line_items", name="Mug") for _ in range(number)]
        inputs = [{"from": {"id": order}, "to": {"id": line}} for line in lines]
        path = "/crm/associations/2026-09/orders/line_items/batch/associate/default"
        account.post(path, {"inputs": inputs}, status=200)
    found = account.get(f"{LIMITS}/associations/records/orders/line_items")

    assert (found["limit"], found["totalRecordsAtLimit"], found["totalRecordsNearLimit"]) == (500, 1, 1)
    assert found["atLimitFromRecordSamples"][0]["objectId"] == int(full)
    assert found["nearLimitFromRecordSamples"][0] == {
        "objectId": int(near),
        "label": near,
        "usage": 400,
        "percentage": 80.0,
    }
    (source,) = account.get(f"{LIMITS}/associations/records/from")["results"]
    (target,) = account.get(f"{LIMITS}/associations/records/0-123/to")["results"]
    assert (source["objectTypeId"], target["objectTypeId"]) == ("0-123", "0-8")
    assert source["hasRecordsAtLimit"]
    assert source["hasRecordsNearLimit"]


def test_limits_of_what_is_not_modelled_are_not_told(account: Account) -> None:
    account.get(f"{LIMITS}/calculated-properties", status=501)
    account.get(f"{LIMITS}/custom-object-types", status=501)


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("/crm/owners/2026-09", "crm.objects.owners.read"),
        ("/account-info/2026-09/details", "oauth"),
        (f"{LIMITS}/records", "crm.objects.companies.read"),
        ("/settings/currencies/2026-09/company-currency", "multi-currency-read"),
    ],
)
def test_each_setting_needs_its_scope(account: Account, path: str, scope: str) -> None:
    app = account.hubspot.app
    for scopes, status in (({scope}, 200), ({"crm.schemas.contacts.read"}, 403)):
        account.portal.apps[app.token] = type(app)(app.app_id, app.token, app.client_secret, frozenset(scopes))
        account.get(path, status=status)
