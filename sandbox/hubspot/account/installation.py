"""How apps come into an account and go: static tokens, service keys, OAuth installations (reference §7)."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from sandbox.hubspot.account.apps import KINDS, App, Client, Grant
from sandbox.hubspot.account.auth import DEMO_SCOPES
from sandbox.hubspot.account.oauth import CODE_SECONDS, grant_code, secret
from sandbox.hubspot.people.people import USER
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.times import DAY

GRACE_DAYS = (0, 7)
"""A rotated key ends at once, or after a week."""


class Installation:
    """Each method is an action: JSON in, JSON out. ValueError for what HubSpot refuses, KeyError for the unknown."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal

    def add_app(self, kind: str = "static", scopes: list[str] | None = None) -> dict[str, str]:
        """Make a static-auth app, legacy private app or service key, with every scope where none are named."""
        if kind not in KINDS or kind == "oauth":
            raise ValueError(f"kind is one of {', '.join(KINDS[:-1])}; for oauth there is register_oauth_app")
        granted = DEMO_SCOPES if scopes is None else frozenset(scopes)
        token = secret(self._portal, "pat-na1")
        app = App(self._portal.new_id(), token, secret(self._portal), granted, kind)
        self._portal.apps[app.token] = app
        return {"appId": app.app_id, "token": app.token, "clientSecret": app.client_secret}

    def set_scopes(self, token: str, scopes: list[str]) -> dict[str, Any]:
        """Install an app again with other scopes; its token stays."""
        self._portal.apps[token] = replace(self._portal.apps[token], scopes=frozenset(scopes))
        return {"appId": self._portal.apps[token].app_id, "scopes": sorted(scopes)}

    def rotate_token(self, token: str, grace_days: int = 0) -> dict[str, str]:
        """Give an app a new token; the old one ends now or in 7 days."""
        if grace_days not in GRACE_DAYS:
            raise ValueError(f"grace_days is one of {GRACE_DAYS}, not {grace_days}")
        old = self._portal.apps.pop(token)
        new = replace(old, token=secret(self._portal, "pat-na1"))
        if grace_days:
            self._portal.apps[token] = replace(old, expires=self._portal.now + grace_days * DAY)
        self._portal.apps[new.token] = new
        return {"appId": new.app_id, "token": new.token}

    def uninstall(self, app_id: str) -> dict[str, Any]:
        """Take an app out of the account, its tokens and webhooks with it."""
        gone = [token for token, app in self._portal.apps.items() if app.app_id == app_id]
        for token in gone:
            del self._portal.apps[token]
        grants = self._portal.oauth.refresh_tokens
        for token in [token for token, grant in grants.items() if grant.client.app_id == app_id]:
            del grants[token]
        return {"appId": app_id, "tokens": len(gone)}

    def register_oauth_app(self, redirect_uri: str, scopes: list[str] | None = None) -> dict[str, str]:
        """Register an OAuth app, as its developer does; nothing is installed yet."""
        granted = DEMO_SCOPES if scopes is None else frozenset(scopes)
        client = Client(self._portal.new_id(), secret(self._portal, "app"), secret(self._portal), redirect_uri, granted)
        self._portal.oauth.clients[client.client_id] = client
        return {"appId": client.app_id, "clientId": client.client_id, "clientSecret": client.client_secret}

    def authorize(
        self,
        client_id: str,
        scopes: list[str] | None = None,
        state: str | None = None,
        code_challenge: str | None = None,
        user_id: str = USER,
    ) -> dict[str, str]:
        """Click through the installation of an OAuth app; shows where the browser is sent, with the code."""
        client = self._portal.oauth.clients[client_id]
        granted = client.scopes if scopes is None else frozenset(scopes)
        if not granted <= client.scopes:
            raise ValueError(f"the app is not registered for {', '.join(sorted(granted - client.scopes))}")
        expires = self._portal.now + CODE_SECONDS * 1000
        code = grant_code(self._portal, Grant(client, granted, user_id, expires, code_challenge))
        query = {"code": code} | ({"state": state} if state is not None else {})
        return {"location": f"{client.redirect_uri}?{urlencode(query)}"}
