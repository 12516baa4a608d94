"""The two OAuth addresses of a store: a merchant's consent, and the exchange of credentials for tokens."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from html import escape
from urllib.parse import parse_qsl, urlencode

from sandbox.clock import epoch_ms
from sandbox.http import Reply, Request
from sandbox.shopify.apps.apps import App, Secret
from sandbox.shopify.apps.installations import install
from sandbox.shopify.apps.tokens import (
    CLIENT_CREDENTIALS_SECONDS,
    OFFLINE_SECONDS,
    REFRESH_SECONDS,
    RefreshToken,
    Token,
    Tokens,
)
from sandbox.shopify.shop import Shop
from sandbox.simulator import NotModelled

TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"  # noqa: S105  a grant's name

Parameters = Mapping[str, str]


class OAuthError(Exception):
    """A refusal: its code and its sentence, both as third parties quote them from Shopify."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(description)
        self.code = code
        self.description = description


def authorize(shop: Shop, tokens: Tokens, request: Request) -> Reply:
    """GET /admin/oauth/authorize: the merchant consents at once; 302 to the app with code, hmac, host, shop, state
    and timestamp (reference §2). A 400 page where the app or its address is unknown.
    """
    try:
        app = _app(shop, request.parameter("client_id"))
        target = request.parameter("redirect_uri") or app.redirect_uris[0]
        if target not in app.redirect_uris:
            raise OAuthError("invalid_request", "The redirect_uri is not whitelisted")
        if request.parameter("grant_options[]"):
            raise NotModelled("online access tokens (grant_options[]=per-user)")
        scopes = _scopes(request.parameter("scope"), app)
    except OAuthError as error:
        return _page(error)
    install(shop, app, scopes)
    answer = {
        "code": tokens.new_code(app, scopes).value,
        "host": base64.urlsafe_b64encode(f"admin.shopify.com/store/{_handle(shop)}".encode()).decode().rstrip("="),
        "shop": shop.settings.domain,
        "timestamp": str(epoch_ms(shop.clock.now) // 1000),
    }
    if (state := request.parameter("state")) is not None:
        answer["state"] = state
    answer["hmac"] = signature(answer, app.signing_secret(shop.clock.now, float(shop.switches["secret_lag"])))
    return Reply(302, b"", {"Location": f"{target}{'&' if '?' in target else '?'}{urlencode(answer)}"})


def signature(parameters: Parameters, secret: str) -> str:
    """Hex HMAC-SHA256 of `k=v` pairs, sorted and joined with `&`, without `hmac` itself."""
    message = "&".join(f"{key}={value}" for key, value in sorted(parameters.items()) if key != "hmac")
    return hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()


def access_token(shop: Shop, tokens: Tokens, request: Request) -> Reply:
    """POST /admin/oauth/access_token, form or JSON. Errors are 400: JSON for callers that accept JSON, else a page."""
    try:
        given = _given(request)
        grant = given.get("grant_type", "authorization_code")
        if grant == TOKEN_EXCHANGE:
            raise NotModelled("token exchange: it needs an embedded app's session token")
        if (exchange := GRANTS.get(grant)) is None:
            raise OAuthError("unsupported_grant_type", f"The grant type {grant} is not supported")
        app = _app(shop, given.get("client_id"))
        return Reply.json(200, exchange(shop, tokens, app, _secret(app, given.get("client_secret")), given))
    except OAuthError as error:
        if "json" in request.headers.get("accept", ""):
            return Reply.json(400, {"error": error.code, "error_description": error.description})
        return _page(error)


def _client_credentials(shop: Shop, tokens: Tokens, app: App, secret: Secret, given: Parameters) -> object:
    if not app.same_organisation:
        raise OAuthError("shop_not_permitted", "Client credentials cannot be performed on this shop.")
    if app.installation is None:
        raise OAuthError("app_not_installed", "The application is not installed on this shop.")
    token = tokens.from_credentials(app, secret)
    return {**_told(token), "expires_in": CLIENT_CREDENTIALS_SECONDS - 1}


def _authorization_code(shop: Shop, tokens: Tokens, app: App, secret: Secret, given: Parameters) -> object:
    code = tokens.take_code(given.get("code", ""))
    if code is None or code.app is not app:
        raise OAuthError("invalid_request", "The authorization code was not found or was already used")
    if given.get("expiring") == "1":
        return _told_pair(*tokens.expiring(app, secret, code.scopes))
    return _told(tokens.permanent(app, secret, code.scopes))


def _refresh_token(shop: Shop, tokens: Tokens, app: App, secret: Secret, given: Parameters) -> object:
    refresh = tokens.refresh.get(given.get("refresh_token", ""))
    if refresh is None or refresh.app is not app or not refresh.usable(shop.clock.now):
        raise OAuthError("invalid_grant", "Token has been expired or revoked.")
    return _told_pair(*tokens.refreshed(refresh, secret))


GRANTS: dict[str, Callable[[Shop, Tokens, App, Secret, Parameters], object]] = {
    "client_credentials": _client_credentials,
    "authorization_code": _authorization_code,
    "refresh_token": _refresh_token,
}


def _told(token: Token) -> dict[str, object]:
    return {"access_token": token.value, "scope": ",".join(token.scopes)}


def _told_pair(token: Token, refresh: RefreshToken) -> dict[str, object]:
    return {
        **_told(token),
        "expires_in": OFFLINE_SECONDS,
        "refresh_token": refresh.value,
        "refresh_token_expires_in": REFRESH_SECONDS,
    }


def _given(request: Request) -> dict[str, str]:
    """Body and query parameters as text. A body that is neither form nor JSON counts as empty."""
    text = request.body.decode("utf-8", "replace")
    if "json" not in request.headers.get("content-type", ""):
        return dict([*request.query, *parse_qsl(text, keep_blank_values=True)])
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        body = {}
    return {**dict(request.query), **{key: str(value) for key, value in body.items()}} if isinstance(body, dict) else {}


def _app(shop: Shop, client_id: str | None) -> App:
    if (app := shop.apps.get(client_id or "")) is None:
        raise OAuthError(
            "application_cannot_be_found", f"Could not find Shopify API application with api_key {client_id or ''}"
        )
    return app


def _secret(app: App, value: str | None) -> Secret:
    for secret in app.secrets:
        if secret.value == value and secret.revoked_at is None:
            return secret
    raise OAuthError("invalid_client", "Missing or invalid client secret")


def _scopes(text: str | None, app: App) -> tuple[str, ...]:
    asked = tuple(scope for scope in re.split(r"[,\s]+", text or "") if scope)
    for scope in asked:
        if not re.fullmatch(r"(unauthenticated_)?(read|write)_[a-z_]+", scope):
            raise OAuthError("invalid_scope", f"The access scope is invalid: {scope}")
    return asked or app.scopes


def _handle(shop: Shop) -> str:
    return shop.settings.domain.partition(".")[0]


def _page(error: OAuthError) -> Reply:
    """What a browser, and a caller that forgot `Accept: application/json`, is shown (seen by third parties)."""
    title = escape(f"400 - Oauth error {error.code}")
    return Reply.html(
        400, f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{escape(str(error))}</body></html>"
    )
