"""What `setup` found out about one shop and its HubSpot account, and every worker relies on."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

PORTAL = "portal"
"""The name of this document among a shop's settings."""


class Property(BaseModel):
    """One HubSpot property as the account defines it. `options` are the values an enumeration takes."""

    model_config = ConfigDict(frozen=True)

    type: str
    writable: bool = True
    unique: bool = False
    options: frozenset[str] | None = None


class Stage(BaseModel):
    """One stage of the order pipeline, in its order. `name` is what rules call it, such as `shipped`; or None."""

    model_config = ConfigDict(frozen=True)

    id: str
    label: str
    name: str | None = None
    closed: bool = False
    writable: bool = True


class Portal(BaseModel):
    """One shop and its account. `properties` are, by object, those that exist of the ones Tandem writes.

    `off` is why nothing is written at present; `carts` whether the account has carts. `adopt` is true while orders that
    another integration made wait to be recognised. `shop_names` are the values of `hs_source_store` that mean this
    shop. `order_company` is an association type id; None: the default one.
    """

    model_config = ConfigDict(frozen=True)

    shop: str
    portal_id: str
    api_version: str = "2026-09"
    home_currency: str = "USD"
    currencies: frozenset[str] = frozenset()
    shop_currency: str = "USD"
    shop_names: frozenset[str] = frozenset()
    properties: Mapping[str, Mapping[str, Property]]
    pipeline: str
    stages: tuple[Stage, ...]
    default_stage: str = "open"
    adopt: bool = False
    carts: bool = False
    order_company: int | None = 509
    test_orders: bool = False
    contacts_without_email: bool = False
    off: str | None = None
    requests_per_10_seconds: int = 190
    points_per_second: float = 100

    def stage_id(self, name: str) -> str | None:
        """The stage of that name or id; None for one the account does not have."""
        return next((stage.id for stage in self.stages if name in (stage.name, stage.id)), None)

    @property
    def first_stage(self) -> str:
        return self.stages[0].id
