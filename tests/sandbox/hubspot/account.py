"""One simulated account and a client of it: what the tests of schema and links call."""

from typing import Any

import httpx

from sandbox.hubspot.simulator import HubSpot
from sandbox.mounts import Transport

VERSION = "2026-09"


class Account:
    """`switches` by name. New properties take values at once unless `property_lag` says otherwise."""

    def __init__(self, **switches: str) -> None:
        self.hubspot = HubSpot(switches={"property_lag": "0", **switches})
        self.portal = self.hubspot.portal
        self.client = httpx.Client(
            transport=Transport(self.hubspot),
            base_url="https://api.hubapi.com",
            headers={"Authorization": f"Bearer {self.hubspot.app.token}", "Accept": "application/json"},
        )

    def call(self, method: str, path: str, body: object = None, *, status: int = 200) -> Any:
        """The decoded answer, which must have this status; None for an empty one."""
        response = self.client.request(method, path, json=body)
        assert response.status_code == status, f"{method} {path}: {response.status_code} {response.text}"
        return response.json() if response.content else None

    def get(self, path: str, *, status: int = 200) -> Any:
        return self.call("GET", path, status=status)

    def post(self, path: str, body: object, *, status: int = 201) -> Any:
        return self.call("POST", path, body, status=status)

    def patch(self, path: str, body: object, *, status: int = 200) -> Any:
        return self.call("PATCH", path, body, status=status)

    def put(self, path: str, body: object = None, *, status: int = 200) -> Any:
        return self.call("PUT", path, body, status=status)

    def delete(self, path: str, *, status: int = 204) -> Any:
        return self.call("DELETE", path, status=status)

    def record(self, kind: str, **properties: str) -> str:
        """The id of a new record, put there without a call."""
        return self.portal.create(self.portal.store(kind), properties, self.hubspot.app.source).id
