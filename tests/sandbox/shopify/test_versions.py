"""API versions: their dates, and which one answers."""

from datetime import UTC, datetime, timedelta

import pytest

from sandbox.shopify.apps.versions import alive, answering, candidate, public_api_versions, released_at, retired_at
from tests.sandbox.shopify.front import Front

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
QUERY = {"query": "{ webhookSubscriptionsCount { count } }"}


def test_versions_come_each_quarter_and_live_a_year() -> None:
    assert released_at("2026-10") == datetime(2026, 10, 1, 17, tzinfo=UTC)
    assert retired_at("2026-10") == datetime(2027, 10, 1, 17, tzinfo=UTC)
    assert alive(NOW) == ["2026-01", "2026-04", "2026-07", "2026-10"]
    assert candidate(NOW) == "2027-01"


def test_a_version_is_released_and_retired_at_its_hour() -> None:
    hour = datetime(2027, 1, 1, 17, tzinfo=UTC)
    assert alive(hour - timedelta(seconds=1)) == ["2026-01", "2026-04", "2026-07", "2026-10"]
    assert alive(hour) == ["2026-04", "2026-07", "2026-10", "2027-01"]


def test_the_list_of_versions_names_the_latest_and_the_candidate() -> None:
    shown = {version.handle: (version.display_name, version.supported) for version in public_api_versions(NOW)}
    assert shown == {
        "2026-01": ("2026-01", True),
        "2026-04": ("2026-04", True),
        "2026-07": ("2026-07", True),
        "2026-10": ("2026-10 (Latest)", True),
        "2027-01": ("2027-01 (Release candidate)", False),
        "unstable": ("unstable", False),
    }


@pytest.mark.parametrize(
    ("asked", "answers"),
    [
        ("2026-10", "2026-10"),
        ("2026-01", "2026-01"),
        ("2027-01", "2027-01"),
        ("unstable", "unstable"),
        ("2025-10", "2026-01"),
        ("2019-04", "2026-01"),
        (None, "2026-01"),
        ("2027-04", None),
        ("2019-01", None),
        ("2026-11", None),
        ("latest", None),
        ("0000-00", None),
    ],
)
def test_which_version_answers(asked: str | None, answers: str | None) -> None:
    assert answering(asked, NOW) == answers


def test_a_retired_version_falls_forward_and_the_header_says_so() -> None:
    front = Front()
    for asked, answers in (("2025-04", "2026-01"), ("2026-10", "2026-10")):
        response = front.http.post(f"/admin/api/{asked}/graphql.json", json=QUERY)
        assert (response.status_code, response.headers["X-Shopify-API-Version"]) == (200, answers)
    assert front.http.post("/admin/api/graphql.json", json=QUERY).headers["X-Shopify-API-Version"] == "2026-01"


def test_a_version_retires_while_a_client_stays_on_it() -> None:
    front = Front()
    front.shopify.clock.advance_to(retired_at("2026-10"))
    response = front.http.post("/admin/api/2026-10/graphql.json", json=QUERY)
    assert (response.status_code, response.headers["X-Shopify-API-Version"]) == (200, "2027-01")
