"""What calls about pipelines have in common: which one is meant, how it is shown, what is noted of it."""

from typing import Any

from sandbox.http import Reply
from sandbox.hubspot.model import ORDER, Pipeline, Stage, Store
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.reading import query_flag
from sandbox.hubspot.routing import Call
from sandbox.hubspot.schema import pipeline_rules as rules
from sandbox.simulator import NotModelled

CHECKED_ALWAYS = "2026-09"

READ = (
    *(f"crm.{what}.{{type}}.{how}" for what in ("schemas", "pipelines", "objects") for how in ("read", "write")),
    "e-commerce",
)
WRITE = tuple(scope for scope in READ if not scope.endswith("read"))
PIPELINES = "/crm/pipelines/{V}/{type}"
PIPELINE = PIPELINES + "/{pipeline}"


def shown(portal: Portal, pipeline: Pipeline) -> dict[str, Any]:
    stages = sorted(pipeline.stages.values(), key=lambda stage: stage.display_order)
    return {
        "id": pipeline.id,
        "label": pipeline.label,
        "displayOrder": pipeline.display_order,
        "stages": [shown_stage(portal, stage) for stage in stages],
        "createdAt": portal.iso(pipeline.created),
        "updatedAt": portal.iso(pipeline.updated),
        "archived": pipeline.archived,
    }


def shown_stage(portal: Portal, stage: Stage) -> dict[str, Any]:
    return {
        "id": stage.id,
        "label": stage.label,
        "displayOrder": stage.display_order,
        "metadata": stage.metadata,
        "createdAt": portal.iso(stage.created),
        "updatedAt": portal.iso(stage.updated),
        "archived": stage.archived,
        "writePermissions": stage.write_permissions,
    }


def order_store(call: Call) -> Store:
    store = call.portal.store(call.parts["type"])
    if store.kind is not ORDER:
        raise NotModelled(f"pipelines of {store.kind.plural}")
    return store


def missing(call: Call) -> Reply:
    """404 without a body for who accepts JSON, else with a page (seen live by third parties)."""
    if call.request.method == "PATCH" or "application/json" in call.request.headers.get("accept", ""):
        return Reply(404)
    return Reply.html(404, "<!DOCTYPE html><title>Error 404 Not Found</title><h1>HTTP ERROR 404 Not Found</h1>")


def find_pipeline(call: Call) -> Pipeline | None:
    return order_store(call).pipelines.get(call.parts["pipeline"])


def find_stage(call: Call) -> Stage | None:
    pipeline = find_pipeline(call)
    return pipeline.stages.get(call.parts["stage"]) if pipeline else None


def note(call: Call, audited: Pipeline | Stage, action: str, done: dict[str, Any]) -> None:
    """Add to the audit of a pipeline or stage. The names of the actions are inferred."""
    audited.audit.append(
        {
            "portalId": int(call.portal.id),
            "identifier": audited.id,
            "action": action,
            "timestamp": call.portal.iso(call.portal.now),
            "message": f"{action} by app {call.app.app_id}",
            "rawObject": done,
            "fromUserId": int(call.app.user_id),
        }
    )


def check_use(call: Call, stage_ids: set[str]) -> None:
    """2026-09 refuses always, whatever is asked (seen live by third parties); older versions only when asked."""
    asked = query_flag(call, "validateReferencesBeforeDelete") or query_flag(
        call, "validateDealStageUsagesBeforeDelete"
    )
    if asked or call.version == CHECKED_ALWAYS:
        rules.refuse_in_use(order_store(call), stage_ids)


def audit(call: Call) -> Reply:
    """What was done to a pipeline or one of its stages over the API, newest first."""
    audited = find_stage(call) if "stage" in call.parts else find_pipeline(call)
    return Reply.json(200, {"results": audited.audit[::-1]}) if audited else missing(call)
