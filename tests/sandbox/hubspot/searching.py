"""A HubSpot account to search in, for tests."""

from typing import Any

import httpx

from sandbox.hubspot.simulator import HubSpot
from sandbox.mounts import Transport


class Account:
    """A HubSpot account whose searches never come too fast."""

    def __init__(self, **switches: str) -> None:
        self.hubspot = HubSpot(switches={"search_lag": "0"} | switches)
        self.client = httpx.Client(
            transport=Transport(self.hubspot),
            base_url="https://api.hubapi.com",
            headers={"Authorization": f"Bearer {self.hubspot.app.token}"},
        )

    def create(self, object_type: str = "contacts", **values: str) -> str:
        return str(self.hubspot.actions["create"](object_type, values)["id"])

    def post(self, object_type: str = "contacts", /, **body: Any) -> httpx.Response:
        self.hubspot.clock.advance(0.25)
        return self.client.post(f"/crm/objects/2026-09/{object_type}/search", json=body)

    def search(self, object_type: str = "contacts", /, **body: Any) -> Any:
        response = self.post(object_type, **body)
        assert response.status_code == 200, response.text
        return response.json()

    def ids(self, object_type: str = "contacts", /, **body: Any) -> list[str]:
        return [result["id"] for result in self.search(object_type, **body)["results"]]

    def found(self, name: str, operator: str, object_type: str = "contacts", /, **values: Any) -> list[str]:
        return self.ids(object_type, **only(name, operator, **values))

    def refused(self, object_type: str = "contacts", /, **body: Any) -> str:
        response = self.post(object_type, **body)
        assert response.status_code == 400, response.text
        assert response.json()["category"] == "VALIDATION_ERROR"
        return str(response.json()["message"])


def only(name: str, operator: str, **values: Any) -> dict[str, Any]:
    return {"filterGroups": [{"filters": [{"propertyName": name, "operator": operator, **values}]}]}
