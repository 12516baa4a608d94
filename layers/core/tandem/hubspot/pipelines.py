"""The order pipeline of an account: which one is meant, what its stages are called, and one of our own where none is.

The ids HubSpot gives its own pipeline are the same in every account seen; labels are renamed by people.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tandem.errors import Misconfigured
from tandem.hubspot.client import HubSpotClient
from tandem.portal import Portal, Stage

Pipeline = Mapping[str, Any]
"""As HubSpot shows it."""

PIPELINE = "14a2e10e-5471-408a-906e-c51f3b04369e"
LABEL = "Order Pipeline"
STAGES = {
    # id                                    name
    "4b27b500-f031-4927-9811-68a0b525cbae": "open",
    "937ea84d-0a4f-4dcf-9028-3f9c2aafbf03": "processed",
    "aa99e8d0-c1d5-4071-b915-d240bbb1aed9": "shipped",
    "3725360f-519b-4b18-a593-494d60a29c9f": "delivered",
    "3c85a297-e9ce-400b-b42e-9f16853d69d6": "cancelled",
}
LABELS = {**{name: name for name in STAGES.values()}, "canceled": "cancelled"}

OURS = "tandem_orders"
OUR_STAGES = (
    # name         label        state
    ("open",      "Open",      "OPEN"),
    ("processed", "Processed", "OPEN"),
    ("shipped",   "Shipped",   "OPEN"),
    ("delivered", "Delivered", "CLOSED"),
    ("cancelled", "Cancelled", "CLOSED"),
)  # fmt: skip
WRITABLE = "CRM_PERMISSIONS_ENFORCEMENT"
OUR_STAGE_IDS = {f"tandem_{name}": name for name, _, _ in OUR_STAGES}


async def read(hubspot: HubSpotClient) -> list[Pipeline]:
    """Every order pipeline there is."""
    answer = await hubspot.get(_path(hubspot))
    return [pipeline for pipeline in answer["results"] if not pipeline.get("archived")]


async def create(hubspot: HubSpotClient, taken: Iterable[str]) -> None:
    """Make our own, under a label that is not among those `taken`. What came of it only a read shows."""
    stages = [
        {"stageId": f"tandem_{name}", "label": label, "displayOrder": place, "metadata": {"state": state}}
        for place, (name, label, state) in enumerate(OUR_STAGES)
    ]
    label = "Shopify orders"
    if label.casefold() in {each.casefold() for each in taken}:
        label = "Shopify orders (Tandem)"
    await hubspot.post(_path(hubspot), {"label": label, "displayOrder": 0, "pipelineId": OURS, "stages": stages})


def match(pipelines: Sequence[Pipeline], wanted: str | None) -> Pipeline | None:
    """The one whose id or label is `wanted`; when nothing is, HubSpot's own by id or label, else ours.

    None when there is no such pipeline.
    """
    for word in (wanted,) if wanted else (PIPELINE, LABEL, OURS):
        for key in ("id", "label"):
            for pipeline in pipelines:
                if pipeline[key].strip().casefold() == word.strip().casefold():
                    return pipeline
    return None


def stages(pipeline: Pipeline, before: Portal | None = None) -> tuple[Stage, ...]:
    """Its stages in order. Each is named by its id, as it was called `before`, or by its label."""
    known = {**STAGES, **OUR_STAGE_IDS}
    if before:
        known |= {stage.id: stage.name for stage in before.stages if stage.name}
    shown = [stage for stage in pipeline["stages"] if not stage.get("archived")]
    named: dict[str, str] = {stage["id"]: known[stage["id"]] for stage in shown if stage["id"] in known}
    for stage in shown:
        name = LABELS.get(stage["label"].strip().casefold())
        if name and stage["id"] not in named and name not in named.values():
            named[stage["id"]] = name
    return tuple(
        _stage(stage, named.get(stage["id"])) for stage in sorted(shown, key=lambda stage: stage["displayOrder"])
    )


def _stage(stage: Mapping[str, Any], name: str | None) -> Stage:
    return Stage(
        id=stage["id"],
        label=stage["label"],
        name=name,
        closed=stage.get("metadata", {}).get("state") == "CLOSED",
        writable=stage.get("writePermissions", WRITABLE) == WRITABLE,
    )


async def refresh(hubspot: HubSpotClient, portal: Portal) -> Portal:
    """The portal with the stages its pipeline has now. Raises Misconfigured when it is gone."""
    found = match(await read(hubspot), portal.pipeline)
    if found is None or not found["stages"]:
        raise Misconfigured(
            f"the order pipeline {portal.pipeline} is no longer in the HubSpot account: invoke the function `setup`, "
            'or name another one with {"pipeline": "its label or id"}'
        )
    return portal.model_copy(update={"stages": stages(found, portal)})


def _path(hubspot: HubSpotClient) -> str:
    return f"/crm/pipelines/{hubspot.api_version}/orders"
