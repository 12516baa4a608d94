"""Who may call: static tokens, service keys, scopes; and what is said to the others."""

import httpx
import pytest

from sandbox.hubspot.simulator import HubSpot
from tests.sandbox.hubspot.calling import bearer, get

CONTACTS = "/crm/objects/2026-09/contacts"


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": ""}, {"Authorization": "Bearer"}, {"Authorization": "Basic dXNlcjpwYXNz"}, bearer("wrong")],
)
def test_without_a_known_token_it_is_401(web: httpx.Client, headers: dict[str, str]) -> None:
    response = web.get(CONTACTS, headers=headers)
    assert response.status_code == 401
    body = response.json()
    assert (body["status"], body["category"]) == ("error", "INVALID_AUTHENTICATION")
    assert body["correlationId"]


def test_a_static_token_lasts(hubspot: HubSpot, web: httpx.Client) -> None:
    hubspot.clock.advance(365 * 86_400)
    assert get(web, hubspot.app.token).status_code == 200


def test_a_missing_scope_is_named(hubspot: HubSpot, web: httpx.Client) -> None:
    app = hubspot.actions["add_app"](scopes=["crm.objects.contacts.read"])
    assert get(web, app["token"]).status_code == 200
    refusal = web.post(CONTACTS, json={"properties": {"email": "jane@example.com"}}, headers=bearer(app["token"]))
    assert refusal.status_code == 403
    body = refusal.json()
    assert body["category"] == "MISSING_SCOPES"
    assert body["errors"][0]["context"]["requiredGranularScopes"] == ["crm.objects.contacts.write"]
    assert sum(1 for _ in hubspot.portal.store("contacts").live()) == 0


@pytest.mark.parametrize(
    ("path", "opened"),
    [("products", True), ("line_items", True), ("contacts", False), ("orders", False), ("carts", False)],
)
def test_e_commerce_opens_products_and_lines_only(hubspot: HubSpot, web: httpx.Client, path: str, opened: bool) -> None:
    token = hubspot.actions["add_app"](scopes=["e-commerce"])["token"]
    assert get(web, token, f"/crm/objects/2026-09/{path}").status_code == (200 if opened else 403)


def test_scopes_change_with_a_new_installation(hubspot: HubSpot, web: httpx.Client) -> None:
    token = hubspot.actions["add_app"](scopes=["crm.objects.contacts.read"])["token"]
    assert get(web, token, "/crm/objects/2026-09/orders").status_code == 403
    hubspot.actions["set_scopes"](token, ["crm.objects.orders.read"])
    assert get(web, token, "/crm/objects/2026-09/orders").status_code == 200
    assert get(web, token).status_code == 403


def test_a_service_key_writes_under_its_own_id(hubspot: HubSpot, web: httpx.Client) -> None:
    key = hubspot.actions["add_app"]("service_key")
    created = web.post(CONTACTS, json={"properties": {"email": "jane@example.com"}}, headers=bearer(key["token"]))
    shown = get(web, key["token"], f"{CONTACTS}/{created.json()['id']}?propertiesWithHistory=email").json()
    [version] = shown["propertiesWithHistory"]["email"]
    assert (version["sourceType"], version["sourceId"]) == ("INTEGRATION", key["appId"])
    assert key["appId"] != hubspot.app.app_id


def test_a_key_rotated_now_dies_now(hubspot: HubSpot, web: httpx.Client) -> None:
    old = hubspot.actions["add_app"]("service_key")
    new = hubspot.actions["rotate_token"](old["token"])
    assert (get(web, old["token"]).status_code, get(web, new["token"]).status_code) == (401, 200)
    assert new["appId"] == old["appId"]


def test_a_key_rotated_with_grace_lives_a_week(hubspot: HubSpot, web: httpx.Client) -> None:
    old = hubspot.actions["add_app"]("service_key")
    new = hubspot.actions["rotate_token"](old["token"], grace_days=7)
    hubspot.clock.advance(7 * 86_400 - 1)
    assert get(web, old["token"]).status_code == 200
    hubspot.clock.advance(1)
    assert get(web, old["token"]).json()["category"] == "EXPIRED_AUTHENTICATION"
    assert get(web, new["token"]).status_code == 200


def test_an_uninstalled_app_is_a_stranger(hubspot: HubSpot, web: httpx.Client) -> None:
    app = hubspot.actions["add_app"]()
    hubspot.actions["uninstall"](app["appId"])
    assert get(web, app["token"]).json()["category"] == "INVALID_AUTHENTICATION"
