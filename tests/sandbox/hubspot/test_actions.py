"""What people do in HubSpot's pages, from Python and over the control plane."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from sandbox.hubspot.simulator import HubSpot
from sandbox.mounts import Transport

ORDERS = "14a2e10e-5471-408a-906e-c51f3b04369e"
OPEN = "4b27b500-f031-4927-9811-68a0b525cbae"
SHIPPED = "aa99e8d0-c1d5-4071-b915-d240bbb1aed9"


@pytest.fixture
def hubspot() -> HubSpot:
    return HubSpot(switches={"search_lag": "0"})


@pytest.fixture
def api(hubspot: HubSpot) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {hubspot.app.token}"}
    with httpx.Client(transport=Transport(hubspot), base_url="https://api.hubapi.com", headers=headers) as client:
        yield client


def act(api: httpx.Client, name: str, /, **arguments: Any) -> Any:
    """One action over the control plane."""
    response = api.post(f"/__sandbox/actions/{name}", json=arguments)
    assert response.status_code == 200, response.text
    return response.json()


def refusal(api: httpx.Client, name: str, /, **arguments: Any) -> str:
    response = api.post(f"/__sandbox/actions/{name}", json=arguments)
    assert response.status_code in {400, 404}, response.text
    return str(response.json()["error"])


def contact(api: httpx.Client, email: str = "jane@example.com") -> str:
    response = api.post("/crm/objects/2026-09/contacts", json={"properties": {"email": email, "firstname": "Jane"}})
    assert response.status_code == 201
    return str(response.json()["id"])


def read(api: httpx.Client, path: str, **query: str) -> Any:
    response = api.get(f"/crm/objects/2026-09/{path}", params=query)
    assert response.status_code == 200, response.text
    return response.json()


def test_every_action_says_what_it_does(api: httpx.Client) -> None:
    told = api.get("/__sandbox/actions").json()
    assert {"edit", "merge", "delete_property", "share_limits", "add_app"} <= set(told)
    assert all(action["does"] for action in told.values())


def test_an_edit_shows_and_is_the_persons(api: httpx.Client) -> None:
    id_ = contact(api)
    act(api, "edit", object_type="contacts", record_id=id_, properties={"firstname": "Joan"}, user_id="77")
    shown = read(api, f"contacts/{id_}", propertiesWithHistory="firstname")
    new, old = shown["propertiesWithHistory"]["firstname"]
    assert (new["value"], new["sourceType"], new["sourceId"], new["updatedByUserId"]) == (
        "Joan",
        "CRM_UI",
        "userId:77",
        77,
    )
    assert (old["value"], old["sourceType"]) == ("Jane", "INTEGRATION")


def test_a_person_is_held_to_the_same_rules(api: httpx.Client) -> None:
    id_ = contact(api)
    assert "HubSpot refuses" in refusal(
        api, "edit", object_type="contacts", record_id=id_, properties={"lifecyclestage": "king"}
    )
    assert "HubSpot refuses" in refusal(
        api, "edit", object_type="contacts", record_id="1", properties={"firstname": "Joan"}
    )
    assert "Unable to infer object type" in refusal(api, "archive", object_type="unicorns", record_id="1")


def test_a_person_spends_none_of_the_limits(hubspot: HubSpot, api: httpx.Client) -> None:
    id_ = contact(api)
    for number in range(300):
        hubspot.actions["edit"]("contacts", id_, {"firstname": f"Jane {number}"})
    assert api.get(f"/crm/objects/2026-09/contacts/{id_}").headers["X-HubSpot-RateLimit-Remaining"] == "188"


def test_create_archive_restore(hubspot: HubSpot, api: httpx.Client) -> None:
    id_ = act(api, "create", object_type="company", properties={"name": "Example Ltd"})["id"]
    act(api, "archive", object_type="company", record_id=id_)
    assert api.get(f"/crm/objects/2026-09/companies/{id_}").status_code == 404
    assert read(api, f"companies/{id_}", archived="true")["archived"] is True
    assert "no company" in refusal(api, "archive", object_type="company", record_id=id_)
    assert act(api, "restore", object_type="company", record_id=id_) == {"id": id_}
    assert read(api, f"companies/{id_}")["properties"]["name"] == "Example Ltd"
    assert "no deleted company" in refusal(api, "restore", object_type="company", record_id=id_)


def test_after_ninety_days_nothing_can_be_restored(hubspot: HubSpot, api: httpx.Client) -> None:
    id_ = contact(api)
    act(api, "archive", object_type="contacts", record_id=id_)
    hubspot.clock.advance(90 * 86_400 + 1)
    assert refusal(api, "restore", object_type="contacts", record_id=id_)


def test_merge_shows_the_survivor(api: httpx.Client) -> None:
    first, second = contact(api), contact(api, "joan@example.com")
    survivor = act(api, "merge", object_type="contacts", primary_id=first, other_id=second)["id"]
    assert read(api, f"contacts/{first}")["id"] == read(api, f"contacts/{second}")["id"] == survivor


def test_erase_forgets_a_contact(api: httpx.Client) -> None:
    id_ = contact(api)
    act(api, "erase", record_id=id_)
    assert api.get(f"/crm/objects/2026-09/contacts/{id_}", params={"archived": "true"}).status_code == 404


def test_an_order_is_dragged_to_a_stage(api: httpx.Client) -> None:
    order = act(api, "create", object_type="orders", properties={"hs_order_name": "#1"})["id"]
    act(api, "move_order", record_id=order, stage=SHIPPED)
    shown = read(api, f"orders/{order}", properties="hs_pipeline_stage,hs_pipeline")["properties"]
    assert (shown["hs_pipeline_stage"], shown["hs_pipeline"]) == (SHIPPED, ORDERS)
    assert "HubSpot refuses" in refusal(api, "move_order", record_id=order, stage="nowhere")


def test_records_are_linked_and_unlinked(api: httpx.Client) -> None:
    order = act(api, "create", object_type="orders", properties={"hs_order_name": "#1"})["id"]
    person = contact(api)
    pair = {"object_type": "orders", "record_id": order, "to_type": "contacts", "to_id": person}
    act(api, "associate", **pair)
    linked = f"/crm/objects/2026-09/orders/{order}/associations/contacts"
    assert [row["toObjectId"] for row in api.get(linked).json()["results"]] in ([person], [int(person)])
    act(api, "dissociate", **pair)
    assert api.get(linked).json()["results"] == []


def test_a_label_can_be_chosen(hubspot: HubSpot, api: httpx.Client) -> None:
    order = act(api, "create", object_type="orders", properties={"hs_order_name": "#1"})["id"]
    company = act(api, "create", object_type="companies", properties={"name": "Example Ltd"})["id"]
    act(api, "associate", object_type="orders", record_id=order, to_type="companies", to_id=company, type_id=2692)
    assert (
        2692
        in hubspot.portal.linked(hubspot.portal.store("orders").records[order], hubspot.portal.store("companies").kind)[
            company
        ]
    )


def own_property(api: httpx.Client, name: str = "size") -> str:
    body = {"name": name, "label": "Size", "type": "string", "fieldType": "text", "groupName": "contactinformation"}
    assert api.post("/crm/properties/2026-09/contacts", json=body).status_code == 201
    return name


def test_a_deleted_property_refuses_writes(hubspot: HubSpot, api: httpx.Client) -> None:
    name, id_ = own_property(api), contact(api)
    hubspot.clock.advance(2)
    write = {"properties": {name: "XL"}}
    assert api.patch(f"/crm/objects/2026-09/contacts/{id_}", json=write).status_code == 200
    act(api, "delete_property", object_type="contacts", name=name)
    refused = api.patch(f"/crm/objects/2026-09/contacts/{id_}", json=write)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "PROPERTY_DOESNT_EXIST")


def test_a_property_in_use_stays(hubspot: HubSpot, api: httpx.Client) -> None:
    name = own_property(api)
    hubspot.clock.advance(2)
    act(api, "use_property", object_type="contacts", name=name)
    assert "currently used" in refusal(api, "delete_property", object_type="contacts", name=name)
    refused = api.delete(f"/crm/properties/2026-09/contacts/{name}")
    assert refused.json()["errors"][0]["code"] == "CANNOT_DELETE_PROPERTY_IN_USE"


def test_a_property_made_required_breaks_creates_of_the_new_version_only(api: httpx.Client) -> None:
    act(api, "require_property", object_type="contacts", name="lastname")
    body = {"properties": {"email": "jane@example.com"}}
    assert api.post("/crm/objects/2026-09/contacts", json=body).status_code == 400
    assert api.post("/crm/objects/2026-03/contacts", json=body).status_code == 201
    act(api, "require_property", object_type="contacts", name="lastname", required=False)
    body = {"properties": {"email": "joan@example.com"}}
    assert api.post("/crm/objects/2026-09/contacts", json=body).status_code == 201
    assert "unknown" in refusal(api, "require_property", object_type="contacts", name="no_such_thing")


def test_a_property_gets_another_label(hubspot: HubSpot, api: httpx.Client) -> None:
    name = own_property(api)
    hubspot.clock.advance(2)
    act(api, "change_property", object_type="contacts", name=name, changes={"label": "Shoe size"})
    assert api.get(f"/crm/properties/2026-09/contacts/{name}").json()["label"] == "Shoe size"


def test_a_stage_is_renamed_and_deleted_unless_in_use(api: httpx.Client) -> None:
    stage = {"pipeline": ORDERS, "stage": SHIPPED}
    act(api, "change_stage", **stage, changes={"label": "On its way"})
    stages = api.get(f"/crm/pipelines/2026-09/orders/{ORDERS}/stages").json()["results"]
    assert {each["id"]: each["label"] for each in stages}[SHIPPED] == "On its way"
    order = act(api, "create", object_type="orders", properties={"hs_order_name": "#1", "hs_pipeline_stage": SHIPPED})
    assert "HubSpot refuses" in refusal(api, "delete_stage", **stage)
    act(api, "move_order", record_id=order["id"], stage=OPEN)
    act(api, "delete_stage", **stage)
    assert "HubSpot refuses" in refusal(api, "move_order", record_id=order["id"], stage=SHIPPED)


def test_a_pipeline_is_renamed(api: httpx.Client) -> None:
    act(api, "change_pipeline", pipeline=ORDERS, changes={"label": "Our orders"})
    assert api.get(f"/crm/pipelines/2026-09/orders/{ORDERS}").json()["label"] == "Our orders"
    assert "knows no" in refusal(api, "change_pipeline", pipeline="nothing", changes={"label": "Our orders"})


def test_a_currency_taken_away_is_refused_and_one_added_is_taken(api: httpx.Client) -> None:
    def order(currency: str) -> int:
        body = {"properties": {"hs_order_name": "#1", "hs_currency_code": currency}}
        return api.post("/crm/objects/2026-09/orders", json=body).status_code

    assert (order("EUR"), order("JPY")) == (201, 400)
    act(api, "set_currencies", company="USD", additional=["JPY"])
    assert (order("EUR"), order("JPY"), order("USD")) == (400, 201, 201)
    definition = api.get("/crm/properties/2026-09/orders/hs_currency_code").json()
    assert [option["value"] for option in definition["options"]] == ["USD", "JPY"]
    assert api.get("/crm/properties/2026-09/products/hs_price_jpy").status_code == 200


def test_the_plan_sets_the_limits(api: httpx.Client) -> None:
    act(api, "set_plan", tier="starter")
    assert api.get("/crm/objects/2026-09/contacts").headers["X-HubSpot-RateLimit-Max"] == "100"
    act(api, "set_plan", tier="enterprise", api_add_ons=1, time_zone="Asia/Tokyo")
    assert api.get("/crm/objects/2026-09/contacts").headers["X-HubSpot-RateLimit-Daily"] == "2000000"
    assert "tier is one of" in refusal(api, "set_plan", tier="platinum")


def test_others_share_the_limits(api: httpx.Client) -> None:
    act(api, "share_limits", share=0.9)
    codes = [api.get("/crm/objects/2026-09/contacts").status_code for _ in range(20)]
    assert codes == [200] * 19 + [429]
    assert "between 0 and 0.9" in refusal(api, "share_limits", share=2)


def test_what_is_not_modelled_says_so(api: httpx.Client) -> None:
    carts = [act(api, "create", object_type="carts", properties={"hs_cart_name": name})["id"] for name in "ab"]
    response = api.post(
        "/__sandbox/actions/merge", json={"object_type": "carts", "primary_id": carts[0], "other_id": carts[1]}
    )
    assert response.status_code == 501
    assert "merging carts" in response.json()["missing"]


@pytest.mark.parametrize(
    "config",
    [
        [],
        5,
        {"settings": []},
        {"settings": {"targetUrl": "https://x.example.com"}, "subscriptions": {"crmObjects": [5]}},
    ],
)
def test_a_component_of_another_shape_is_refused(api: httpx.Client, config: Any) -> None:
    assert refusal(api, "deploy_webhooks", config=config)
