"""The stages of an order pipeline over the API (reference §3)."""

from typing import Any

from sandbox.http import Reply
from sandbox.hubspot.errors import HubSpotError
from sandbox.hubspot.model import Stage
from sandbox.hubspot.reading import require
from sandbox.hubspot.routing import Call, Route
from sandbox.hubspot.schema import pipeline_rules as rules
from sandbox.hubspot.schema.native import offer_pipelines
from sandbox.hubspot.schema.pipeline_calls import (
    PIPELINE,
    READ,
    WRITE,
    audit,
    check_use,
    find_pipeline,
    find_stage,
    missing,
    note,
    order_store,
    shown,
    shown_stage,
)


def _stage_written(call: Call, stage: Stage, action: str, body: dict[str, Any], status: int = 200) -> Reply:
    offer_pipelines(order_store(call))
    answer = shown_stage(call.portal, stage)
    note(call, stage, action, answer)
    return Reply.json(status, answer | {"metadata": stage.metadata | rules.sent_metadata(body)})


def list_stages(call: Call) -> Reply:
    pipeline = find_pipeline(call)
    if pipeline is None:
        raise HubSpotError(404, "", f"Pipeline {call.parts['pipeline']} does not exist")
    return Reply.json(200, {"results": shown(call.portal, pipeline)["stages"]})


def read_stage(call: Call) -> Reply:
    stage = find_stage(call)
    return Reply.json(200, shown_stage(call.portal, stage)) if stage else missing(call)


def create_stage(call: Call) -> Reply:
    pipeline, body = find_pipeline(call), call.mapping()
    if pipeline is None:
        return missing(call)
    stage = rules.new_stage(call.portal, order_store(call), pipeline, body)
    pipeline.stages[stage.id] = stage
    rules.place(list(pipeline.stages.values()), stage)
    return _stage_written(call, stage, "CREATE", body, 201)


def update_stage(call: Call) -> Reply:
    """PATCH and PUT: fields and metadata left out stay; PUT wants the fields there (seen live by third parties)."""
    pipeline, stage, body = find_pipeline(call), find_stage(call), call.mapping()
    if pipeline is None or stage is None:
        return missing(call)
    if call.request.method == "PUT":
        require(body, "label", "displayOrder", "metadata")
    rules.refuse_restore(body)
    others = [other for other in pipeline.stages.values() if other is not stage]
    label, order = rules.label(body, stage.label), rules.order(body, stage.display_order)
    rules.stage_label_is_free(others, label, "PipelineError.STAGE_LABEL_EXISTS")
    metadata = rules.metadata(body, stage.metadata)
    rules.sent_metadata(body)
    stage.label, stage.display_order, stage.metadata, stage.updated = label, order, metadata, call.portal.now
    rules.place(list(pipeline.stages.values()), stage)
    return _stage_written(call, stage, "UPDATE", body)


def delete_stage(call: Call) -> Reply:
    """204 for a stage that is not there, too, or not in this pipeline, which is then left alone."""
    pipeline, stage = find_pipeline(call), find_stage(call)
    if pipeline is None or stage is None:
        return Reply(204)
    if len(pipeline.stages) == 1:
        raise rules.refused("Pipeline must have at least one stage")
    check_use(call, {stage.id})
    del pipeline.stages[stage.id]
    offer_pipelines(order_store(call))
    return Reply(204)


STAGES = PIPELINE + "/stages"
STAGE = STAGES + "/{stage}"
ROUTES = (
    Route("GET", STAGES, list_stages, READ),
    Route("POST", STAGES, create_stage, WRITE),
    Route("GET", STAGE, read_stage, READ),
    Route("PATCH", STAGE, update_stage, WRITE),
    Route("PUT", STAGE, update_stage, WRITE),
    Route("DELETE", STAGE, delete_stage, WRITE),
    Route("GET", STAGE + "/audit", audit, READ),
)
