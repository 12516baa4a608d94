"""What an administrator does in HubSpot's settings: properties, stages, currencies, webhooks, the plan."""

from typing import Any

from sandbox.hubspot.account.limits import TIERS, Limits, Traffic
from sandbox.hubspot.model import ORDER
from sandbox.hubspot.people.people import USER, act, store_of
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.schema import pipeline_stages, pipelines, properties
from sandbox.hubspot.schema.native import offer_currencies
from sandbox.hubspot.webhooks.webhooks import Webhooks


class Administration:
    """Each method is an action: JSON in, JSON out. ValueError for what HubSpot refuses, KeyError for the unknown."""

    def __init__(self, portal: Portal, limits: Limits, webhooks: Webhooks) -> None:
        self._portal = portal
        self._limits = limits
        self._webhooks = webhooks

    def change_property(self, object_type: str, name: str, changes: dict[str, Any], user_id: str = USER) -> Any:
        """Change a property's definition, its label or options say, with the API's own keys."""
        return act(self._portal, properties.update, user_id, changes, type=object_type, name=name)

    def delete_property(self, object_type: str, name: str, user_id: str = USER) -> Any:
        """Archive a property, and its values with it."""
        return act(self._portal, properties.archive, user_id, type=object_type, name=name)

    def require_property(self, object_type: str, name: str, required: bool = True) -> Any:
        """Mark a property as required when a record is made."""
        store_of(self._portal, object_type).schema[name].required = required
        return {"name": name, "required": required}

    def use_property(self, object_type: str, name: str, where: str = "LIST", called: str = "Customers") -> Any:
        """Use a property in a list, workflow or form, so that it cannot be deleted."""
        store_of(self._portal, object_type).schema[name].used_in.append((where, called))
        return {"name": name, "usedIn": called}

    def change_pipeline(self, pipeline: str, changes: dict[str, Any], user_id: str = USER) -> Any:
        """Change an order pipeline, its label say, with the API's own keys."""
        return act(self._portal, pipelines.update, user_id, changes, type=ORDER.plural, pipeline=pipeline)

    def change_stage(self, pipeline: str, stage: str, changes: dict[str, Any], user_id: str = USER) -> Any:
        """Change a stage of an order pipeline, its label say, with the API's own keys."""
        parts = {"type": ORDER.plural, "pipeline": pipeline, "stage": stage}
        return act(self._portal, pipeline_stages.update_stage, user_id, changes, **parts)

    def delete_stage(self, pipeline: str, stage: str, user_id: str = USER) -> Any:
        """Delete a stage that no order is in."""
        parts = {"type": ORDER.plural, "pipeline": pipeline, "stage": stage}
        return act(self._portal, pipeline_stages.delete_stage, user_id, **parts)

    def set_currencies(self, company: str, additional: list[str]) -> Any:
        """Choose the account's own currency and those it allows besides."""
        self._portal.currency, self._portal.extra_currencies = company, list(additional)
        offer_currencies(self._portal)
        return {"companyCurrency": company, "additionalCurrencies": additional}

    def set_plan(self, tier: str, api_add_ons: int = 0, time_zone: str | None = None) -> Any:
        """Book free, starter, professional or enterprise, API add-ons, and say where the account's day ends."""
        if tier not in TIERS or api_add_ons not in {0, 1, 2}:
            raise ValueError(f"tier is one of {', '.join(TIERS)}, with 0 to 2 add-ons")
        self._portal.tier, self._portal.api_add_ons = tier, api_add_ons
        self._portal.time_zone = time_zone or self._portal.time_zone
        return {"tier": tier, "apiAddOns": api_add_ons, "timeZone": self._portal.time_zone}

    def share_limits(
        self, share: float = 0.0, calls_per_second: float = 0.0, searches_per_second: float = 0.0
    ) -> dict[str, float]:
        """Let others eat a `share` (0 to 0.9) of every budget, and call so often besides."""
        self._limits.share_with(Traffic(share, calls_per_second, searches_per_second, self._portal.now))
        return {"share": share, "callsPerSecond": calls_per_second, "searchesPerSecond": searches_per_second}

    def deploy_webhooks(self, config: dict[str, Any], app_id: str | None = None) -> Any:
        """Upload the `config` of a webhooks component file for an app, the first one where none is named."""
        made = self._webhooks.deploy(app_id or next(iter(self._portal.apps.values())).app_id, config)
        return [{"id": s.id, "type": s.type, "object": s.kind.type_id, "property": s.property_name} for s in made]
