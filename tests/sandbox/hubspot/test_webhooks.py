"""Webhooks as a receiver gets them: which events an app is told of, and what stands in them."""

from collections import Counter
from typing import Any

import pytest

from sandbox.clock import epoch_ms
from sandbox.hubspot.simulator import HubSpot
from tests.sandbox.hubspot.hooks import URL, Receiver, contact, run, subscribed


def test_a_changed_value(hubspot: HubSpot) -> None:
    receiver, id_ = Receiver(hubspot), contact(hubspot)
    [made] = hubspot.actions["deploy_webhooks"](subscribed(("propertyChange", "contact", "firstname")))
    hubspot.clock.advance(60)
    hubspot.actions["edit"]("contacts", id_, {"firstname": "Jané", "lastname": "Doe"}, user_id="52368047")
    at = epoch_ms(hubspot.clock.now)
    run(hubspot)
    [event] = receiver.events
    assert isinstance(event.pop("eventId"), int)
    assert event == {
        "subscriptionId": made["id"],
        "portalId": int(hubspot.portal.id),
        "appId": int(hubspot.app.app_id),
        "occurredAt": at,
        "subscriptionType": "object.propertyChange",
        "attemptNumber": 0,
        "objectId": int(id_),
        "objectTypeId": "0-1",
        "propertyName": "firstname",
        "propertyValue": "Jané",
        "changeSource": "CRM_UI",
        "sourceId": "userId:52368047",
        "isSensitive": False,
    }


def test_an_app_sees_its_own_writes_as_its_own(hubspot: HubSpot) -> None:
    receiver = Receiver(hubspot)
    hubspot.actions["deploy_webhooks"](subscribed(("creation", "contact"), ("propertyChange", "contact", "email")))
    hubspot.portal.create(hubspot.portal.store("contacts"), {"email": "jane@example.com"}, hubspot.app.source)
    run(hubspot)
    assert {event["subscriptionType"] for event in receiver.events} == {"object.creation", "object.propertyChange"}
    for event in receiver.events:
        assert (event["changeSource"], event["sourceId"]) == ("INTEGRATION", hubspot.app.app_id)


def test_deletion_and_restoration(hubspot: HubSpot) -> None:
    receiver, id_ = Receiver(hubspot), contact(hubspot)
    hubspot.actions["deploy_webhooks"](subscribed(("deletion", "contact"), ("restore", "contact")))
    hubspot.actions["archive"]("contacts", id_)
    run(hubspot)
    hubspot.actions["restore"]("contacts", id_)
    run(hubspot)
    gone, back = receiver.events
    assert (gone["subscriptionType"], gone["changeFlag"], gone["objectId"]) == ("object.deletion", "DELETED", int(id_))
    assert (back["subscriptionType"], back["objectId"]) == ("object.restore", int(id_))


@pytest.mark.parametrize("setting", ["new", "primary"])
def test_a_merge_names_all_ids(setting: str) -> None:
    hubspot = HubSpot(switches={"merged_id": setting})
    receiver, first, second = Receiver(hubspot), contact(hubspot), contact(hubspot, "joan@example.com", city="Bonn")
    hubspot.actions["deploy_webhooks"](subscribed(("merge", "contact")))
    survivor = hubspot.actions["merge"]("contacts", first, second)["id"]
    run(hubspot)
    [event] = receiver.events
    assert event["primaryObjectId"] == int(first)
    assert event["mergedObjectIds"] == [int(second)]
    assert event["newObjectId"] == int(survivor)
    assert event["numberOfPropertiesMoved"] >= 1
    assert event["changeSource"] == "CRM_UI"


def test_a_changed_association_has_two_ends_and_no_object_id(hubspot: HubSpot) -> None:
    receiver, id_ = Receiver(hubspot), contact(hubspot)
    company = hubspot.actions["create"]("companies", {"name": "Example Ltd"})["id"]
    hubspot.actions["deploy_webhooks"](subscribed(("associationChange", "contact")))
    hubspot.actions["associate"]("contacts", id_, "companies", company)
    run(hubspot)
    hubspot.actions["dissociate"]("contacts", id_, "companies", company)
    run(hubspot)
    made, removed = receiver.events
    assert "objectId" not in made
    assert (made["fromObjectId"], made["toObjectId"]) == (int(id_), int(company))
    assert (made["associationType"], made["associationRemoved"]) == ("CONTACT_TO_COMPANY", False)
    assert removed["associationRemoved"] is True


@pytest.mark.parametrize("linker", ["contacts", "companies"])
def test_both_ends_of_a_link_are_told(hubspot: HubSpot, linker: str) -> None:
    receiver, id_ = Receiver(hubspot), contact(hubspot)
    company = hubspot.actions["create"]("companies", {"name": "Example Ltd"})["id"]
    hubspot.actions["deploy_webhooks"](subscribed(("associationChange", "contact"), ("associationChange", "company")))
    ends = [("contacts", id_), ("companies", company)]
    (kind, from_id), (other, to_id) = ends if linker == "contacts" else reversed(ends)
    hubspot.actions["associate"](kind, from_id, other, to_id)
    run(hubspot)
    told = {event["associationType"]: (event["fromObjectId"], event["toObjectId"]) for event in receiver.events}
    assert told == {
        "CONTACT_TO_COMPANY": (int(id_), int(company)),
        "COMPANY_TO_CONTACT": (int(company), int(id_)),
    }


def test_a_privacy_deletion_is_told_as_itself_and_as_a_deletion(hubspot: HubSpot) -> None:
    receiver, id_ = Receiver(hubspot), contact(hubspot)
    config = subscribed(("deletion", "contact"))
    config["subscriptions"]["hubEvents"] = [{"subscriptionType": "contact.privacyDeletion", "active": True}]
    hubspot.actions["deploy_webhooks"](config)
    hubspot.actions["erase"](id_)
    run(hubspot)
    told = Counter(event["subscriptionType"] for event in receiver.events)
    assert told == {"contact.privacyDeletion": 1, "object.deletion": 1}
    assert {event["objectId"] for event in receiver.events} == {int(id_)}


def test_legacy_names_come_without_a_type_id(hubspot: HubSpot) -> None:
    receiver = Receiver(hubspot)
    config = subscribed()
    config["subscriptions"]["legacyCrmObjects"] = [
        {"subscriptionType": "contact.propertyChange", "propertyName": "firstname", "active": True}
    ]
    hubspot.actions["deploy_webhooks"](config)
    contact(hubspot, firstname="Jane")
    run(hubspot)
    [event] = receiver.events
    assert event["subscriptionType"] == "contact.propertyChange"
    assert "objectTypeId" not in event


def test_a_generic_and_a_legacy_subscription_tell_the_same_twice(hubspot: HubSpot) -> None:
    receiver = Receiver(hubspot)
    config = subscribed(("creation", "contact"))
    config["subscriptions"]["legacyCrmObjects"] = [{"subscriptionType": "contact.creation"}]
    hubspot.actions["deploy_webhooks"](config)
    contact(hubspot)
    run(hubspot)
    assert len({event["subscriptionId"] for event in receiver.events}) == len(receiver.events) == 2


@pytest.mark.parametrize("object_type", ["order", "0-123", "cart", "line_item", "product", "company"])
def test_every_object_has_generic_events(hubspot: HubSpot, object_type: str) -> None:
    receiver = Receiver(hubspot)
    hubspot.actions["deploy_webhooks"](subscribed(("creation", object_type)))
    name = {"order": "hs_order_name", "0-123": "hs_order_name", "cart": "hs_cart_name"}.get(object_type, "name")
    hubspot.actions["create"](object_type, {name: "x"})
    contact(hubspot)
    run(hubspot)
    [event] = receiver.events
    assert event["objectTypeId"] == hubspot.portal.store(object_type).kind.type_id


def test_an_inactive_subscription_is_silent(hubspot: HubSpot) -> None:
    receiver = Receiver(hubspot)
    config = subscribed(("creation", "contact"))
    config["subscriptions"]["crmObjects"][0]["active"] = False
    hubspot.actions["deploy_webhooks"](config)
    contact(hubspot)
    run(hubspot)
    assert receiver.requests == []


def test_without_the_read_scope_nothing_comes(hubspot: HubSpot) -> None:
    receiver = Receiver(hubspot)
    app = hubspot.actions["add_app"](scopes=["crm.objects.companies.read"])
    hubspot.actions["deploy_webhooks"](subscribed(("creation", "contact"), ("creation", "company")), app["appId"])
    contact(hubspot)
    hubspot.actions["create"]("companies", {"name": "Example Ltd"})
    run(hubspot)
    assert [event["objectTypeId"] for event in receiver.events] == ["0-2"]


def test_a_service_key_has_no_webhooks(hubspot: HubSpot) -> None:
    key = hubspot.actions["add_app"]("service_key")
    with pytest.raises(ValueError, match="no webhooks"):
        hubspot.actions["deploy_webhooks"](subscribed(("creation", "contact")), key["appId"])


def test_an_uninstalled_app_hears_nothing_more(hubspot: HubSpot) -> None:
    receiver, app = Receiver(hubspot), hubspot.actions["add_app"]()
    hubspot.actions["deploy_webhooks"](subscribed(("creation", "contact")), app["appId"])
    hubspot.actions["uninstall"](app["appId"])
    contact(hubspot)
    run(hubspot)
    assert receiver.requests == []


def test_a_deployment_replaces_the_one_before(hubspot: HubSpot) -> None:
    receiver = Receiver(hubspot)
    hubspot.actions["deploy_webhooks"](subscribed(("creation", "contact")))
    hubspot.actions["deploy_webhooks"](subscribed(("deletion", "contact")))
    contact(hubspot)
    run(hubspot)
    assert receiver.requests == []


@pytest.mark.parametrize(
    "config",
    [
        subscribed(targetUrl="http://hooks.example.com"),
        subscribed(maxConcurrentRequests=5),
        subscribed(("creation", "unicorn")),
        subscribed(("explosion", "contact")),
        subscribed(("propertyChange", "contact")),
        subscribed(("creation", "contact", "firstname")),
        subscribed(("creation", "contact"), ("creation", "contact")),
        subscribed(("propertyChange", "contact", "city"), ("propertyChange", "0-1", "city")),
        {
            "settings": {"targetUrl": URL},
            "subscriptions": {"legacyCrmObjects": [{"subscriptionType": "order.creation"}]},
        },
        {
            "settings": {"targetUrl": URL},
            "subscriptions": {"legacyCrmObjects": [{"subscriptionType": "product.associationChange"}]},
        },
        {
            "settings": {"targetUrl": URL},
            "subscriptions": {"hubEvents": [{"subscriptionType": "conversation.creation"}]},
        },
        subscribed(*[("propertyChange", "contact", f"p{n}") for n in range(1_001)]),
    ],
)
def test_a_component_hubspot_would_refuse(hubspot: HubSpot, config: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        hubspot.actions["deploy_webhooks"](config)


@pytest.mark.parametrize("setting", ["subscriptionType", "eventType"])
def test_the_key_of_the_type_is_a_switch(setting: str) -> None:
    hubspot = HubSpot(switches={"webhook_type_key": setting})
    receiver = Receiver(hubspot)
    hubspot.actions["deploy_webhooks"](subscribed(("creation", "contact")))
    contact(hubspot)
    run(hubspot)
    [event] = receiver.events
    assert event[setting] == "object.creation"
    assert len({"subscriptionType", "eventType"} & set(event)) == 1


@pytest.mark.parametrize(("setting", "length"), [("1000", 1_000), ("100", 100), ("none", 5_000)])
def test_a_long_value_is_cut(setting: str, length: int) -> None:
    hubspot = HubSpot(switches={"webhook_value_limit": setting})
    receiver = Receiver(hubspot)
    hubspot.actions["deploy_webhooks"](subscribed(("propertyChange", "contact", "address")))
    contact(hubspot, address="x" * 5_000)
    run(hubspot)
    [event] = receiver.events
    assert event["propertyValue"] == "x" * length
