"""Order pipelines over the API (reference §3); their stages are in `pipeline_stages`."""

from typing import Any

from sandbox.http import Reply
from sandbox.hubspot.errors import HubSpotError
from sandbox.hubspot.model import Pipeline, Store
from sandbox.hubspot.reading import require
from sandbox.hubspot.routing import Call, Route
from sandbox.hubspot.schema import pipeline_rules as rules
from sandbox.hubspot.schema import pipeline_stages
from sandbox.hubspot.schema.native import offer_pipelines
from sandbox.hubspot.schema.native_orders import PIPELINE as NATIVE
from sandbox.hubspot.schema.pipeline_calls import (
    PIPELINE,
    PIPELINES,
    READ,
    WRITE,
    audit,
    check_use,
    find_pipeline,
    missing,
    note,
    order_store,
    shown,
)

ORDER_PIPELINES = 50


def own_pipelines(store: Store) -> int:
    """How many pipelines count towards the limit: HubSpot's own does not, it seems (third parties, live)."""
    return sum(1 for pipeline_id in store.pipelines if pipeline_id != NATIVE[0])


def _written(call: Call, pipeline: Pipeline, action: str, body: dict[str, Any], status: int = 200) -> Reply:
    """Note what was done; answer with what is stored under what was sent (reference §3.2)."""
    offer_pipelines(order_store(call))
    note(call, pipeline, action, shown(call.portal, pipeline))
    answer = shown(call.portal, pipeline)
    for stage, sent in zip(pipeline.stages.values(), body.get("stages") or [], strict=False):
        row = next(row for row in answer["stages"] if row["id"] == stage.id)
        row["metadata"] = row["metadata"] | rules.sent_metadata(sent)
    return Reply.json(status, answer)


def list_pipelines(call: Call) -> Reply:
    return Reply.json(200, {"results": [shown(call.portal, p) for p in order_store(call).pipelines.values()]})


def read(call: Call) -> Reply:
    pipeline = find_pipeline(call)
    return Reply.json(200, shown(call.portal, pipeline)) if pipeline else missing(call)


def create(call: Call) -> Reply:
    portal, store, body = call.portal, order_store(call), call.mapping()
    require(body, "label", "displayOrder", "stages")
    if own_pipelines(store) >= ORDER_PIPELINES:
        raise rules.refused(f"The limit of {ORDER_PIPELINES} pipelines has been reached")
    pipeline_id = rules.new_id(portal, body, "pipelineId", rules.PIPELINE_ID)
    rules.pipeline_id_is_free(store, pipeline_id)
    label, order = rules.label(body), rules.order(body)
    rules.label_is_free(store, label)
    stages = rules.new_stages(portal, store, body)
    pipeline = Pipeline(pipeline_id, label, order, stages, portal.now, portal.now)
    store.pipelines[pipeline_id] = pipeline
    return _written(call, pipeline, "CREATE", body, 201)


def update(call: Call) -> Reply:
    """Changes the fields sent, and the updatedAt of every stage (seen live by third parties)."""
    pipeline, body = find_pipeline(call), call.mapping()
    if pipeline is None:
        return missing(call)
    rules.refuse_restore(body)
    label, order = rules.label(body, pipeline.label), rules.order(body, pipeline.display_order)
    rules.label_is_free(order_store(call), label, pipeline)
    pipeline.label, pipeline.display_order, pipeline.updated = label, order, call.portal.now
    for stage in pipeline.stages.values():
        stage.updated = call.portal.now
    return _written(call, pipeline, "UPDATE", {})


def replace(call: Call) -> Reply:
    """Keeps the stages it names and deletes the others for good."""
    pipeline, body = find_pipeline(call), call.mapping()
    if pipeline is None:
        return missing(call)
    require(body, "label", "displayOrder", "stages")
    label, order = rules.label(body), rules.order(body)
    rules.label_is_free(order_store(call), label, pipeline)
    stages = rules.new_stages(call.portal, order_store(call), body, pipeline)
    check_use(call, pipeline.stages.keys() - stages.keys())
    for stage_id in pipeline.stages.keys() & stages.keys():
        stages[stage_id].audit = pipeline.stages[stage_id].audit
    pipeline.label, pipeline.display_order, pipeline.stages = label, order, stages
    pipeline.updated = call.portal.now
    return _written(call, pipeline, "REPLACE", body)


def delete(call: Call) -> Reply:
    """For good: there is no restore."""
    store, pipeline = order_store(call), find_pipeline(call)
    if pipeline is None:
        raise HubSpotError(404, "OBJECT_NOT_FOUND", f"Pipeline {call.parts['pipeline']} does not exist")
    check_use(call, set(pipeline.stages))
    del store.pipelines[pipeline.id]
    offer_pipelines(store)
    return Reply(204)


ROUTES = (
    Route("GET", PIPELINES, list_pipelines, READ),
    Route("POST", PIPELINES, create, WRITE),
    Route("GET", PIPELINE, read, READ),
    Route("PATCH", PIPELINE, update, WRITE),
    Route("PUT", PIPELINE, replace, WRITE),
    Route("DELETE", PIPELINE, delete, WRITE),
    Route("GET", PIPELINE + "/audit", audit, READ),
    *pipeline_stages.ROUTES,
)
