"""Work that Shopify finishes after it has answered."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sandbox.clock import Clock
from sandbox.shopify.shop import Shop


@dataclass(frozen=True, slots=True)
class Job:
    """A job; it is `done` once its time has come."""

    id: str
    finished_at: datetime
    clock: Clock

    @property
    def done(self) -> bool:
        return self.finished_at <= self.clock.now


def new_job(shop: Shop, seconds: float) -> Job:
    """A job that takes so long."""
    uuid = UUID(int=shop.random.getrandbits(128), version=4)
    return Job(f"gid://shopify/Job/{uuid}", shop.clock.now + timedelta(seconds=seconds), shop.clock)
