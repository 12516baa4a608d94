"""A script on HubSpot's own Python SDK, as its tutorials write one: order by order, one record a call.

Each buyer is searched for and written, the order created and linked, then each line created and linked. A rerun would
make every order and line a second time. `urllib3` repeats what fails or comes too often, for writes as well.
"""

import json
from collections.abc import Sequence
from typing import Any

import hubspot
from hubspot.crm.contacts.exceptions import ApiException
from urllib3.util.retry import Retry

from bench.peers.export import Node, contact_values, email, line_values, order_values

RETRY = Retry(total=8, backoff_factor=0.3, status_forcelist=(429, 500, 502, 503, 504), allowed_methods=None)
EXISTING = "Existing ID: "


class Script:
    """One run. `retry` is what the client is given."""

    def __init__(self, url: str, token: str, retry: Retry = RETRY) -> None:
        self._crm = hubspot.HubSpot(access_token=token, host=url, retry=retry).crm
        self._contacts = self._crm.contacts.basic_api
        self._search = self._crm.contacts.search_api
        self._objects = self._crm.objects.basic_api
        self._lines = self._crm.line_items.basic_api
        self._links = self._crm.associations.v4.basic_api

    def run(self, customers: Sequence[Node], orders: Sequence[Node]) -> None:
        people = {email(one): contact_values(one) for one in customers}
        for order in orders:
            who = email(order["customer"])
            self._order(order, self._contact(people.pop(who, {"email": who})) if who else None)
        for values in people.values():  # who never bought
            self._contact(values)

    def _contact(self, values: dict[str, str]) -> str:
        found = self._search.do_search(
            {"filterGroups": [{"filters": [{"propertyName": "email", "operator": "EQ", "value": values["email"]}]}]}
        )
        if found.results:
            return self._update(str(found.results[0].id), values)
        try:
            return str(self._contacts.create({"properties": values, "associations": []}).id)
        except ApiException as error:
            if error.status != 409:  # the search does not know it yet
                raise
            return self._update(str(json.loads(error.body)["message"]).rpartition(EXISTING)[2], values)

    def _update(self, id_: str, values: dict[str, str]) -> str:
        self._contacts.update(id_, {"properties": values})
        return id_

    def _order(self, order: Node, contact: str | None) -> None:
        made = self._objects.create("orders", _new(order_values(order)))
        if contact:
            self._links.create_default("orders", made.id, "contacts", contact)
        for line in order["lines"]:
            item = self._lines.create(_new(line_values(line)))
            self._links.create_default("orders", made.id, "line_items", item.id)

    def close(self) -> None:
        for api in (self._contacts, self._search, self._objects, self._lines, self._links):
            api.api_client.rest_client.pool_manager.clear()
            api.api_client.close()


def _new(values: dict[str, str]) -> Any:
    return {"properties": values, "associations": []}
