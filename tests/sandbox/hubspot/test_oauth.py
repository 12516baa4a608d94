"""OAuth: from code to expiry, refresh, introspection, revocation, and the legacy look-ups."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from sandbox.hubspot.simulator import HubSpot
from tests.sandbox.hubspot.calling import bearer, get

CONTACTS = "/crm/objects/2026-09/contacts"
REDIRECT = "https://app.example.com/callback"
TOKEN = "/oauth/2026-09/token"


@pytest.fixture
def client_app(hubspot: HubSpot) -> dict[str, str]:
    made: dict[str, str] = hubspot.actions["register_oauth_app"](
        REDIRECT, ["crm.objects.contacts.read", "crm.objects.contacts.write", "oauth"]
    )
    return made


def credentials(client_app: dict[str, str]) -> dict[str, str]:
    return {"client_id": client_app["clientId"], "client_secret": client_app["clientSecret"]}


def code_for(hubspot: HubSpot, client_app: dict[str, str], **options: Any) -> str:
    location: str = hubspot.actions["authorize"](client_app["clientId"], **options)["location"]
    assert location.startswith(REDIRECT + "?")
    [code] = parse_qs(urlsplit(location).query)["code"]
    return code


def exchange(web: httpx.Client, client_app: dict[str, str], path: str = TOKEN, **form: str) -> httpx.Response:
    return web.post(path, data=credentials(client_app) | form)


def granted(hubspot: HubSpot, web: httpx.Client, client_app: dict[str, str]) -> dict[str, Any]:
    code = code_for(hubspot, client_app)
    response = exchange(web, client_app, grant_type="authorization_code", code=code, redirect_uri=REDIRECT)
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def test_a_code_becomes_a_token_of_thirty_minutes(
    hubspot: HubSpot, web: httpx.Client, client_app: dict[str, str]
) -> None:
    token = granted(hubspot, web, client_app)
    assert (token["expires_in"], token["token_type"], token["hub_id"]) == (1_800, "bearer", int(hubspot.portal.id))
    assert token["token_use"] == "access_token"
    assert get(web, token["access_token"]).status_code == 200
    hubspot.clock.advance(1_800)
    expired = get(web, token["access_token"])
    assert (expired.status_code, expired.json()["category"]) == (401, "EXPIRED_AUTHENTICATION")


def test_an_oauth_app_has_the_scopes_it_was_granted(
    hubspot: HubSpot, web: httpx.Client, client_app: dict[str, str]
) -> None:
    code = code_for(hubspot, client_app, scopes=["crm.objects.contacts.read"])
    token = exchange(web, client_app, grant_type="authorization_code", code=code, redirect_uri=REDIRECT).json()
    assert token["scopes"] == ["crm.objects.contacts.read"]
    assert get(web, token["access_token"]).status_code == 200
    refusal = web.post(CONTACTS, json={"properties": {"email": "a@example.com"}}, headers=bearer(token["access_token"]))
    assert refusal.status_code == 403
    with pytest.raises(ValueError, match="not registered for"):
        hubspot.actions["authorize"](client_app["clientId"], scopes=["crm.objects.orders.write"])


def test_the_state_comes_back(hubspot: HubSpot, client_app: dict[str, str]) -> None:
    location = hubspot.actions["authorize"](client_app["clientId"], state="a b&c")["location"]
    assert parse_qs(urlsplit(location).query)["state"] == ["a b&c"]


def test_a_refresh_token_gives_new_access_for_good(
    hubspot: HubSpot, web: httpx.Client, client_app: dict[str, str]
) -> None:
    first = granted(hubspot, web, client_app)
    hubspot.clock.advance(90 * 86_400)
    second = exchange(web, client_app, grant_type="refresh_token", refresh_token=first["refresh_token"]).json()
    assert second["refresh_token"] == first["refresh_token"]
    assert second["access_token"] != first["access_token"]
    assert get(web, second["access_token"]).status_code == 200
    assert get(web, first["access_token"]).status_code == 401


def test_a_code_is_good_once(hubspot: HubSpot, web: httpx.Client, client_app: dict[str, str]) -> None:
    form = {"grant_type": "authorization_code", "code": code_for(hubspot, client_app), "redirect_uri": REDIRECT}
    assert exchange(web, client_app, **form).status_code == 200
    again = exchange(web, client_app, **form)
    assert (again.status_code, again.json()["error"], again.json()["status"]) == (
        400,
        "invalid_grant",
        "BAD_AUTH_CODE",
    )


def test_a_code_does_not_wait_for_ever(hubspot: HubSpot, web: httpx.Client, client_app: dict[str, str]) -> None:
    code = code_for(hubspot, client_app)
    hubspot.clock.advance(601)
    refused = exchange(web, client_app, grant_type="authorization_code", code=code, redirect_uri=REDIRECT)
    assert refused.json()["status"] == "BAD_AUTH_CODE"


def test_pkce_wants_the_verifier(hubspot: HubSpot, web: httpx.Client, client_app: dict[str, str]) -> None:
    verifier = "a-verifier-of-forty-three-characters-or-more"
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    form = {
        "grant_type": "authorization_code",
        "code": code_for(hubspot, client_app, code_challenge=challenge),
        "redirect_uri": REDIRECT,
    }
    assert exchange(web, client_app, **form).status_code == 400
    assert exchange(web, client_app, **form, code_verifier="wrong").status_code == 400
    assert exchange(web, client_app, **form, code_verifier=verifier).status_code == 200


def test_client_credentials(web: httpx.Client, client_app: dict[str, str]) -> None:
    token = exchange(web, client_app, grant_type="client_credentials", scope="crm.objects.contacts.read").json()
    assert (token["token_use"], "refresh_token" in token) == ("client_credentials", False)
    assert get(web, token["access_token"]).status_code == 200
    refused = exchange(web, client_app, grant_type="client_credentials", scope="crm.objects.orders.read")
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_scope")


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"client_id": "wrong"}, "BAD_CLIENT_ID", "invalid_client"),
        ({"client_secret": "wrong"}, "BAD_CLIENT_SECRET", "invalid_client"),
        ({"grant_type": "password"}, "BAD_GRANT_TYPE", "unsupported_grant_type"),
        ({"refresh_token": "wrong"}, "BAD_REFRESH_TOKEN", "invalid_grant"),
        ({"grant_type": "authorization_code", "code": "wrong"}, "BAD_AUTH_CODE", "invalid_grant"),
    ],
)
def test_the_token_endpoint_says_what_is_wrong(
    hubspot: HubSpot, web: httpx.Client, client_app: dict[str, str], form: dict[str, str], status: str, error: str
) -> None:
    good = {"grant_type": "refresh_token", "refresh_token": granted(hubspot, web, client_app)["refresh_token"]}
    response = web.post(TOKEN, data=credentials(client_app) | good | form)
    assert response.status_code == 400
    body = response.json()
    assert (body["status"], body["error"]) == (status, error)
    assert body["error_description"] == body["message"]
    assert body["correlationId"]


def test_a_json_body_is_not_understood(hubspot: HubSpot, web: httpx.Client, client_app: dict[str, str]) -> None:
    refresh_token = granted(hubspot, web, client_app)["refresh_token"]
    form = credentials(client_app) | {"grant_type": "refresh_token", "refresh_token": refresh_token}
    assert web.post(TOKEN, json=form).json()["status"] == "BAD_GRANT_TYPE"
    assert web.post(TOKEN, data=form).status_code == 200


def test_a_wrong_redirect_is_refused_and_the_code_stays(
    hubspot: HubSpot, web: httpx.Client, client_app: dict[str, str]
) -> None:
    form = {"grant_type": "authorization_code", "code": code_for(hubspot, client_app)}
    wrong = exchange(web, client_app, **form, redirect_uri="https://elsewhere.example.org")
    assert wrong.json()["status"] == "BAD_REDIRECT_URI"
    assert exchange(web, client_app, **form, redirect_uri=REDIRECT).status_code == 200


def test_another_app_cannot_use_the_code_or_the_refresh_token(
    hubspot: HubSpot, web: httpx.Client, client_app: dict[str, str]
) -> None:
    thief = hubspot.actions["register_oauth_app"](REDIRECT)
    code, refresh_token = code_for(hubspot, client_app), granted(hubspot, web, client_app)["refresh_token"]
    by_code = exchange(web, thief, grant_type="authorization_code", code=code, redirect_uri=REDIRECT)
    by_refresh = exchange(web, thief, grant_type="refresh_token", refresh_token=refresh_token)
    assert (by_code.status_code, by_refresh.status_code) == (400, 400)


def test_introspection(hubspot: HubSpot, web: httpx.Client, client_app: dict[str, str]) -> None:
    token = granted(hubspot, web, client_app)
    hubspot.clock.advance(60)
    path = f"{TOKEN}/introspect"
    told = exchange(web, client_app, path, token=token["access_token"], token_type_hint="access_token").json()
    assert told["active"] is True
    assert (told["expires_in"], told["app_id"], told["hub_id"]) == (
        1_740,
        int(client_app["appId"]),
        int(hubspot.portal.id),
    )
    assert told["scopes"] == ["crm.objects.contacts.read", "crm.objects.contacts.write", "oauth"]
    refresh = exchange(web, client_app, path, token=token["refresh_token"]).json()
    assert (refresh["active"], refresh["token_use"]) == (True, "refresh_token")
    assert exchange(web, client_app, path, token="unknown").json() == {"active": False}
    hubspot.clock.advance(1_740)
    assert exchange(web, client_app, path, token=token["access_token"]).json() == {"active": False}


def test_revocation(hubspot: HubSpot, web: httpx.Client, client_app: dict[str, str]) -> None:
    token = granted(hubspot, web, client_app)
    path = f"{TOKEN}/revoke"
    assert exchange(web, client_app, path, token=token["access_token"]).status_code == 200
    assert get(web, token["access_token"]).json()["category"] == "INVALID_AUTHENTICATION"
    assert exchange(web, client_app, path, token=token["refresh_token"]).status_code == 200
    refused = exchange(web, client_app, grant_type="refresh_token", refresh_token=token["refresh_token"])
    assert refused.json()["status"] == "BAD_REFRESH_TOKEN"
    assert exchange(web, client_app, path, token="never there").status_code == 200


def test_nobody_revokes_a_static_token(hubspot: HubSpot, web: httpx.Client, client_app: dict[str, str]) -> None:
    exchange(web, client_app, f"{TOKEN}/revoke", token=hubspot.app.token)
    assert get(web, hubspot.app.token).status_code == 200


def test_the_legacy_look_ups(hubspot: HubSpot, web: httpx.Client, client_app: dict[str, str]) -> None:
    path = "/oauth/v2/private-apps/get/access-token-info"
    info = web.post(path, json={"tokenKey": hubspot.app.token}).json()
    assert (info["hubId"], info["appId"]) == (int(hubspot.portal.id), int(hubspot.app.app_id))
    assert info["scopes"] == sorted(hubspot.app.scopes)
    assert web.post(path, json={"tokenKey": "wrong"}).status_code == 404
    token = granted(hubspot, web, client_app)
    told = web.get(f"/oauth/v1/access-tokens/{token['access_token']}").json()
    assert (told["token"], told["app_id"]) == (token["access_token"], int(client_app["appId"]))
    assert web.get(f"/oauth/v1/refresh-tokens/{token['refresh_token']}").json()["token_use"] == "refresh_token"
    assert web.get("/oauth/v1/access-tokens/wrong").status_code == 404
    v1 = exchange(web, client_app, "/oauth/v1/token", grant_type="refresh_token", refresh_token=token["refresh_token"])
    assert get(web, v1.json()["access_token"]).status_code == 200


def test_getting_a_token_costs_nothing(hubspot: HubSpot, web: httpx.Client, client_app: dict[str, str]) -> None:
    for _ in range(300):
        assert exchange(web, client_app, grant_type="refresh_token", refresh_token="x").status_code == 400
    assert get(web, hubspot.app.token).headers["X-HubSpot-RateLimit-Remaining"] == "189"


def test_a_reset_forgets_what_was_granted(hubspot: HubSpot, web: httpx.Client, client_app: dict[str, str]) -> None:
    token = granted(hubspot, web, client_app)
    hubspot.reset()
    assert get(web, token["access_token"]).status_code == 401
    assert get(web, hubspot.app.token).status_code == 200
