"""Calling a HubSpot account, until it has had enough."""

import httpx

from sandbox.hubspot.account.apps import App
from sandbox.hubspot.simulator import HubSpot
from sandbox.mounts import Transport

LIST = "/crm/objects/2026-09/contacts"


def client(hubspot: HubSpot, app: App | None = None) -> httpx.Client:
    return httpx.Client(
        transport=Transport(hubspot),
        base_url="https://api.hubapi.com",
        headers=bearer((app or hubspot.app).token),
    )


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def get(web: httpx.Client, token: str, path: str = LIST) -> httpx.Response:
    return web.get(path, headers=bearer(token))


def until_refused(calls: httpx.Client, path: str = LIST, most: int = 400) -> tuple[int, httpx.Response]:
    """How many calls were let through, and the refusal."""
    for number in range(most):
        response = calls.get(path)
        if response.status_code == 429:
            return number, response
    raise AssertionError(f"{most} calls and no refusal")
