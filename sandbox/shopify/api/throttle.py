"""The point bucket of one app on one store: filled by time, emptied by queries (reference §5)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.shopify.api.context import Context
from sandbox.shopify.api.errors import Error
from sandbox.shopify.shop import Shop

MAX_COST = 1_000
SECONDS_TO_FILL = 20
RESTORE = {"standard": 100.0, "advanced": 200.0, "plus": 1_000.0, "enterprise": 2_000.0}
"""Points a second by plan; a bucket holds what comes in 20 s (enterprise inferred)."""

DOCUMENTATION = "https://shopify.dev/api/usage/rate-limits"


class Bucket:
    """Points left to one app. Money back may not overfill it."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._left = self.size
        self._at: datetime = shop.clock.now

    @property
    def restore(self) -> float:
        return RESTORE[self._shop.settings.plan]

    @property
    def size(self) -> float:
        return self.restore * SECONDS_TO_FILL

    @property
    def left(self) -> float:
        """Points there are now."""
        now = self._shop.clock.now
        self._left = min(self.size, self._left + (now - self._at).total_seconds() * self.restore)
        self._at = now
        return self._left

    def take(self, points: float) -> bool:
        """Take points if there are as many; negative ones are given back."""
        if self.left < points:
            return False
        self._left = min(self.size, self._left - points)
        return True

    def as_json(self) -> dict[str, Any]:
        return {
            "maximumAvailable": self.size,
            "currentlyAvailable": int(self.left),
            "restoreRate": self.restore,
        }


def bucket_of(shop: Shop, app_id: str) -> Bucket:
    """The bucket of an app, full at its first call."""
    bucket: Bucket = shop.buckets.setdefault(app_id, Bucket(shop))
    return bucket


@dataclass(slots=True)
class Charge:
    """Points taken for one operation. `refusal` is the whole answer if there were too few."""

    bucket: Bucket
    requested: int
    refusal: dict[str, Any] | None = None

    def settle(self, actual: int) -> dict[str, Any]:
        """Give back what was not used; `extensions.cost`."""
        self.bucket.take(min(actual, self.requested) - self.requested)
        return self._cost(min(actual, self.requested))

    def refuse(self) -> None:
        """HTTP 200 without data (third parties; no recorded answer exists)."""
        error = {"message": "Throttled", "extensions": {"code": "THROTTLED", "documentation": DOCUMENTATION}}
        self.refusal = {"errors": [error], "extensions": {"cost": self._cost(None)}}

    def _cost(self, actual: int | None) -> dict[str, Any]:
        return {
            "requestedQueryCost": self.requested,
            "actualQueryCost": actual,
            "throttleStatus": self.bucket.as_json(),
        }


def charge(context: Context, requested: int) -> Charge:
    """Take the requested points first."""
    charged = Charge(bucket_of(context.shop, context.access.app_id), requested)
    if not charged.bucket.take(requested):
        charged.refuse()
    return charged


def too_dear(requested: int) -> Error | None:
    """A single operation may cost 1,000 points (form: third parties)."""
    if requested <= MAX_COST:
        return None
    message = f"Query cost is {requested}, which exceeds the single query max cost limit ({MAX_COST})."
    more = {"code": "MAX_COST_EXCEEDED", "cost": requested, "maxCost": MAX_COST, "documentation": DOCUMENTATION}
    return {"message": message, "extensions": more}
