"""Who may call an account: apps and keys by token, OAuth apps and what people granted them."""

from dataclasses import dataclass, field

from sandbox.hubspot.model import Source

KINDS = ("static", "private", "service_key", "oauth")


@dataclass(frozen=True, slots=True)
class App:
    """Who holds a token: writes by it carry `INTEGRATION` and the app's id (reference §6.3).

    `kind` is one of KINDS (reference §7); a `service_key` has neither webhooks nor a place in the usage count.
    A `person` holds no token and works in HubSpot's pages. `expires` is in epoch milliseconds, None for a token
    that lasts.
    """

    app_id: str
    token: str
    client_secret: str
    scopes: frozenset[str]
    kind: str = "static"
    user_id: str = "1"
    expires: int | None = None

    @property
    def source(self) -> Source:
        if self.kind == "person":
            return Source("CRM_UI", f"userId:{self.user_id}", self.user_id)
        return Source("INTEGRATION", self.app_id)


@dataclass(frozen=True, slots=True)
class Client:
    """An OAuth app as its developer registered it."""

    app_id: str
    client_id: str
    client_secret: str
    redirect_uri: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Grant:
    """What a person allowed an OAuth app. `expires` and `challenge` (PKCE, S256) concern the code only."""

    client: Client
    scopes: frozenset[str]
    user_id: str
    expires: int | None = None
    challenge: str | None = None


@dataclass(slots=True)
class OAuth:
    """OAuth apps by client id; grants by the code or refresh token that stands for them."""

    clients: dict[str, Client] = field(default_factory=dict)
    codes: dict[str, Grant] = field(default_factory=dict)
    refresh_tokens: dict[str, Grant] = field(default_factory=dict)
