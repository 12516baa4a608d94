"""The order pipeline: recognised in accounts of every kind, made where there is none, read again on demand."""

import asyncio
from typing import Any

import pytest

from tandem.errors import Misconfigured
from tandem.hubspot import pipelines
from tandem.portal import Portal
from tests.hubspot.account import Account

NAMES = ["open", "processed", "shipped", "delivered", "cancelled"]
CLOSED = {"Delivered", "Cancelled"}


def stage(id_: str, label: str, place: int, **more: Any) -> dict[str, Any]:
    return {"id": id_, "label": label, "displayOrder": place, "metadata": {"state": "OPEN"}, **more}


def pipeline(id_: str, label: str, *stages: dict[str, Any]) -> dict[str, Any]:
    return {"id": id_, "label": label, "stages": list(stages)}


def portal(**fields: Any) -> Portal:
    return Portal(**{"shop": "acme.myshopify.com", "portal_id": "1", "properties": {}, "stages": (), **fields})


@pytest.mark.parametrize(("switch", "missing"), [("default", set()), ("four-stage", {"delivered"})])
def test_hubspots_own_pipeline_is_known_by_its_ids(switch: str, missing: set[str]) -> None:
    account = Account(order_pipeline=switch)
    found = pipelines.match(asyncio.run(pipelines.read(account.client)), None)
    assert found is not None
    assert found["id"] == pipelines.PIPELINE
    assert [each.name for each in pipelines.stages(found)] == [name for name in NAMES if name not in missing]


def test_an_account_without_a_pipeline_gets_ours_and_reads_it_back() -> None:
    account = Account(order_pipeline="none")
    assert pipelines.match(asyncio.run(pipelines.read(account.client)), None) is None
    asyncio.run(pipelines.create(account.client, ()))
    made = pipelines.match(asyncio.run(pipelines.read(account.client)), None)
    assert made is not None
    assert made["id"] == "tandem_orders"
    stages = pipelines.stages(made)
    assert [each.id for each in stages] == [f"tandem_{name}" for name in NAMES]
    assert [each.name for each in stages] == NAMES
    assert {each.label for each in stages if each.closed} == CLOSED
    assert all(each.writable for each in stages)


def test_a_taken_label_does_not_keep_ours_from_being_made() -> None:
    account = Account(order_pipeline="none")
    asyncio.run(pipelines.create(account.client, ()))
    account.hubspot.portal.store("orders").pipelines["other"] = account.hubspot.portal.store("orders").pipelines.pop(
        "tandem_orders"
    )
    for each in account.hubspot.portal.store("orders").pipelines.values():
        each.stages = {f"other_{id_}": kept for id_, kept in each.stages.items()}
    asyncio.run(pipelines.create(account.client, ["SHOPIFY orders"]))
    assert "tandem_orders" in account.hubspot.portal.store("orders").pipelines


def test_which_of_several_pipelines_is_meant() -> None:
    own = pipeline(pipelines.PIPELINE, "Bestellungen")
    labelled = pipeline("77", " order PIPELINE ")
    ours = pipeline("tandem_orders", "Shopify orders")
    other = pipeline("88", "Wholesale")
    match = pipelines.match
    assert match([other, ours, labelled, own], None) is own
    assert match([other, ours, labelled], None) is labelled
    assert match([other, ours], None) is ours
    assert match([other], None) is None
    assert match([other, own], "88") is other
    assert match([own, other], "wholesale") is other
    assert match([own], "wholesale") is None


def test_stages_are_named_by_label_whatever_its_case_and_stand_in_their_order() -> None:
    found = pipelines.stages(
        pipeline(
            "88",
            "Wholesale",
            stage("3", "canceled", 3),
            stage("1", " OPEN ", 0),
            stage("2", "Packing", 1, writePermissions="READ_ONLY"),
            stage("4", "Shipped", 2, metadata={"state": "CLOSED"}),
            stage("5", "Gone", 4, archived=True),
        )
    )
    assert [(each.id, each.name) for each in found] == [
        ("1", "open"),
        ("2", None),
        ("4", "shipped"),
        ("3", "cancelled"),
    ]
    assert [each.id for each in found if not each.writable] == ["2"]
    assert [each.id for each in found if each.closed] == ["4"]


def test_a_renamed_stage_keeps_its_name() -> None:
    before = portal(pipeline="88", stages=pipelines.stages(pipeline("88", "W", stage("1", "Open", 0))))
    now = pipeline("88", "W", stage("1", "Neu", 0), stage("2", "Open", 1))
    assert [(each.id, each.name) for each in pipelines.stages(now, before)] == [("1", "open"), ("2", None)]


def test_a_refresh_sees_a_new_stage() -> None:
    account = Account()
    read = asyncio.run(pipelines.read(account.client))
    before = portal(pipeline=pipelines.PIPELINE, stages=pipelines.stages(read[0]))
    path = f"/crm/pipelines/2026-09/orders/{pipelines.PIPELINE}/stages"
    body = {"label": "Returned", "stageId": "tandem_returned", "displayOrder": 9, "metadata": {"state": "CLOSED"}}
    asyncio.run(account.client.post(path, body))
    after = asyncio.run(pipelines.refresh(account.client, before))
    assert [each.label for each in after.stages if each not in before.stages] == ["Returned"]
    assert after.stage_id("tandem_returned") == "tandem_returned"


def test_a_pipeline_that_is_gone_is_told() -> None:
    account = Account(order_pipeline="none")
    with pytest.raises(Misconfigured, match="no longer in the HubSpot account"):
        asyncio.run(pipelines.refresh(account.client, portal(pipeline=pipelines.PIPELINE)))
