"""What HubSpot takes and refuses of a pipeline and its stages (reference §3.2)."""

from typing import Any

from sandbox.hubspot.errors import HubSpotError
from sandbox.hubspot.model import Pipeline, Stage, Store
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.reading import bad_input, mapping, mappings, require, text, whole

PIPELINE_ID = 36
STAGE_ID = 100
STAGES = 30
STATES = ("OPEN", "CLOSED")


def refused(message: str, sub_category: str | None = None, context: dict[str, list[str]] | None = None) -> HubSpotError:
    return HubSpotError(400, "VALIDATION_ERROR", message, sub_category=sub_category, context=context)


def order(body: dict[str, Any], default: int = 0) -> int:
    """A display order; -1, which properties take, is refused."""
    number = whole(body, "displayOrder", default)
    if number < 0:
        raise refused(f"displayOrder must not be negative, found {number}")
    return number


def label(body: dict[str, Any], default: str = "") -> str:
    found = text(body, "label", default)
    if not found.strip():
        raise refused("label must not be empty")
    return found


def label_is_free(store: Store, wanted: str, own: Pipeline | None = None) -> None:
    for pipeline in store.pipelines.values():
        if pipeline is not own and pipeline.label.casefold() == wanted.casefold():
            raise refused(f"An active pipeline with label {wanted} already exists.")


def new_id(portal: Portal, body: dict[str, Any], name: str, longest: int) -> str:
    """The id a caller wants, or the next number; one too long is answered with 500."""
    wanted = text(body, name)
    if len(wanted) > longest:
        raise HubSpotError(500, "", "internal error")
    return wanted or portal.new_id()


def pipeline_id_is_free(store: Store, wanted: str) -> None:
    if wanted in store.pipelines:
        raise refused(f"There's another pipeline in this portal with pipelineId ({wanted}).")


def holder(store: Store, stage_id: str, but: Pipeline | None = None) -> Pipeline | None:
    """The pipeline that has a stage of this id; ids are unique across the object's pipelines."""
    return next((p for p in store.pipelines.values() if p is not but and stage_id in p.stages), None)


def metadata(body: dict[str, Any], had: dict[str, str]) -> dict[str, str]:
    """Metadata to store: unknown keys dropped, keys left out kept, OPEN where no state was ever sent."""
    sent = mapping(body, "metadata")
    state = text(sent, "state", had.get("state", STATES[0]))
    if state not in STATES:
        message = f"state must be one of {', '.join(STATES)}, found {state}"
        raise refused(message, "PipelineError.INVALID_PIPELINE_STAGE_METADATA")
    return {"state": state}


def sent_metadata(body: dict[str, Any]) -> dict[str, str]:
    """Metadata as sent, which the answer to a write repeats."""
    sent = mapping(body, "metadata")
    return {name: text(sent, name) for name in sent}


def stage_label_is_free(stages: list[Stage], wanted: str, sub_category: str | None = None) -> None:
    """Labels are compared without case and outer blanks."""
    if any(stage.label.strip().casefold() == wanted.strip().casefold() for stage in stages):
        raise refused(f"Stage with label {wanted} already exists", sub_category)


def new_stages(portal: Portal, store: Store, body: dict[str, Any], own: Pipeline | None = None) -> dict[str, Stage]:
    """The stages of a pipeline to be made, or to replace those of `own`; what they hold is not written yet."""
    wishes = mappings(body.get("stages"), "stages")
    if not wishes:
        raise refused("Pipeline must have at least one stage")
    if len(wishes) > STAGES:
        raise refused(f"A pipeline has at most {STAGES} stages, found {len(wishes)}")
    made: dict[str, Stage] = {}
    for wish in wishes:
        require(wish, "label", "displayOrder", "metadata")
        stage_id = new_id(portal, wish, "stageId", STAGE_ID)
        if stage_id in made or holder(store, stage_id, but=own) is not None:
            message = "There's another pipeline in this portal with one of the same stages"
            sub_category = "PipelineError.STAGE_ID_EXISTS_IN_ANOTHER_PIPELINE"
            raise HubSpotError(409, "OBJECT_ALREADY_EXISTS", message, sub_category=sub_category)
        stage_label_is_free(list(made.values()), label(wish))
        old = own.stages.get(stage_id) if own else None
        kept = old.metadata if old else {}
        created = old.created if old else portal.now
        made[stage_id] = Stage(stage_id, label(wish), order(wish), metadata(wish, kept), created, portal.now)
        sent_metadata(wish)
    _settle(list(made.values()))
    return made


def new_stage(portal: Portal, store: Store, pipeline: Pipeline, body: dict[str, Any]) -> Stage:
    """A stage more. An id that another stage has is a 400 without category here (seen live by third parties)."""
    require(body, "label", "displayOrder", "metadata")
    if len(pipeline.stages) >= STAGES:
        raise refused(f"A pipeline has at most {STAGES} stages")
    stage_id = new_id(portal, body, "stageId", STAGE_ID)
    if holder(store, stage_id) is not None:
        raise HubSpotError(400, "", f"another pipeline is already using stage id {stage_id}")
    stage_label_is_free(list(pipeline.stages.values()), label(body), "PipelineError.STAGE_LABEL_EXISTS")
    sent_metadata(body)
    return Stage(stage_id, label(body), order(body), metadata(body, {}), portal.now, portal.now)


def place(stages: list[Stage], moved: Stage) -> None:
    """Where the place of a stage is taken it comes right after, and all are numbered anew; else only it moves."""
    others = sorted((s for s in stages if s is not moved), key=lambda s: s.display_order)
    taken = next((at for at, other in enumerate(others) if other.display_order == moved.display_order), None)
    if taken is not None:
        others.insert(taken + 1, moved)
        for at, stage in enumerate(others):
            stage.display_order = at


def _settle(stages: list[Stage]) -> None:
    """No two stages at one place: ties go by the order they were sent in."""
    if len({stage.display_order for stage in stages}) < len(stages):
        for at, stage in enumerate(sorted(stages, key=lambda s: s.display_order)):
            stage.display_order = at


def refuse_in_use(store: Store, stage_ids: set[str]) -> None:
    """400 while a live record is in one of these stages; archived records do not count."""
    held = {r.id: stage for r in store.live() if (stage := r.properties.get("hs_pipeline_stage")) in stage_ids}
    if held:
        stages = ", ".join(sorted({stage for stage in held.values() if stage}))
        context = {"stageIds": [f"[{stages}]"], "objectIds": [f"[{', '.join(held)}]"]}
        message = f"Cannot delete stages that are in use: [{stages}]"
        raise refused(message, "PipelineError.STAGE_ID_IN_USE", context)


def refuse_restore(body: dict[str, Any]) -> None:
    if body.get("archived") is not None:
        raise bad_input("archived can only be sent to restore an archived pipeline, and none is")
