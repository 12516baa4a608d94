"""What a resolver can reach during one GraphQL request, and the two ways to refuse."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLError, GraphQLResolveInfo

from sandbox.shopify.shop import Shop


@dataclass(frozen=True, slots=True)
class Access:
    """Who calls: the app behind the token and what it may do. Write scopes imply their read scopes."""

    app_id: str
    client_id: str
    scopes: frozenset[str]


@dataclass(slots=True)
class Context:
    """One request. `search` collects the warnings of `extensions.search`.

    `origin` is where the store's files are served from: scheme and host. `cost_debug` and `search_debug` are set by
    the headers Shopify-GraphQL-Cost-Debug and Shopify-Search-Query-Debug.
    """

    shop: Shop
    access: Access
    version: str
    search: list[dict[str, Any]] = field(default_factory=list)
    origin: str = "https://storage.googleapis.com"
    cost_debug: bool = False
    search_debug: bool = False


Info = GraphQLResolveInfo[Context]


def shop_of(info: Info) -> Shop:
    return info.context.shop


def user_error(field: Sequence[str] | None, message: str, code: str | None = None, **more: Any) -> Mapping[str, Any]:
    """One entry of `userErrors`. `field` is the path into the arguments, e.g. ["input", "email"]."""
    return {"field": list(field) if field is not None else None, "message": message, "code": code, **more}


def top_level_error(message: str, code: str, **extensions: Any) -> GraphQLError:
    """An entry of `errors`: the field turns null, the rest of the answer stands."""
    return GraphQLError(message, extensions={"code": code, **extensions})
