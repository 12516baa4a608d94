"""What schedules and operators ask of the function `order_stages`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tandem import runtime
from tandem.actions import Actions, Answer
from tandem.hubspot import pipelines
from tandem.mapping.stages import parse_rules
from tandem.model import Priority
from tandem.portal import PORTAL
from tandem.settings import settings
from tandem.sync import resync
from tandem.sync.shop import RULES, portal_of, rules_of
from tandem.vendors import crm, limits_of, world


async def _refresh(_event: Mapping[str, Any], deadline: datetime) -> Answer:
    """Learn the pipeline's stages anew."""
    shop = settings().shop
    portal = await portal_of(runtime.store(), shop)
    hubspot = crm(await limits_of(shop), Priority.BULK, deadline)
    fresh = await pipelines.refresh(hubspot, portal)
    if fresh != portal:
        now = await portal_of(runtime.store(), shop)  # setup may have stored another meanwhile
        kept = now.model_copy(update={"stages": fresh.stages})
        await runtime.store().put_setting(shop, PORTAL, kept.model_dump(mode="json"))
    return {"stages": [stage.model_dump() for stage in fresh.stages], "changed": fresh != portal}


async def _rules(event: Mapping[str, Any], _deadline: datetime) -> Answer:
    """Show the rules, or save others and let the orders they touch be moved."""
    shop = settings().shop
    if "rules" not in event:
        rules = await rules_of(runtime.store(), shop)
        return {"rules": [rule.model_dump(mode="json", by_alias=True, exclude_none=True) for rule in rules]}
    rows = event["rules"]
    if not isinstance(rows, list):
        return {"error": "rules: must be a list of rows; docs/mapping.md, Stages, shows one"}
    portal = await portal_of(runtime.store(), shop)
    rules = parse_rules(rows)
    lacking = [name for rule in rules for name in rule.stage if name != "skip" and portal.stage_id(name) is None]
    await runtime.store().put_setting(shop, RULES, {"rules": rows})
    job = await resync.start(resync.Request(kind="stage"), shop, world())
    await runtime.continue_job(job)
    return {"saved": len(rules), "job": job, "stages the account lacks": sorted(set(lacking))}


ACTIONS: Actions = {
    "refresh": _refresh,
    "rules": _rules,
}
