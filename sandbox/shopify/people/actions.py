"""What a person does in Shopify's admin and in the Dev Dashboard: JSON in, JSON out (POST /__sandbox/actions/NAME).

Each action is one event: the webhooks that follow share one X-Shopify-Event-Id.
"""

from collections.abc import Callable
from decimal import InvalidOperation
from functools import cache, wraps
from inspect import Signature, signature
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError

from sandbox.shopify.api.problems import Refused
from sandbox.shopify.people import (
    actions_apps,
    actions_checkouts,
    actions_fulfillments,
    actions_goods,
    actions_orders,
    actions_people,
)

if TYPE_CHECKING:
    from sandbox.shopify.simulator import Shopify

MODULES = (actions_people, actions_goods, actions_orders, actions_fulfillments, actions_checkouts, actions_apps)


def bound(simulator: "Shopify") -> dict[str, Callable[..., Any]]:
    """Every action of this simulator by name; each takes keywords and shows them in its signature."""
    return {act.__name__: _bound(act, simulator) for module in MODULES for act in module.ACTIONS}


def _bound(act: Callable[..., Any], simulator: "Shopify") -> Callable[..., Any]:
    @wraps(act)
    def run(**given: Any) -> Any:
        try:
            with simulator.deliveries.event():
                return act(simulator, **given)
        except InvalidOperation as refused:
            raise ValueError("a number was expected") from refused
        except (Refused, GraphQLError) as refused:
            raise ValueError(str(refused)) from refused

    setattr(run, "__signature__", _shown(act))  # noqa: B010  typed as absent, yet what inspect reads
    return run


@cache
def _shown(act: Callable[..., Any]) -> Signature:
    """Its signature without the simulator."""
    full = signature(act)
    return full.replace(parameters=list(full.parameters.values())[1:])
