"""Everything a person can do with a simulated account, by name."""

from collections.abc import Callable
from typing import Any

from sandbox.hubspot.account.installation import Installation
from sandbox.hubspot.account.limits import Limits
from sandbox.hubspot.people.administration import Administration
from sandbox.hubspot.people.people import People
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.webhooks.webhooks import Webhooks


def actions(portal: Portal, limits: Limits, webhooks: Webhooks) -> dict[str, Callable[..., Any]]:
    """The public methods of those who act; each takes JSON keywords and returns JSON."""
    actors = (People(portal), Administration(portal, limits, webhooks), Installation(portal))
    return {name: getattr(actor, name) for actor in actors for name in vars(type(actor)) if not name.startswith("_")}
