"""The ways to a token, how long each lives, and what ends it (reference §2)."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from sandbox.shopify.apps import oauth
from sandbox.shopify.refusals import INVALID_TOKEN
from sandbox.shopify.simulator import CLIENT_ID, CLIENT_SECRET
from tests.sandbox.shopify.front import Front

DAY = 86_400
TOKEN = "/admin/oauth/access_token"
QUERY = "{ webhookSubscriptionsCount { count } }"
CALLBACK = "https://app.example.com/auth/callback"
CREDENTIALS = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}


def exchange(front: Front, **given: str) -> httpx.Response:
    return front.http.post(TOKEN, data={**CREDENTIALS, **given}, headers={"Accept": "application/json"})


def granted(front: Front, **given: str) -> dict[str, Any]:
    response = exchange(front, **given)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def status(front: Front, token: str) -> int:
    return front.post(QUERY, headers={"X-Shopify-Access-Token": token}).status_code


def consent(front: Front, **given: str) -> dict[str, str]:
    """The parameters that reach the app after the merchant's consent."""
    asked = {"client_id": CLIENT_ID, "redirect_uri": CALLBACK, "state": "nonce-1", **given}
    response = front.http.get("/admin/oauth/authorize", params=asked)
    assert response.status_code == 302, response.text
    parts = urlsplit(response.headers["Location"])
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == CALLBACK
    return {name: values[0] for name, values in parse_qs(parts.query).items()}


def test_client_credentials_give_a_days_token(front: Front) -> None:
    answer = granted(front, grant_type="client_credentials")
    assert answer["expires_in"] == DAY - 1
    assert "write_customers" in answer["scope"].split(",")
    assert "refresh_token" not in answer
    assert status(front, answer["access_token"]) == 200
    front.wait(DAY - 1)
    assert status(front, answer["access_token"]) == 200
    front.wait(1)
    assert status(front, answer["access_token"]) == 401


def test_an_expired_token_is_answered_as_a_wrong_one(front: Front) -> None:
    token = granted(front, grant_type="client_credentials")["access_token"]
    front.wait(DAY)
    response = front.post(QUERY, headers={"X-Shopify-Access-Token": token})
    assert (response.status_code, response.json()) == (401, {"errors": INVALID_TOKEN})


def test_credentials_may_be_sent_as_json(front: Front) -> None:
    response = front.http.post(TOKEN, json={**CREDENTIALS, "grant_type": "client_credentials"})
    assert response.status_code == 200


@pytest.mark.parametrize(("switch", "first"), [("old lives", 200), ("old dies", 401)])
def test_a_second_grant_may_end_the_first(switch: str, first: int) -> None:
    front = Front({"client_credentials_again": switch})
    tokens = [granted(front, grant_type="client_credentials")["access_token"] for _ in range(2)]
    assert tokens[0] != tokens[1]
    assert [status(front, token) for token in tokens] == [first, 200]


REFUSED = {
    "application_cannot_be_found": {"client_id": "nobody"},
    "invalid_client": {"client_secret": "wrong"},
    "unsupported_grant_type": {"grant_type": "password"},
    "invalid_grant": {"grant_type": "refresh_token", "refresh_token": "shprt_unknown"},
    "invalid_request": {"grant_type": "authorization_code", "code": "unknown"},
}


@pytest.mark.parametrize("error", REFUSED)
def test_a_wrong_exchange_is_refused_with_a_code(front: Front, error: str) -> None:
    response = exchange(front, **{"grant_type": "client_credentials", **REFUSED[error]})
    assert response.status_code == 400
    assert response.json()["error"] == error
    assert response.json()["error_description"]


def test_a_caller_that_does_not_ask_for_json_gets_a_page(front: Front) -> None:
    given = {**CREDENTIALS, "client_id": "<b>", "grant_type": "client_credentials"}
    response = front.http.post(TOKEN, data=given)
    assert (response.status_code, response.headers["Content-Type"]) == (400, "text/html;charset=utf-8")
    assert "<title>400 - Oauth error application_cannot_be_found</title>" in response.text
    assert "<b>" not in response.text


@pytest.mark.parametrize(
    ("app", "error"),
    [({"same_organisation": False}, "shop_not_permitted"), ({"installed": False}, "app_not_installed")],
)
def test_client_credentials_need_an_installed_app_of_the_same_organisation(
    front: Front, app: dict[str, bool], error: str
) -> None:
    made = front.act("create_app", title="Other", **app)
    secret = made["client_secrets"][0]
    response = exchange(front, client_id=made["client_id"], client_secret=secret, grant_type="client_credentials")
    assert (response.status_code, response.json()["error"]) == (400, error)


def test_token_exchange_is_refused_loudly(front: Front) -> None:
    assert exchange(front, grant_type=oauth.TOKEN_EXCHANGE).status_code == 501


def test_consent_leads_back_with_a_signed_code(front: Front) -> None:
    answer = consent(front)
    assert set(answer) == {"code", "hmac", "host", "shop", "state", "timestamp"}
    assert (answer["state"], answer["shop"]) == ("nonce-1", front.shop.settings.domain)
    assert answer["hmac"] == oauth.signature(answer, CLIENT_SECRET)
    assert answer["hmac"] != oauth.signature({**answer, "shop": "other.myshopify.com"}, CLIENT_SECRET)


def test_a_code_is_good_once(front: Front) -> None:
    code = consent(front)["code"]
    assert status(front, granted(front, code=code)["access_token"]) == 200
    again = exchange(front, code=code)
    assert again.json()["error_description"] == "The authorization code was not found or was already used"


def test_a_code_grows_old(front: Front) -> None:
    code = consent(front)["code"]
    front.wait(601)
    assert exchange(front, code=code).status_code == 400


def test_a_code_is_another_apps_no_use(front: Front) -> None:
    code = consent(front)["code"]
    made = front.act("create_app", title="Other")
    response = exchange(front, client_id=made["client_id"], client_secret=made["client_secrets"][0], code=code)
    assert response.status_code == 400


def test_without_expiring_the_token_is_permanent(front: Front) -> None:
    answer = granted(front, code=consent(front, scope="read_orders,write_customers")["code"])
    assert answer.keys() == {"access_token", "scope"}
    assert answer["scope"] == "read_orders,write_customers"
    front.wait(400 * DAY)
    assert status(front, answer["access_token"]) == 200


def test_an_expiring_token_lives_an_hour_and_its_refresh_token_ninety_days(front: Front) -> None:
    answer = granted(front, code=consent(front)["code"], expiring="1")
    assert (answer["expires_in"], answer["refresh_token_expires_in"]) == (3_600, 90 * DAY)
    assert answer["refresh_token"].startswith("shprt_")
    front.wait(3_600)
    assert status(front, answer["access_token"]) == 401
    front.wait(90 * DAY - 3_600)
    assert exchange(front, grant_type="refresh_token", refresh_token=answer["refresh_token"]).status_code == 400


def refresh(front: Front, pair: dict[str, Any]) -> dict[str, Any]:
    return granted(front, grant_type="refresh_token", refresh_token=pair["refresh_token"])


def refused(front: Front, pair: dict[str, Any]) -> bool:
    return exchange(front, grant_type="refresh_token", refresh_token=pair["refresh_token"]).status_code == 400


def test_a_refresh_gives_a_new_pair_and_the_old_access_token_lives_on(front: Front) -> None:
    first = granted(front, code=consent(front)["code"], expiring="1")
    second = refresh(front, first)
    assert second["refresh_token"] != first["refresh_token"]
    assert [status(front, pair["access_token"]) for pair in (first, second)] == [200, 200]


def test_a_used_refresh_token_works_until_its_replacement_is_used(front: Front) -> None:
    first = granted(front, code=consent(front)["code"], expiring="1")
    refresh(front, first)  # the answer is lost
    second = refresh(front, first)
    front.wait(29 * DAY)
    second = refresh(front, first)
    refresh(front, second)
    assert refused(front, first)


def test_a_used_refresh_token_can_be_repeated_for_thirty_days_at_most(front: Front) -> None:
    first = granted(front, code=consent(front)["code"], expiring="1")
    refresh(front, first)
    front.wait(30 * DAY + 1)
    assert refused(front, first)


def test_only_one_chain_of_refreshes_lives(front: Front) -> None:
    first = granted(front, code=consent(front)["code"], expiring="1")
    granted(front, code=consent(front)["code"], expiring="1")
    assert refused(front, first)


@pytest.mark.parametrize(
    "asked", [{"client_id": "nobody"}, {"redirect_uri": "https://evil.example.org/"}, {"scope": "read everything"}]
)
def test_consent_is_not_asked_for_a_stranger(front: Front, asked: dict[str, str]) -> None:
    given = {"client_id": CLIENT_ID, "redirect_uri": CALLBACK, "state": "s", **asked}
    response = front.http.get("/admin/oauth/authorize", params=given)
    assert response.status_code == 400
    assert "Oauth error" in response.text


def test_online_tokens_are_refused_loudly(front: Front) -> None:
    given = {"client_id": CLIENT_ID, "grant_options[]": "per-user"}
    assert front.http.get("/admin/oauth/authorize", params=given).status_code == 501


def test_a_new_consent_changes_what_is_granted_and_tells_the_app(front: Front) -> None:
    front.subscribe("APP_SCOPES_UPDATE")
    before = front.act("show_app")["scopes"]
    consent(front, scope="read_products")
    assert front.act("show_app")["scopes"] == ["read_products"]
    front.wait()
    [body] = front.bodies()
    assert (body["previous"], body["current"]) == (before, ["read_products"])


def test_a_write_scope_implies_its_read_scope(front: Front) -> None:
    front.act("grant_scopes", scopes=["write_customers"])
    assert front.shopify.app.granted == {"write_customers", "read_customers"}


def test_a_revoked_secret_takes_its_tokens_along(front: Front) -> None:
    token = granted(front, grant_type="client_credentials")["access_token"]
    new = front.act("rotate_client_secret")["client_secret"]
    by_new = granted(front, client_secret=new, grant_type="client_credentials")["access_token"]
    front.act("revoke_client_secret", client_secret=CLIENT_SECRET)
    assert [status(front, token), status(front, by_new)] == [401, 200]
    assert exchange(front, grant_type="client_credentials").json()["error"] == "invalid_client"
    assert granted(front, client_secret=new, grant_type="client_credentials")["access_token"]


def test_the_last_secret_cannot_be_revoked(front: Front) -> None:
    response = front.http.post("/__sandbox/actions/revoke_client_secret", json={"client_secret": CLIENT_SECRET})
    assert response.status_code == 400


def test_an_uninstalled_apps_tokens_are_dead(front: Front) -> None:
    token = granted(front, grant_type="client_credentials")["access_token"]
    front.act("uninstall_app")
    assert status(front, token) == 401
    assert front.post(QUERY).status_code == 401
    assert exchange(front, grant_type="client_credentials").json()["error"] == "app_not_installed"


def test_a_static_token_of_a_legacy_app_is_permanent(front: Front) -> None:
    made = front.act("create_app", title="Legacy")
    front.act("create_static_token", token="shpat_legacy", client_id=made["client_id"])
    front.wait(1_000 * DAY)
    assert status(front, "shpat_legacy") == 200
