"""The environment of a function, read in this file alone."""

import os
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class BadSetting(Exception):
    """A variable is missing or makes no sense; the text names it and what it should be."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the template tells a function. Queue URLs are by kind, for those kinds the function may ring."""

    table: str
    shop: str
    queues: dict[str, str]
    shopify_secret: str
    shopify_token_secret: str
    hubspot_secret: str
    shopify_url: str
    hubspot_url: str
    webhook_url: str
    shards: int


@cache
def settings() -> Settings:
    """Those of this process. Variables a function has no need of are empty."""
    shop = _required("SHOP_DOMAIN")
    return Settings(
        table=_required("TABLE_NAME"),
        shop=shop,
        queues={
            name.removeprefix("QUEUE_URL_").lower(): value
            for name, value in os.environ.items()
            if name.startswith("QUEUE_URL_")
        },
        shopify_secret=os.environ.get("SHOPIFY_SECRET", ""),
        shopify_token_secret=os.environ.get("SHOPIFY_TOKEN_SECRET", ""),
        hubspot_secret=os.environ.get("HUBSPOT_SECRET", ""),
        shopify_url=_address("SHOPIFY_URL", f"https://{shop}"),
        hubspot_url=_address("HUBSPOT_URL", "https://api.hubapi.com"),
        webhook_url=os.environ.get("WEBHOOK_URL", ""),
        shards=int(os.environ.get("SHARDS", "1")),
    )


def _required(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise BadSetting(f"the variable {name} is not set; template.yaml sets it for every function that needs it")
    return value


def _address(name: str, usual: str) -> str:
    """A vendor's base address. Only the sandbox sets another than the usual, and only to loopback."""
    value = os.environ.get(name) or usual
    parts = urlsplit(value)
    if value != usual and parts.hostname not in LOOPBACK:
        raise BadSetting(f"{name} is {value!r}: another address than the vendor's own may only be on loopback")
    return value.rstrip("/")
