"""A fresh account, and a caller without a token; a test file that needs others has fixtures of its own."""

from collections.abc import Iterator

import httpx
import pytest

from sandbox.hubspot.simulator import HubSpot
from sandbox.mounts import Transport


@pytest.fixture
def hubspot() -> HubSpot:
    return HubSpot()


@pytest.fixture
def web(hubspot: HubSpot) -> Iterator[httpx.Client]:
    with httpx.Client(transport=Transport(hubspot), base_url="https://api.hubapi.com") as client:
        yield client
