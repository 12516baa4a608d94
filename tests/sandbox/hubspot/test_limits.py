"""Bursts, the day's quota, searches per second, and what others eat."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.hubspot.account.apps import App
from sandbox.hubspot.account.limits import Traffic, Window, today
from sandbox.hubspot.simulator import HubSpot
from tests.sandbox.hubspot.calling import LIST, client, until_refused

SEARCH = f"{LIST}/search"
USAGE = "/account-info/2026-09/api-usage/daily/private-apps"


def installed(hubspot: HubSpot, kind: str, app_id: str = "5") -> App:
    app = App(app_id, f"token-{app_id}", "secret", hubspot.app.scopes, kind)
    hubspot.portal.apps[app.token] = app
    return app


@pytest.fixture
def calls(hubspot: HubSpot) -> Iterator[httpx.Client]:
    with client(hubspot) as opened:
        yield opened


@pytest.mark.parametrize(
    ("tier", "add_ons", "burst"),
    [("free", 0, 100), ("starter", 0, 100), ("professional", 0, 190), ("enterprise", 0, 190), ("professional", 1, 250)],
)
def test_burst_by_tier(hubspot: HubSpot, calls: httpx.Client, tier: str, add_ons: int, burst: int) -> None:
    hubspot.portal.tier, hubspot.portal.api_add_ons = tier, add_ons
    through, refusal = until_refused(calls)
    assert through == burst
    assert refusal.headers["X-HubSpot-RateLimit-Max"] == str(burst)
    assert refusal.headers["X-HubSpot-RateLimit-Remaining"] == "0"


def test_the_window_rolls(hubspot: HubSpot, calls: httpx.Client) -> None:
    """A call frees its place ten seconds after it was made, not at the turn of some period."""
    for _ in range(100):
        calls.get(LIST)
    hubspot.clock.advance(9)
    for _ in range(90):
        calls.get(LIST)
    assert calls.get(LIST).status_code == 429
    hubspot.clock.advance(1)
    through, _ = until_refused(calls)
    assert through == 100


@given(st.lists(st.integers(0, 30), max_size=60))
def test_a_window_holds_what_the_last_ten_counted_one_by_one_hold(gaps: list[int]) -> None:
    window, now, called = Window(10), 0, list[int]()
    for gap in gaps:
        now += gap
        assert window.count(now) == sum(at > now - 10 for at in called)
        window.add(now)
        called.append(now)


def test_a_refused_call_costs_nothing(hubspot: HubSpot, calls: httpx.Client) -> None:
    until_refused(calls)
    hubspot.clock.advance(5)
    assert calls.get(LIST).status_code == 429
    hubspot.clock.advance(5)
    assert until_refused(calls)[0] == 190


def test_headers_count_down(calls: httpx.Client) -> None:
    first, second = calls.get(LIST).headers, calls.get(LIST).headers
    assert first["X-HubSpot-RateLimit-Max"] == "190"
    assert first["X-HubSpot-RateLimit-Interval-Milliseconds"] == "10000"
    assert first["X-HubSpot-RateLimit-Daily"] == "625000"
    for name in ("X-HubSpot-RateLimit-Remaining", "X-HubSpot-RateLimit-Daily-Remaining"):
        assert int(second[name]) == int(first[name]) - 1


def test_errors_cost_and_carry_headers_too(calls: httpx.Client) -> None:
    before = int(calls.get(LIST).headers["X-HubSpot-RateLimit-Remaining"])
    missing = calls.get(f"{LIST}/1")
    assert missing.status_code == 404
    assert int(missing.headers["X-HubSpot-RateLimit-Remaining"]) == before - 1


def test_each_app_has_its_own_burst(hubspot: HubSpot, calls: httpx.Client) -> None:
    until_refused(calls)
    with client(hubspot, installed(hubspot, "private")) as other:
        assert until_refused(other)[0] == 190


def test_oauth_apps_have_110_and_no_daily_quota(hubspot: HubSpot) -> None:
    hubspot.portal.tier = "enterprise"
    with client(hubspot, installed(hubspot, "oauth")) as oauth:
        headers = oauth.get(LIST).headers
        assert headers["X-HubSpot-RateLimit-Max"] == "110"
        assert "X-HubSpot-RateLimit-Daily" not in headers
        assert until_refused(oauth)[0] == 109
        assert oauth.get(LIST).json()["policyName"] == "TEN_SECONDLY_ROLLING"


def test_five_searches_a_second_for_all_objects_and_apps(hubspot: HubSpot, calls: httpx.Client) -> None:
    with client(hubspot, installed(hubspot, "oauth")) as oauth:
        answers = [calls.post(SEARCH, json={}) for _ in range(3)]
        answers += [oauth.post("/crm/objects/2026-03/orders/search", json={}) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200] * 5
        refusal = calls.post("/crm/v3/objects/companies/search", json={})
        assert (refusal.status_code, refusal.json()["policyName"]) == (429, "SECONDLY")
        hubspot.clock.advance(1)
        assert oauth.post(SEARCH, json={}).status_code == 200


def test_searches_are_outside_the_burst_and_carry_no_headers(hubspot: HubSpot, calls: httpx.Client) -> None:
    until_refused(calls)
    answer = calls.post(SEARCH, json={})
    assert answer.status_code == 200
    assert not [name for name in answer.headers if "ratelimit" in name.lower()]
    for _ in range(5):
        refusal = calls.post(SEARCH, json={})
    assert refusal.status_code == 429
    assert not [name for name in refusal.headers if "ratelimit" in name.lower()]


def test_associations_have_a_burst_of_their_own(calls: httpx.Client) -> None:
    until_refused(calls)
    labels = "/crm/associations/2026-09/orders/contacts/labels"
    assert calls.get(labels).headers["X-HubSpot-RateLimit-Max"] == "150"
    assert until_refused(calls, labels)[0] == 149


def spend_the_day(hubspot: HubSpot, left: int) -> None:
    """Let all but `left` calls of the account's day be gone."""
    headers = client(hubspot).get(LIST).headers
    date = hubspot.clock.now.astimezone(UTC).strftime("%Y-%m-%d")
    hubspot.portal.calls[date, "private"] += int(headers["X-HubSpot-RateLimit-Daily-Remaining"]) - left
    hubspot.clock.advance(10)


def test_the_day_is_shared_by_all_private_apps(hubspot: HubSpot, calls: httpx.Client) -> None:
    with client(hubspot, installed(hubspot, "service_key", "7")) as key:
        spend_the_day(hubspot, 2)
        assert calls.get(LIST).status_code == 200
        assert key.get(LIST).headers["X-HubSpot-RateLimit-Daily-Remaining"] == "0"
        refusal = calls.get(LIST)
        assert (refusal.status_code, refusal.json()["policyName"]) == (429, "DAILY")
        assert refusal.json()["message"] == "You have reached your daily limit."
    with client(hubspot, installed(hubspot, "oauth", "8")) as oauth:
        assert oauth.get(LIST).status_code == 200


def test_searches_count_for_the_day(hubspot: HubSpot, calls: httpx.Client) -> None:
    spend_the_day(hubspot, 1)
    assert calls.post(SEARCH, json={}).status_code == 200
    assert calls.get(LIST).json()["policyName"] == "DAILY"
    assert calls.post(SEARCH, json={}).json()["policyName"] == "DAILY"


def test_the_day_ends_at_midnight_of_the_account(hubspot: HubSpot, calls: httpx.Client) -> None:
    """US/Eastern is five hours behind UTC in November."""
    spend_the_day(hubspot, 0)
    hubspot.clock.advance_to(datetime(2026, 11, 3, 4, 59, 59, tzinfo=UTC))
    assert calls.get(LIST).status_code == 429
    hubspot.clock.advance(1)
    assert calls.get(LIST).headers["X-HubSpot-RateLimit-Daily-Remaining"] == "624999"


@pytest.mark.parametrize(
    ("zone", "now", "hours"),
    [
        ("US/Eastern", datetime(2027, 3, 14, 16, tzinfo=UTC), 23),
        ("US/Eastern", datetime(2027, 11, 7, 17, tzinfo=UTC), 25),
        ("America/Havana", datetime(2027, 11, 7, 5, 30, tzinfo=UTC), 25),
    ],
)
def test_a_day_of_changing_clocks_has_its_own_length(hubspot: HubSpot, zone: str, now: datetime, hours: int) -> None:
    """In Havana it is half past midnight for the second time."""
    hubspot.portal.time_zone = zone
    hubspot.clock.advance_to(now)
    day = today(hubspot.portal)
    assert day.end - day.start == hours * 3_600_000


@pytest.mark.parametrize(
    ("tier", "add_ons", "calls_a_day"),
    [("free", 0, 250_000), ("professional", 0, 625_000), ("enterprise", 0, 1_000_000), ("professional", 2, 2_625_000)],
)
def test_quota_by_tier(hubspot: HubSpot, calls: httpx.Client, tier: str, add_ons: int, calls_a_day: int) -> None:
    hubspot.portal.tier, hubspot.portal.api_add_ons = tier, add_ons
    assert calls.get(LIST).headers["X-HubSpot-RateLimit-Daily"] == str(calls_a_day)


def usage(calls: httpx.Client) -> Any:
    [told] = calls.get(USAGE).json()["results"]
    return told


def test_usage_counts_calls_but_not_those_of_service_keys(hubspot: HubSpot, calls: httpx.Client) -> None:
    calls.get(LIST)
    with client(hubspot, installed(hubspot, "service_key")) as key:
        for _ in range(20):
            key.get(LIST)
    told = usage(calls)
    assert (told["currentUsage"], told["usageLimit"]) == (2, 625_000)
    assert told["resetsAt"].startswith("2026-11-03T05:00:00")
    hubspot.clock.advance(86_400)
    assert usage(calls)["currentUsage"] == 1


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 0.9])
def test_others_take_a_share_of_every_budget(hubspot: HubSpot, calls: httpx.Client, share: float) -> None:
    hubspot.limits.share_with(Traffic(share=share))
    first = calls.get(LIST).headers
    assert int(first["X-HubSpot-RateLimit-Daily-Remaining"]) == 625_000 - int(625_000 * share) - 1
    assert until_refused(calls)[0] + 1 == 190 - int(190 * share)
    searches = [calls.post(SEARCH, json={}).status_code for _ in range(6)]
    assert searches.count(200) == 5 - int(5 * share)


def test_others_call_so_many_times_a_second(hubspot: HubSpot, calls: httpx.Client) -> None:
    hubspot.limits.share_with(Traffic(calls_per_second=10, searches_per_second=2, since=hubspot.portal.now))
    assert until_refused(calls)[0] == 190
    hubspot.clock.advance(100)
    assert until_refused(calls)[0] == 90
    assert [calls.post(SEARCH, json={}).status_code for _ in range(4)] == [200, 200, 200, 429]
    hubspot.limits.share_with(Traffic())
    assert usage(client(hubspot, installed(hubspot, "oauth")))["currentUsage"] == 190 + 90 + 3 + 1_200


def test_foreign_calls_stop_counting_at_midnight(hubspot: HubSpot, calls: httpx.Client) -> None:
    hubspot.limits.share_with(Traffic(calls_per_second=1, since=hubspot.portal.now))
    hubspot.clock.advance_to(datetime(2026, 11, 3, 5, 1, tzinfo=UTC))
    assert calls.get(LIST).headers["X-HubSpot-RateLimit-Daily-Remaining"] == str(625_000 - 60 - 1)


@pytest.mark.parametrize("wrong", [{"share": 0.91}, {"share": -0.1}, {"calls_per_second": -1}])
def test_impossible_traffic_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError):
        Traffic(**wrong)  # type: ignore[arg-type]
