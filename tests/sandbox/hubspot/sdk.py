"""What the tests with HubSpot's own clients share: the objects, and a hold on the older client."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import hubspot
from hubspot_sdk import APIStatusError

KEY = "own_key"
NAMES = {
    "contacts": "firstname",
    "companies": "name",
    "products": "name",
    "line_items": "name",
    "orders": "hs_order_name",
    "carts": "hs_cart_name",
}


class Legacy:
    """`hubspot-api-client`: one API per kind of record, or the one for any object."""

    def __init__(self, url: str, token: str) -> None:
        self.client = hubspot.HubSpot(access_token=token, host=url)
        self.opened: list[Any] = []

    def call(self, api: str, object_type: str, method: str, **arguments: Any) -> Any:
        own = getattr(self.client.crm, object_type, None)
        found = getattr(own or self.client.crm.objects, f"{api}_api")
        self.opened.append(found)
        function = getattr(found, method)
        return function(**arguments) if own else partial(function, object_type)(**arguments)

    def associate(self, from_type: str, from_id: str, to_type: str, to_id: str) -> Any:
        found = self.client.crm.associations.v4.basic_api
        self.opened.append(found)
        return found.create_default(from_type, from_id, to_type, to_id)

    def close(self) -> None:
        for api in self.opened:
            api.api_client.rest_client.pool_manager.clear()
            api.api_client.close()


def status_and_body(call: Callable[[], Any]) -> tuple[int, Any]:
    """Status and JSON of the refusal that a client of either kind raises."""
    try:
        call()
    except APIStatusError as error:
        return error.status_code, error.body
    except Exception as error:
        return error.status, json.loads(error.body)  # type: ignore[attr-defined]  # each API has a class of its own
    raise AssertionError("it was not refused")
