"""How webhook bodies write times and ids."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sandbox.shopify.shop import Shop


def local(shop: Shop, when: datetime | None) -> str | None:
    """A time with the shop's offset, whole seconds: "2026-11-03T10:15:44-08:00" (reference §7.7)."""
    if when is None:
        return None
    return when.astimezone(ZoneInfo(shop.settings.iana_timezone)).isoformat(timespec="seconds")


def number(legacy_id: str) -> int:
    return int(legacy_id)
