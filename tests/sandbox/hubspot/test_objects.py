"""Single records and lists of them: what is written is read, deleted, found again for ninety days."""

import pytest

from tests.sandbox.hubspot.account import Account

CONTACTS = "/crm/objects/2026-09/contacts"
COMPANIES = "/crm/objects/2026-09/companies"
ORDERS = "/crm/objects/2026-09/orders"
LINES = "/crm/objects/2026-09/line_items"
DAY = 86_400


@pytest.fixture
def account() -> Account:
    return Account()


def make(account: Account, path: str, **properties: str) -> str:
    found: str = account.post(path, {"properties": properties})["id"]
    return found


def test_a_created_record_reads_back(account: Account) -> None:
    made = account.post(CONTACTS, {"properties": {"email": "jane@example.com", "firstname": "Jane"}})
    assert made["properties"]["firstname"] == "Jane"
    assert made["archived"] is False
    assert made["properties"]["hs_object_id"] == made["id"]
    read = account.get(f"{CONTACTS}/{made['id']}")
    assert read["properties"] == {
        "email": "jane@example.com",
        "firstname": "Jane",
        "lastname": None,
        "createdate": made["createdAt"],
        "lastmodifieddate": made["updatedAt"],
        "hs_object_id": made["id"],
    }
    assert read["url"].endswith(f"/record/0-1/{made['id']}")


@pytest.mark.parametrize("path", ["/crm/v3/objects/orders", "/crm/objects/2026-03/order", "/crm/objects/v3/0-123"])
def test_versions_and_names_of_an_object_lead_to_the_same_record(account: Account, path: str) -> None:
    id_ = make(account, path, hs_order_name="#1")
    assert account.get(f"{ORDERS}/{id_}?properties=hs_order_name")["properties"]["hs_order_name"] == "#1"


def test_requested_properties_come_as_null_when_empty_and_not_at_all_when_unknown(account: Account) -> None:
    id_ = make(account, ORDERS, hs_order_name="#1")
    read = account.get(f"{ORDERS}/{id_}?properties=hs_order_name,hs_tags&properties=nonsense")
    assert read["properties"]["hs_tags"] is None
    assert "nonsense" not in read["properties"]
    assert set(read["properties"]) == {
        "hs_order_name",
        "hs_tags",
        "hs_createdate",
        "hs_lastmodifieddate",
        "hs_object_id",
    }


def test_an_update_moves_the_modified_date_only_when_something_differs(account: Account) -> None:
    id_ = make(account, ORDERS, hs_order_name="#1")
    before = account.get(f"{ORDERS}/{id_}")["updatedAt"]
    account.hubspot.clock.advance(5)
    account.patch(f"{ORDERS}/{id_}", {"properties": {"hs_order_name": "#1"}})
    assert account.get(f"{ORDERS}/{id_}")["updatedAt"] == before
    changed = account.patch(f"{ORDERS}/{id_}", {"properties": {"hs_order_name": "#2"}})
    assert changed["updatedAt"] > before
    assert account.get(f"{ORDERS}/{id_}")["properties"]["hs_lastmodifieddate"] == changed["updatedAt"]


def test_an_empty_text_clears(account: Account) -> None:
    id_ = make(account, ORDERS, hs_order_name="#1", hs_tags="vip")
    assert account.patch(f"{ORDERS}/{id_}", {"properties": {"hs_tags": ""}})["properties"]["hs_tags"] is None
    assert account.get(f"{ORDERS}/{id_}?properties=hs_tags")["properties"]["hs_tags"] is None


def test_times_have_no_fraction_when_it_is_zero(account: Account) -> None:
    assert account.get(f"{ORDERS}/{make(account, ORDERS, hs_order_name='#1')}")["createdAt"] == "2026-11-02T09:00:00Z"
    account.hubspot.clock.advance(0.25)
    read = account.get(f"{ORDERS}/{make(account, ORDERS, hs_order_name='#2')}")
    assert read["createdAt"] == "2026-11-02T09:00:00.250Z"


def test_a_record_is_read_and_changed_by_a_unique_property(account: Account) -> None:
    id_ = make(account, CONTACTS, email="jane@example.com")
    assert account.get(f"{CONTACTS}/JANE@example.com?idProperty=email")["id"] == id_
    account.patch(f"{CONTACTS}/jane@example.com?idProperty=email", {"properties": {"lastname": "Doe"}})
    assert account.get(f"{CONTACTS}/{id_}")["properties"]["lastname"] == "Doe"
    refused = account.get(f"{CONTACTS}/Doe?idProperty=lastname", status=400)
    assert refused["message"] == (
        f"Unable to perform update/upsert by non-unique 0-1 property lastname in portal ID {account.portal.id}"
    )
    assert account.get(f"{CONTACTS}/nobody@example.com?idProperty=email", status=404)["status"] == "error"


def test_unknown_ids_answer_404_in_two_shapes(account: Account) -> None:
    numeric = account.get(f"{ORDERS}/999", status=404)
    assert numeric["message"] == "resource not found"
    assert "category" not in numeric
    other = account.get(f"{ORDERS}/undefined", status=404)
    assert other["category"] == "OBJECT_NOT_FOUND"
    assert other["context"] == {"id": ["undefined"]}
    account.patch(f"{ORDERS}/999", {"properties": {"hs_tags": "x"}}, status=404)


def test_an_update_without_properties_is_refused(account: Account) -> None:
    id_ = make(account, ORDERS, hs_order_name="#1")
    refused = account.patch(f"{ORDERS}/{id_}", {"properties": {}}, status=400)
    assert refused["message"] == "No properties found to update, please provide at least one."
    account.post(ORDERS, {"hs_order_name": "#1"}, status=400)


def test_a_deleted_record_is_read_as_archived_only_and_for_ninety_days(account: Account) -> None:
    id_ = make(account, ORDERS, hs_order_name="#1")
    account.delete(f"{ORDERS}/{id_}")
    account.get(f"{ORDERS}/{id_}", status=404)
    account.patch(f"{ORDERS}/{id_}", {"properties": {"hs_tags": "x"}}, status=404)
    archived = account.get(f"{ORDERS}/{id_}?archived=true&properties=hs_order_name")
    assert archived["archived"] is True
    assert archived["archivedAt"] == "2026-11-02T09:00:00Z"
    assert archived["properties"]["hs_order_name"] == "#1"
    assert [r["id"] for r in account.get(f"{ORDERS}?archived=true")["results"]] == [id_]
    assert account.get(ORDERS)["results"] == []
    account.hubspot.clock.advance(90 * DAY)
    assert account.get(f"{ORDERS}?archived=true")["results"] == []
    account.get(f"{ORDERS}/{id_}?archived=true", status=404)


def test_a_restored_record_outlives_the_ninety_days(account: Account) -> None:
    id_ = make(account, ORDERS, hs_order_name="#1")
    account.delete(f"{ORDERS}/{id_}")
    account.hubspot.actions["restore"](object_type="orders", record_id=id_)
    account.hubspot.clock.advance(91 * DAY)
    assert [r["id"] for r in account.get(ORDERS)["results"]] == [id_]
    assert account.get(f"{ORDERS}?archived=true")["results"] == []


@pytest.mark.parametrize(("setting", "status"), [("204", 204), ("404", 404)])
def test_deleting_what_never_was(setting: str, status: int) -> None:
    account = Account(delete_unknown=setting)
    account.delete(f"{ORDERS}/999", status=status)
    id_ = make(account, ORDERS, hs_order_name="#1")
    account.delete(f"{ORDERS}/{id_}")
    account.delete(f"{ORDERS}/{id_}")


def test_a_list_pages_through_every_record_once_in_order_of_id(account: Account) -> None:
    ids = [make(account, ORDERS, hs_order_name=f"#{n}") for n in range(25)]
    account.delete(f"{ORDERS}/{ids[3]}")
    seen, after = [], "0"
    while after:
        page = account.get(f"{ORDERS}?limit=10&after={after}")
        seen += [r["id"] for r in page["results"]]
        after = page.get("paging", {}).get("next", {}).get("after", "")
    assert seen == [id_ for id_ in ids if id_ != ids[3]]
    assert len(account.get(ORDERS)["results"]) == 10


def test_a_list_shows_a_write_at_once_and_takes_in_records_made_meanwhile(account: Account) -> None:
    first = [make(account, ORDERS, hs_order_name=f"#{n}") for n in range(2)]
    page = account.get(f"{ORDERS}?limit=1")
    late = make(account, ORDERS, hs_order_name="#late")
    rest = account.get(f"{ORDERS}?limit=10&after={page['paging']['next']['after']}")
    assert [r["id"] for r in rest["results"]] == [first[1], late]


@pytest.mark.parametrize("query", ["limit=101", "limit=0", "limit=x", "after=x", "after=" + "9" * 30])
def test_a_list_refuses_pages_it_does_not_have(account: Account, query: str) -> None:
    assert account.get(f"{ORDERS}?{query}", status=400)["category"] == "VALIDATION_ERROR"


def test_a_list_with_history_has_shorter_pages(account: Account) -> None:
    account.get(f"{ORDERS}?limit=50&propertiesWithHistory=hs_tags")
    account.get(f"{ORDERS}?limit=51&propertiesWithHistory=hs_tags", status=400)


def test_history_tells_every_value_newest_first_with_its_source(account: Account) -> None:
    id_ = make(account, CONTACTS, email="jane@example.com", firstname="Jan")
    account.hubspot.clock.advance(1)
    account.hubspot.actions["edit"](object_type="contacts", record_id=id_, properties={"firstname": "Jane"})
    account.hubspot.clock.advance(1)
    account.patch(f"{CONTACTS}/{id_}", {"properties": {"firstname": ""}})
    history = account.get(f"{CONTACTS}/{id_}?propertiesWithHistory=firstname")["propertiesWithHistory"]["firstname"]
    assert [v["value"] for v in history] == ["", "Jane", "Jan"]
    assert [v["timestamp"] for v in history] == [f"2026-11-02T09:00:0{n}Z" for n in (2, 1, 0)]
    assert history[0]["sourceType"] == "INTEGRATION"
    assert history[0]["sourceId"] == account.hubspot.app.app_id
    assert (history[1]["sourceType"], history[1]["sourceId"]) == ("CRM_UI", "userId:52368047")
    assert history[1]["updatedByUserId"] == 52368047


def test_history_of_a_calculated_value_names_no_app(account: Account) -> None:
    id_ = make(account, LINES, name="Mug", price="9.95", quantity="2")
    [version] = account.get(f"{LINES}/{id_}?propertiesWithHistory=amount")["propertiesWithHistory"]["amount"]
    assert version == {"value": "19.90", "timestamp": "2026-11-02T09:00:00Z", "sourceType": "CALCULATED"}


def test_a_create_links_the_record_it_makes(account: Account) -> None:
    order = make(account, ORDERS, hs_order_name="#1")
    to_order = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 514}]
    line = account.post(
        LINES, {"properties": {"name": "Mug"}, "associations": [{"to": {"id": order}, "types": to_order}]}
    )
    read = account.get(f"{ORDERS}/{order}?associations=line_items,contacts")
    assert read["associations"] == {"line items": {"results": [{"id": line["id"], "type": "order_to_line_item"}]}}
    assert "associations" not in account.get(f"{ORDERS}/{order}")
    [listed] = account.get(f"{LINES}?associations=orders")["results"]
    assert listed["associations"]["orders"]["results"] == [{"id": order, "type": "line_item_to_order"}]


def test_a_create_with_an_impossible_link_makes_nothing(account: Account) -> None:
    to_nobody = [{"to": {"id": "999"}, "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 514}]}]
    account.post(LINES, {"properties": {"name": "Mug"}, "associations": to_nobody}, status=400)
    account.post(LINES, {"properties": {"name": "Mug"}, "associations": "none"}, status=400)
    assert account.get(LINES)["results"] == []


def test_a_record_tells_which_app_made_it(account: Account) -> None:
    made = make(account, ORDERS, hs_order_name="#1")
    names = "hs_object_source,hs_object_source_id"
    read = account.get(f"{ORDERS}/{made}?properties={names}")["properties"]
    assert (read["hs_object_source"], read["hs_object_source_id"]) == ("INTEGRATION", account.hubspot.app.app_id)
    by_hand = account.hubspot.actions["create"](object_type="orders", properties={"hs_order_name": "#2"})["id"]
    assert account.get(f"{ORDERS}/{by_hand}?properties={names}")["properties"]["hs_object_source"] == "CRM_UI"


def test_an_unknown_object_is_refused(account: Account) -> None:
    assert account.get("/crm/objects/2026-09/gadgets", status=400)["message"].startswith("Unable to infer object type")


def test_goods_are_open_to_the_ecommerce_scope_and_people_are_not(account: Account) -> None:
    app = account.hubspot.app
    narrow = type(app)(app.app_id, "pat-na1-goods", app.client_secret, frozenset({"e-commerce"}))
    account.portal.apps[narrow.token] = narrow
    account.client.headers["Authorization"] = f"Bearer {narrow.token}"
    account.get("/crm/objects/2026-09/products")
    account.get(LINES)
    assert account.get(CONTACTS, status=403)["category"] == "MISSING_SCOPES"
