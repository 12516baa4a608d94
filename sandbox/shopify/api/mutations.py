"""The shape most mutations share: one field, null where it is refused, and the reasons."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from sandbox.shopify.api.context import Info, shop_of
from sandbox.shopify.api.problems import Refused, user_errors
from sandbox.shopify.api.schema import Resolver


def answering(field: str) -> Callable[[Callable[..., Any]], Resolver]:
    """Make a resolver of `act(shop, **arguments)`, which gives the field's value or raises Refused."""

    def decorate(act: Callable[..., Any]) -> Resolver:
        @wraps(act)
        def resolve(_root: Any, info: Info, **arguments: Any) -> dict[str, Any]:
            try:
                return {field: act(shop_of(info), **arguments), "userErrors": []}
            except Refused as refused:
                return {field: None, "userErrors": user_errors(refused)}

        return resolve

    return decorate
