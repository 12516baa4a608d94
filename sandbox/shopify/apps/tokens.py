"""Access tokens, refresh tokens and authorization codes of a store: issue, look up, expire, revoke."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.shopify.api.context import Access
from sandbox.shopify.apps.apps import App, Secret, with_implied
from sandbox.shopify.shop import Shop

CLIENT_CREDENTIALS_SECONDS = 86_400
OFFLINE_SECONDS = 3_600
REFRESH_SECONDS = 7_776_000
RECOVERY = timedelta(days=30)
"""How long a used refresh token can be used again, at most (changelog of 28 August 2026)."""
CODE_SECONDS = 600
"""How long an authorization code waits; inferred, no document says."""


@dataclass(slots=True, eq=False)
class Token:
    """An access token. `secret` made it: both end together (documented). None in `expires_at`: permanent."""

    value: str
    app: App
    secret: Secret | None
    scopes: tuple[str, ...]
    expires_at: datetime | None = None
    from_credentials: bool = False


@dataclass(slots=True, eq=False)
class RefreshToken:
    """`replaces` is the token whose use produced this one; it dies when this one is used."""

    value: str
    app: App
    secret: Secret
    scopes: tuple[str, ...]
    expires_at: datetime
    replaces: "RefreshToken | None" = None
    used_at: datetime | None = None
    retired: bool = False

    def usable(self, now: datetime) -> bool:
        too_late = self.used_at is not None and now > self.used_at + RECOVERY
        return not self.retired and not too_late and now < self.expires_at and self.secret.revoked_at is None


@dataclass(slots=True, eq=False)
class Code:
    """An authorization code: good for one exchange."""

    value: str
    app: App
    scopes: tuple[str, ...]
    expires_at: datetime


class Tokens:
    """All credentials a store has given out."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self.access: dict[str, Token] = {}
        self.refresh: dict[str, RefreshToken] = {}
        self.codes: dict[str, Code] = {}

    def look_up(self, value: str) -> Access | None:
        """Who calls with this token; None where it is unknown, expired or revoked, or its app is gone."""
        token = self.access.get(value)
        if token is None or token.app.installation is None:
            return None
        if token.expires_at is not None and self._shop.clock.now >= token.expires_at:
            return None
        if token.secret is not None and token.secret.revoked_at is not None:
            return None
        granted = with_implied(token.scopes) & token.app.granted
        return Access(token.app.legacy_resource_id, token.app.api_key, granted)

    def add_static(self, app: App, value: str) -> Token:
        """The permanent token of an app made in the admin: bound to no client secret, shown once, pasted."""
        assert app.installation is not None
        return self._keep(Token(value, app, None, app.installation.scopes))

    def from_credentials(self, app: App, secret: Secret) -> Token:
        """A day's token for an installed app."""
        assert app.installation is not None
        if self._shop.switches["client_credentials_again"] == "old dies":
            earlier = [t.value for t in self.access.values() if t.app is app and t.from_credentials]
            for value in earlier:
                del self.access[value]
        expires_at = self._in(CLIENT_CREDENTIALS_SECONDS)
        return self._keep(Token(self._new("shpat"), app, secret, app.installation.scopes, expires_at, True))

    def permanent(self, app: App, secret: Secret, scopes: tuple[str, ...]) -> Token:
        return self._keep(Token(self._new("shpat"), app, secret, scopes))

    def expiring(self, app: App, secret: Secret, scopes: tuple[str, ...]) -> tuple[Token, RefreshToken]:
        """The first pair of an installation. Only one chain of refreshes lives per app and store (reference §2)."""
        for refresh in self.refresh.values():
            if refresh.app is app:
                refresh.retired = True
        return self._pair(app, secret, scopes, None)

    def refreshed(self, used: RefreshToken, secret: Secret) -> tuple[Token, RefreshToken]:
        """A new pair. The used token can be used again until its replacement is: a lost answer can be repeated."""
        used.used_at = used.used_at or self._shop.clock.now
        if used.replaces is not None:
            used.replaces.retired = True
        return self._pair(used.app, secret, used.scopes, used)

    def new_code(self, app: App, scopes: tuple[str, ...]) -> Code:
        code = Code(self._random_hex(), app, scopes, self._in(CODE_SECONDS))
        self.codes[code.value] = code
        return code

    def take_code(self, value: str) -> Code | None:
        """The code, used up; None where it is unknown, used or too old."""
        code = self.codes.pop(value, None)
        return code if code is not None and self._shop.clock.now < code.expires_at else None

    def revoke_all(self, app: App) -> None:
        """What uninstalling does."""
        self.access = {value: token for value, token in self.access.items() if token.app is not app}
        self.refresh = {value: token for value, token in self.refresh.items() if token.app is not app}
        self.codes = {value: code for value, code in self.codes.items() if code.app is not app}

    def _pair(
        self, app: App, secret: Secret, scopes: tuple[str, ...], replaces: RefreshToken | None
    ) -> tuple[Token, RefreshToken]:
        token = self._keep(Token(self._new("shpat"), app, secret, scopes, self._in(OFFLINE_SECONDS)))
        refresh = RefreshToken(self._new("shprt"), app, secret, scopes, self._in(REFRESH_SECONDS), replaces)
        self.refresh[refresh.value] = refresh
        return token, refresh

    def _keep(self, token: Token) -> Token:
        self.access[token.value] = token
        return token

    def _in(self, seconds: float) -> datetime:
        return self._shop.clock.now + timedelta(seconds=seconds)

    def _new(self, prefix: str) -> str:
        return f"{prefix}_{self._random_hex()}"

    def _random_hex(self) -> str:
        return f"{self._shop.random.getrandbits(128):032x}"
