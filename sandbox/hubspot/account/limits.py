"""How often an account may be called: rolling bursts, the day's quota, searches per second (reference §5.1, §5.2)."""

from collections import deque
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from sandbox.clock import epoch_ms
from sandbox.http import Reply
from sandbox.hubspot.account.apps import App
from sandbox.hubspot.account.denials import BURST_MS, over
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.routing import Call, Route

TIERS = {
    # tier          burst  of associations  per day    of associations
    "free":         (100,  100,             250_000,   250_000),
    "starter":      (100,  100,             250_000,   250_000),
    "professional": (190,  150,             625_000,   500_000),
    "enterprise":   (190,  150,             1_000_000, 500_000),
}  # fmt: skip
WITH_ADD_ON = (250, 200)
ADD_ON_CALLS = 1_000_000
OAUTH_BURST = 110
SEARCHES = 5
SEARCH_MS = 1_000
PRIVATE = ("static", "private", "foreign")


class Window:
    """The calls of the last `length` ms: no others are kept, and each is dropped once."""

    def __init__(self, length: int) -> None:
        self._length = length
        self._times: deque[int] = deque()

    def count(self, now: int) -> int:
        while self._times and self._times[0] <= now - self._length:
            self._times.popleft()
        return len(self._times)

    def add(self, now: int) -> None:
        self._times.append(now)

    def until_free(self, now: int) -> int:
        """Milliseconds until the oldest call leaves."""
        return self._times[0] + self._length - now if self._times else self._length


@dataclass(frozen=True, slots=True)
class Traffic:
    """What others take out of the same budgets: a `share` of each (0 to 0.9), and calls per second from `since` on.

    Real bursts are per app; here others stand for whoever calls with this app's token elsewhere, too.
    """

    share: float = 0.0
    calls_per_second: float = 0.0
    searches_per_second: float = 0.0
    since: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 0.9:
            raise ValueError(f"the share others take lies between 0 and 0.9, not {self.share}")
        if self.calls_per_second < 0 or self.searches_per_second < 0:
            raise ValueError("others cannot call less often than never")

    def taken(self, limit: int, rate: float, now: int, length: int) -> int:
        """How much of `limit` is gone to others in the `length` ms before `now`."""
        return min(limit, int(limit * self.share) + int(rate * min(length, now - self.since) / 1000))


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the account's zone: its date, its midnight and the next, in epoch ms."""

    date: str
    start: int
    end: int


def today(portal: Portal) -> Day:
    midnight = portal.clock.now.astimezone(ZoneInfo(portal.time_zone)).replace(
        hour=0, minute=0, second=0, microsecond=0, fold=0
    )
    return Day(midnight.date().isoformat(), epoch_ms(midnight), epoch_ms(midnight + timedelta(days=1)))


def daily_limit(portal: Portal) -> int:
    return TIERS[portal.tier][2] + ADD_ON_CALLS * portal.api_add_ons


class Limits:
    """The budgets of one account. A refused call costs nothing."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self._bursts: dict[tuple[str, bool], Window] = {}
        self._searches = Window(SEARCH_MS)
        self._others = Traffic()

    def share_with(self, others: Traffic) -> None:
        """From now on others call like this; what they have called today stays spent."""
        day = today(self._portal)
        self._portal.calls[day.date, "foreign"] += self._foreign_calls(day)
        self._others = others

    def spend(self, app: App, endpoint: str) -> dict[str, str]:
        """Pay for one call; returns the rate headers of its answer, none for a search. HubSpotError 429."""
        association = "/associations/" in endpoint
        day = today(self._portal)
        daily = {} if app.kind == "oauth" else self._daily(day, association=association)
        if endpoint.endswith("/search"):
            headers = {}
            self._spend_search()
        else:
            headers = self._spend_burst(app, association=association) | daily
        if daily:
            self._portal.calls[day.date, "association" if association else app.kind] += 1
        return headers

    def _daily(self, day: Day, *, association: bool) -> dict[str, str]:
        """The day's headers as they will be after this call."""
        calls = self._portal.calls
        if association:
            limit = TIERS[self._portal.tier][3]
            left = limit - calls[day.date, "association"]
        else:
            limit = daily_limit(self._portal)
            spent = sum(calls[day.date, kind] for kind in (*PRIVATE, "service_key"))
            left = limit - spent - self._foreign_calls(day) - int(limit * self._others.share)
        if left <= 0:
            raise over(self._portal.switches, "DAILY", day.end - self._portal.now)
        return {"X-HubSpot-RateLimit-Daily": str(limit), "X-HubSpot-RateLimit-Daily-Remaining": str(left - 1)}

    def _foreign_calls(self, day: Day) -> int:
        others = self._others
        rate = others.calls_per_second + others.searches_per_second
        return int(rate * (self._portal.now - max(day.start, others.since)) / 1000)

    def _spend_search(self) -> None:
        now, others = self._portal.now, self._others
        taken = others.taken(SEARCHES, others.searches_per_second, now, SEARCH_MS)
        if self._searches.count(now) + taken >= SEARCHES:
            raise over(self._portal.switches, "SECONDLY", self._searches.until_free(now))
        self._searches.add(now)

    def _spend_burst(self, app: App, *, association: bool) -> dict[str, str]:
        now, others = self._portal.now, self._others
        window = self._bursts.setdefault((app.app_id, association), Window(BURST_MS))
        limit = self._burst(app, column=int(association))
        left = limit - others.taken(limit, others.calls_per_second, now, BURST_MS) - window.count(now)
        headers = {
            "X-HubSpot-RateLimit-Max": str(limit),
            "X-HubSpot-RateLimit-Remaining": str(max(left - 1, 0)),
            "X-HubSpot-RateLimit-Interval-Milliseconds": str(BURST_MS),
        }
        if left <= 0:
            raise over(self._portal.switches, "TEN_SECONDLY_ROLLING", window.until_free(now), headers)
        window.add(now)
        return headers

    def _burst(self, app: App, *, column: int) -> int:
        if app.kind == "oauth":
            return OAUTH_BURST
        return WITH_ADD_ON[column] if self._portal.api_add_ons else TIERS[self._portal.tier][column]


def _usage(call: Call) -> Reply:
    """Today's calls of private apps; those with a service key are not among them (reference §1.3)."""
    portal = call.portal
    day = today(portal)
    usage = {
        "name": "private-apps-api-calls-daily",
        "usageLimit": daily_limit(portal),
        "currentUsage": sum(portal.calls[day.date, kind] for kind in PRIVATE),
        "collectedAt": portal.iso(portal.now),
        "fetchStatus": "SUCCESS",
        "resetsAt": portal.iso(day.end),
    }
    return Reply.json(200, {"results": [usage]})


ROUTES = (Route("GET", "/account-info/{V}/api-usage/daily/private-apps", _usage, ("oauth",)),)
