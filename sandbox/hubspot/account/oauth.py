"""OAuth: codes and refresh tokens become access tokens of 30 minutes; introspection, revocation (reference §7)."""

import base64
import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from sandbox.http import Reply
from sandbox.hubspot.account.apps import App, Client, Grant
from sandbox.hubspot.errors import HubSpotError
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.routing import Call, Route

ACCESS_SECONDS = 1800
CODE_SECONDS = 600
"""How long a code waits to be exchanged; not documented, the most that RFC 6749 recommends."""


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """One authenticated call of the token endpoint."""

    portal: Portal
    client: Client
    form: dict[str, str]


def grant_code(portal: Portal, grant: Grant) -> str:
    """What the browser brings back once a person has installed an OAuth app."""
    code = secret(portal)
    portal.oauth.codes[code] = grant
    return code


def secret(portal: Portal, prefix: str = "na1") -> str:
    """A code, token or secret that nobody has yet."""
    bits = portal.random.getrandbits(128)
    return f"{prefix}-{bits:032x}"


def _refused(error: str, status: str, message: str) -> HubSpotError:
    """OAuth's `error` beside HubSpot's own `status` and `message`."""
    extra = {"status": status, "error": error, "error_description": message}
    return HubSpotError(400, "", message, extra=extra)


def _form(call: Call) -> dict[str, str]:
    return dict(parse_qsl(call.request.body.decode(errors="replace"), keep_blank_values=True))


def _client(call: Call, form: dict[str, str]) -> Client:
    client = call.portal.oauth.clients.get(form.get("client_id", ""))
    if client is None:
        raise _refused("invalid_client", "BAD_CLIENT_ID", "missing or unknown client id")
    if form.get("client_secret") != client.client_secret:
        raise _refused("invalid_client", "BAD_CLIENT_SECRET", "missing or invalid client secret")
    return client


def _token(call: Call) -> Reply:
    """The grant type is looked at first, so that a JSON body is told BAD_GRANT_TYPE (seen live by integrators)."""
    form = _form(call)
    issue = GRANT_TYPES.get(form.get("grant_type", ""))
    if issue is None:
        raise _refused("unsupported_grant_type", "BAD_GRANT_TYPE", "missing or unknown grant type")
    return Reply.json(200, issue(TokenRequest(call.portal, _client(call, form), form)))


def _authorization_code(request: TokenRequest) -> dict[str, Any]:
    grant = request.portal.oauth.codes.get(request.form.get("code", ""))
    if grant is None or grant.client != request.client or (grant.expires or 0) <= request.portal.now:
        raise _refused("invalid_grant", "BAD_AUTH_CODE", "missing or unknown auth code")
    if request.form.get("redirect_uri") != grant.client.redirect_uri:
        raise _refused("invalid_grant", "BAD_REDIRECT_URI", "redirect_uri does not match the initial request")
    if grant.challenge is not None and _challenge(request.form.get("code_verifier", "")) != grant.challenge:
        raise _refused("invalid_grant", "BAD_AUTH_CODE", "code_verifier does not match the code_challenge")
    del request.portal.oauth.codes[request.form["code"]]
    refresh_token = secret(request.portal)
    request.portal.oauth.refresh_tokens[refresh_token] = grant
    return _issued(request.portal, grant, "access_token") | {"refresh_token": refresh_token}


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def _refresh_token(request: TokenRequest) -> dict[str, Any]:
    refresh_token = request.form.get("refresh_token", "")
    grant = request.portal.oauth.refresh_tokens.get(refresh_token)
    if grant is None or grant.client != request.client:
        raise _refused("invalid_grant", "BAD_REFRESH_TOKEN", "missing or unknown refresh token")
    return _issued(request.portal, grant, "access_token") | {"refresh_token": refresh_token}


def _client_credentials(request: TokenRequest) -> dict[str, Any]:
    scopes = frozenset(request.form.get("scope", "").split())
    if not scopes or not scopes <= request.client.scopes:
        raise _refused("invalid_scope", "BAD_SCOPES", "missing or unknown scopes")
    return _issued(request.portal, Grant(request.client, scopes, "0"), "client_credentials")


GRANT_TYPES = {
    "authorization_code": _authorization_code,
    "refresh_token": _refresh_token,
    "client_credentials": _client_credentials,
}


def _issued(portal: Portal, grant: Grant, use: str) -> dict[str, Any]:
    """A new access token, kept in `portal.apps` after it expires so that its use is told from a wrong one."""
    client = grant.client
    token = secret(portal, "CL")
    portal.apps[token] = App(
        client.app_id,
        token,
        client.client_secret,
        grant.scopes,
        "oauth",
        grant.user_id,
        portal.now + ACCESS_SECONDS * 1000,
    )
    return {
        "token_type": "bearer",
        "token_use": use,
        "access_token": token,
        "expires_in": ACCESS_SECONDS,
        "hub_id": int(portal.id),
        "user_id": int(grant.user_id),
        "scopes": sorted(grant.scopes),
    }


def _introspect(call: Call) -> Reply:
    """Who a token stands for. HubSpot's `signed_access_token` is not modelled and left out."""
    form = _form(call)
    client = _client(call, form)
    token = form.get("token", "")
    described = _describe_access(call.portal, token) or _describe_refresh(call.portal, token)
    if described is None or described["client_id"] != client.client_id:
        return Reply.json(200, {"active": False})
    return Reply.json(200, described)


def _describe_access(portal: Portal, token: str) -> dict[str, Any] | None:
    app = portal.apps.get(token)
    if app is None or app.expires is None or app.expires <= portal.now:
        return None
    client_ids = {client.app_id: client.client_id for client in portal.oauth.clients.values()}
    return {
        "active": True,
        "token": token,
        "token_type": "access",
        "token_use": "access_token",
        "hub_id": int(portal.id),
        "app_id": int(app.app_id),
        "client_id": client_ids.get(app.app_id, ""),
        "user_id": int(app.user_id),
        "scopes": sorted(app.scopes),
        "expires_in": (app.expires - portal.now) // 1000,
        "is_private_distribution": True,
    }


def _describe_refresh(portal: Portal, token: str) -> dict[str, Any] | None:
    grant = portal.oauth.refresh_tokens.get(token)
    if grant is None:
        return None
    return {
        "active": True,
        "token": token,
        "token_type": "refresh",
        "token_use": "refresh_token",
        "hub_id": int(portal.id),
        "app_id": int(grant.client.app_id),
        "client_id": grant.client.client_id,
        "user_id": int(grant.user_id),
        "scopes": sorted(grant.scopes),
    }


def _revoke(call: Call) -> Reply:
    """200 whether or not the token was known, as RFC 7009 asks."""
    form = _form(call)
    client = _client(call, form)
    token = form.get("token", "")
    app, grant = call.portal.apps.get(token), call.portal.oauth.refresh_tokens.get(token)
    if app is not None and app.kind == "oauth" and app.app_id == client.app_id:
        del call.portal.apps[token]
    if grant is not None and grant.client == client:
        del call.portal.oauth.refresh_tokens[token]
    return Reply(200)


def _static_token_info(call: Call) -> Reply:
    """The legacy look-up of a static token, whose body is `{"tokenKey": token}`."""
    app = call.portal.apps.get(str(call.mapping().get("tokenKey")))
    if app is None or app.kind == "oauth":
        raise HubSpotError(404, "OBJECT_NOT_FOUND", "The token does not belong to a private app.")
    info = {"userId": int(app.user_id), "hubId": int(call.portal.id), "appId": int(app.app_id)}
    return Reply.json(200, info | {"scopes": sorted(app.scopes)})


def _v1_token_info(call: Call) -> Reply:
    describe = _describe_access if "/access-tokens/" in call.request.path else _describe_refresh
    described = describe(call.portal, call.parts["token"])
    if described is None:
        raise HubSpotError(404, "OBJECT_NOT_FOUND", "The token is unknown or expired.")
    return Reply.json(200, described)


ROUTES = (
    Route("POST", "/oauth/{V}/token", _token),
    Route("POST", "/oauth/{V}/token/introspect", _introspect),
    Route("POST", "/oauth/{V}/token/revoke", _revoke),
    Route("POST", "/oauth/v1/token", _token),
    Route("GET", "/oauth/v1/access-tokens/{token}", _v1_token_info),
    Route("GET", "/oauth/v1/refresh-tokens/{token}", _v1_token_info),
    Route("POST", "/oauth/v2/private-apps/get/access-token-info", _static_token_info),
)
"""None of these takes a bearer token: they are where one comes from."""
