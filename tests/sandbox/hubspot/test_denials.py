"""What HubSpot says when it does no work: used-up limits, locks, migration, outages."""

from collections.abc import Iterator

import httpx
import pytest

from sandbox.hubspot.simulator import HubSpot
from tests.sandbox.hubspot.calling import LIST, client, until_refused


@pytest.fixture
def calls(hubspot: HubSpot) -> Iterator[httpx.Client]:
    with client(hubspot) as opened:
        yield opened


def test_the_body_of_a_refusal(hubspot: HubSpot, calls: httpx.Client) -> None:
    _, refusal = until_refused(calls)
    body = refusal.json()
    assert body.pop("correlationId")
    assert body == {
        "status": "error",
        "message": "You have reached your ten_secondly_rolling limit.",
        "errorType": "RATE_LIMIT",
        "policyName": "TEN_SECONDLY_ROLLING",
    }
    hubspot.switches.set("rate_limit_body", "category")
    body = calls.get(LIST).json()
    assert (body["category"], body.get("errorType")) == ("RATE_LIMITS", None)


@pytest.mark.parametrize(("setting", "told"), [("no", None), ("yes", "10")])
def test_retry_after_is_a_switch(hubspot: HubSpot, calls: httpx.Client, setting: str, told: str | None) -> None:
    hubspot.switches.set("retry_after_on_429", setting)
    _, refusal = until_refused(calls)
    assert refusal.headers.get("Retry-After") == told


def test_retry_after_is_long_enough_and_no_longer(hubspot: HubSpot, calls: httpx.Client) -> None:
    hubspot.switches.set("retry_after_on_429", "yes")
    calls.get(LIST)
    hubspot.clock.advance(7)
    _, refusal = until_refused(calls)
    assert refusal.headers["Retry-After"] == "3"
    hubspot.clock.advance(3)
    assert calls.get(LIST).status_code == 200


@pytest.mark.parametrize("status", [423, 429, 477, 500, 502, 503, 504])
def test_an_injected_refusal_has_hubspots_shape_and_costs_nothing(
    hubspot: HubSpot, calls: httpx.Client, status: int
) -> None:
    hubspot.faults.add("status", status=status, times=1)
    refusal = calls.get(LIST)
    assert refusal.status_code == status
    body = refusal.json()
    assert body["status"] == "error"
    assert body["correlationId"]
    assert body["message"]
    assert ("Retry-After" in refusal.headers) is (status == 477)
    assert calls.get(LIST).headers["X-HubSpot-RateLimit-Remaining"] == "189"


@pytest.mark.parametrize("status", [521, 523, 524])
def test_the_network_in_front_answers_with_a_page(hubspot: HubSpot, calls: httpx.Client, status: int) -> None:
    hubspot.faults.add("status", status=status)
    refusal = calls.get(LIST)
    assert refusal.status_code == status
    assert refusal.headers["content-type"].startswith("text/html")
