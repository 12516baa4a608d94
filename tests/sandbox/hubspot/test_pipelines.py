"""Order pipelines and stages: ids, labels, order, what is in use, what is left of what was sent."""

from typing import Any

import pytest

from tests.sandbox.hubspot.account import Account

ORDERS = "/crm/pipelines/2026-09/orders"
SHOP = f"{ORDERS}/shop"
STAGES = f"{SHOP}/stages"


def stage(stage_id: str, label: str = "", order: int = 0, state: str = "OPEN", **more: Any) -> dict[str, Any]:
    return {
        "label": label or stage_id,
        "displayOrder": order,
        "stageId": stage_id,
        "metadata": {"state": state},
        **more,
    }


def pipeline(*stages: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"label": "Shop orders", "displayOrder": 1, "pipelineId": "shop", "stages": list(stages), **more}


THREE = (stage("a", order=0), stage("b", order=1), stage("c", order=2, state="CLOSED"))


@pytest.fixture
def account() -> Account:
    return Account()


@pytest.fixture
def shop(account: Account) -> Account:
    account.post(ORDERS, pipeline(*THREE))
    return account


def orders_of(account: Account, path: str = SHOP) -> list[tuple[str, int]]:
    return [(row["id"], row["displayOrder"]) for row in account.get(path)["stages"]]


def order_in(account: Account, stage_id: str) -> str:
    """An order standing in a stage of the shop's pipeline."""
    values = {"hs_order_name": "#1", "hs_pipeline": "shop", "hs_pipeline_stage": stage_id}
    made: str = account.post("/crm/objects/2026-09/orders", {"properties": values})["id"]
    return made


def test_ids_are_kept_as_sent_and_a_pipeline_reads_back_whole(account: Account) -> None:
    sent = pipeline(stage("Shop.Open 1", order=4), pipelineId="Shop-1")
    made = account.post(ORDERS, sent)

    assert account.get(f"{ORDERS}/Shop-1") == made
    assert made in account.get(ORDERS)["results"]
    assert made.keys() == {"id", "label", "displayOrder", "stages", "createdAt", "updatedAt", "archived"}
    (only,) = made["stages"]
    assert only == {
        "id": "Shop.Open 1",
        "label": "Shop.Open 1",
        "displayOrder": 4,
        "metadata": {"state": "OPEN"},
        "createdAt": "2026-11-02T09:00:00Z",
        "updatedAt": "2026-11-02T09:00:00Z",
        "archived": False,
        "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT",
    }
    assert account.get(f"{ORDERS}/Shop-1/stages")["results"] == [only]
    assert account.get(f"{ORDERS}/Shop-1/stages/Shop.Open 1") == only


def test_without_ids_hubspot_gives_numbers(account: Account) -> None:
    bare = {key: value for key, value in stage("a").items() if key != "stageId"}
    made = account.post(ORDERS, {"label": "Shop", "displayOrder": 0, "stages": [bare]})

    assert made["id"].isdecimal()
    assert made["stages"][0]["id"].isdecimal()


def test_every_version_and_the_legacy_path_serve_the_same_pipelines(shop: Account) -> None:
    assert shop.get("/crm/v3/pipelines/0-123/shop") == shop.get("/crm/pipelines/2026-03/order/shop")


def test_the_answer_to_a_write_repeats_what_was_sent_and_only_a_read_shows_what_is_stored(account: Account) -> None:
    sent = stage("a", metadata={"state": "CLOSED", "probability": "1.0"})
    made = account.post(ORDERS, pipeline(sent))

    assert made["stages"][0]["metadata"] == {"state": "CLOSED", "probability": "1.0"}
    assert account.get(SHOP)["stages"][0]["metadata"] == {"state": "CLOSED"}
    changed = account.patch(f"{STAGES}/a", {"metadata": {"colour": "red"}})
    assert changed["metadata"] == {"state": "CLOSED", "colour": "red"}
    assert account.get(f"{STAGES}/a")["metadata"] == {"state": "CLOSED"}


def test_a_stage_is_open_unless_told_and_knows_two_states(account: Account) -> None:
    account.post(ORDERS, pipeline(stage("a", metadata={})))
    assert account.get(SHOP)["stages"][0]["metadata"] == {"state": "OPEN"}

    refusal = account.patch(f"{STAGES}/a", {"metadata": {"state": "closed"}}, status=400)
    assert refusal["subCategory"] == "PipelineError.INVALID_PIPELINE_STAGE_METADATA"


@pytest.mark.parametrize("field", ["label", "displayOrder", "metadata"])
def test_a_stage_needs_three_fields(shop: Account, field: str) -> None:
    lacking = {key: value for key, value in stage("d").items() if key != field}

    shop.post(STAGES, lacking, status=400)
    shop.post(ORDERS, pipeline(lacking, pipelineId="other", label="Other"), status=400)


@pytest.mark.parametrize("field", ["label", "displayOrder", "stages"])
def test_a_pipeline_needs_three_fields(account: Account, field: str) -> None:
    account.post(ORDERS, {key: value for key, value in pipeline(*THREE).items() if key != field}, status=400)


@pytest.mark.parametrize("label", ["Shop orders", "SHOP ORDERS", "order pipeline"])
def test_pipeline_labels_are_unique_whatever_their_case(shop: Account, label: str) -> None:
    shop.post(ORDERS, pipeline(stage("x"), pipelineId="other", label=label), status=400)
    other = shop.post(ORDERS, pipeline(stage("x"), pipelineId="other", label="Other"))

    shop.patch(f"{ORDERS}/other", {"label": label}, status=400)
    assert shop.patch(f"{ORDERS}/other", {"label": "OTHER"})["stages"] == other["stages"]


def test_stage_labels_are_unique_in_their_pipeline_whatever_their_case_and_blanks(shop: Account) -> None:
    refusal = shop.post(STAGES, stage("d", " A "), status=400)
    assert refusal["subCategory"] == "PipelineError.STAGE_LABEL_EXISTS"
    assert shop.patch(f"{STAGES}/b", {"label": "a"}, status=400)["subCategory"] == refusal["subCategory"]
    shop.patch(f"{STAGES}/a", {"label": " A "})
    shop.post(STAGES, stage("d", "a"), status=400)

    within = pipeline(stage("x", "Open"), stage("y", "OPEN"), pipelineId="other", label="Other")
    assert "subCategory" not in shop.post(ORDERS, within, status=400)
    shop.post(ORDERS, pipeline(stage("x", "A"), pipelineId="other", label="Other"))


def test_stage_ids_are_unique_across_pipelines(shop: Account) -> None:
    refusal = shop.post(ORDERS, pipeline(stage("a"), pipelineId="other", label="Other"), status=409)
    assert refusal["category"] == "OBJECT_ALREADY_EXISTS"
    assert refusal["subCategory"] == "PipelineError.STAGE_ID_EXISTS_IN_ANOTHER_PIPELINE"
    shop.get(f"{ORDERS}/other", status=404)
    shop.post(ORDERS, pipeline(stage("x", "X"), stage("x", "Y"), pipelineId="other", label="Other"), status=409)

    refusal = shop.post(STAGES, stage("4b27b500-f031-4927-9811-68a0b525cbae", "New"), status=400)
    assert "already using stage id" in refusal["message"]
    assert "category" not in refusal


def test_a_pipeline_id_in_use_is_a_400(shop: Account) -> None:
    assert "shop" in shop.post(ORDERS, pipeline(stage("x"), label="Other"), status=400)["message"]


def test_an_id_that_is_too_long_is_answered_with_500_and_makes_nothing(account: Account) -> None:
    account.post(ORDERS, pipeline(stage("a"), pipelineId="p" * 37), status=500)
    account.post(ORDERS, pipeline(stage("s" * 101)), status=500)
    assert len(account.get(ORDERS)["results"]) == 1

    account.post(ORDERS, pipeline(stage("s" * 100), pipelineId="p" * 36))
    account.post(f"{ORDERS}/{'p' * 36}/stages", stage("t" * 101, "T"), status=500)


@pytest.mark.parametrize("order", [-1, -7])
def test_a_display_order_below_nought_is_refused(shop: Account, order: int) -> None:
    shop.post(STAGES, stage("d", order=order), status=400)
    shop.patch(f"{STAGES}/a", {"displayOrder": order}, status=400)
    shop.patch(SHOP, {"displayOrder": order}, status=400)


def test_two_stages_never_stand_at_one_place(shop: Account) -> None:
    shop.post(STAGES, stage("free", order=9))
    assert orders_of(shop) == [("a", 0), ("b", 1), ("c", 2), ("free", 9)]

    shop.post(STAGES, stage("taken", order=0))
    assert orders_of(shop) == [("a", 0), ("taken", 1), ("b", 2), ("c", 3), ("free", 4)]
    shop.patch(f"{STAGES}/a", {"displayOrder": 3})
    assert orders_of(shop) == [("taken", 0), ("b", 1), ("c", 2), ("a", 3), ("free", 4)]


def test_ties_within_a_new_pipeline_go_by_the_order_sent(account: Account) -> None:
    account.post(ORDERS, pipeline(stage("x", order=5), stage("y", order=5), stage("z", order=1)))

    assert orders_of(account) == [("z", 0), ("x", 1), ("y", 2)]


def test_a_pipeline_has_one_to_thirty_stages(account: Account) -> None:
    account.post(ORDERS, pipeline(), status=400)
    many = [stage(f"s{number}", order=number) for number in range(31)]
    account.post(ORDERS, pipeline(*many), status=400)
    account.post(ORDERS, pipeline(*many[:30]))

    account.post(STAGES, many[30], status=400)


def test_the_last_stage_cannot_be_deleted(account: Account) -> None:
    account.post(ORDERS, pipeline(stage("a")))

    account.delete(f"{STAGES}/a", status=400)


def test_an_account_has_at_most_fifty_pipelines_of_its_own(account: Account) -> None:
    for number in range(50):
        account.post(ORDERS, pipeline(stage(f"s{number}"), pipelineId=f"p{number}", label=f"P {number}"))

    account.post(ORDERS, pipeline(stage("x"), pipelineId="one_more", label="One more"), status=400)


def test_a_stage_with_an_order_in_it_is_not_deleted(shop: Account) -> None:
    order = order_in(shop, "b")

    refusal = shop.delete(f"{STAGES}/b", status=400)
    assert refusal["subCategory"] == "PipelineError.STAGE_ID_IN_USE"
    assert refusal["context"] == {"stageIds": ["[b]"], "objectIds": [f"[{order}]"]}
    assert shop.delete(SHOP, status=400)["subCategory"] == refusal["subCategory"]
    assert shop.put(SHOP, pipeline(THREE[0]), status=400)["subCategory"] == refusal["subCategory"]
    shop.delete(f"{STAGES}/b?validateReferencesBeforeDelete=false", status=400)
    shop.delete(f"{STAGES}/a")

    shop.delete(f"/crm/objects/2026-09/orders/{order}")
    shop.delete(f"{STAGES}/b")


def test_2026_03_deletes_a_stage_in_use_unless_asked_to_check(shop: Account) -> None:
    order = order_in(shop, "b")
    path = "/crm/pipelines/2026-03/orders/shop/stages/b"

    shop.delete(f"{path}?validateReferencesBeforeDelete=true", status=400)
    shop.delete(path)

    shown = shop.get(f"/crm/objects/2026-09/orders/{order}?properties=hs_pipeline_stage")
    assert shown["properties"]["hs_pipeline_stage"] == "b"
    values = {"hs_order_name": "#2", "hs_pipeline": "shop", "hs_pipeline_stage": "b"}
    shop.post("/crm/objects/2026-09/orders", {"properties": values}, status=400)


def test_deleting_a_stage_that_is_not_there_looks_like_success(shop: Account) -> None:
    shop.delete(f"{STAGES}/never_was")
    shop.delete(f"{ORDERS}/never_was/stages/a")
    shop.delete(f"{ORDERS}/14a2e10e-5471-408a-906e-c51f3b04369e/stages/a")

    assert [row["id"] for row in shop.get(SHOP)["stages"]] == ["a", "b", "c"]


def test_a_put_keeps_the_stages_it_names_and_deletes_the_others_for_good(shop: Account) -> None:
    shop.hubspot.clock.advance(60)
    bare = {key: value for key, value in stage("x", "New", 7).items() if key != "stageId"}
    put = shop.put(SHOP, pipeline(stage("b", "B2", 3), bare, label="Renamed"))

    assert put == shop.get(SHOP)
    (kept, new) = put["stages"]
    assert (kept["id"], kept["label"], kept["createdAt"]) == ("b", "B2", "2026-11-02T09:00:00Z")
    assert new["id"].isdecimal()
    shop.get(f"{STAGES}/a", status=404)
    shop.put(SHOP, pipeline(), status=400)


def test_a_put_of_a_stage_wants_all_fields(shop: Account) -> None:
    shop.put(f"{STAGES}/a", {"label": "New"}, status=400)
    put = shop.put(f"{STAGES}/a", {"label": "New", "displayOrder": 0, "metadata": {"state": "CLOSED"}})

    assert (put["label"], put["metadata"]) == ("New", {"state": "CLOSED"})


def test_a_pipeline_patch_touches_every_stages_time_and_no_more(shop: Account) -> None:
    shop.hubspot.clock.advance(60)
    before = shop.get(SHOP)
    patched = shop.patch(SHOP, {"displayOrder": 5})

    assert patched["displayOrder"] == 5
    assert {row["updatedAt"] for row in patched["stages"]} == {"2026-11-02T09:01:00Z"}
    assert [row["label"] for row in patched["stages"]] == [row["label"] for row in before["stages"]]
    shop.patch(SHOP, {"archived": False}, status=400)
    shop.patch(f"{STAGES}/a", {"archived": True}, status=400)


def test_a_deleted_pipeline_is_gone_for_good_and_its_id_free(shop: Account) -> None:
    shop.delete(SHOP)

    shop.get(SHOP, status=404)
    assert shop.delete(SHOP, status=404)["category"] == "OBJECT_NOT_FOUND"
    assert shop.post(ORDERS, pipeline(stage("a")))["id"] == "shop"


def test_what_is_missing_is_told_in_four_ways(account: Account) -> None:
    html = account.client.get(SHOP, headers={"Accept": "*/*"})
    assert (html.status_code, html.headers["Content-Type"].split(";")[0]) == (404, "text/html")
    assert account.get(SHOP, status=404) is None
    assert account.get(f"{STAGES}/a", status=404) is None
    assert account.patch(SHOP, {"label": "X"}, status=404) is None
    stages = account.get(STAGES, status=404)
    assert "category" not in stages


def test_orders_can_choose_what_the_pipelines_offer(shop: Account) -> None:
    def offered(name: str) -> set[str]:
        options = shop.get(f"/crm/properties/2026-09/orders/{name}")["options"]
        return {option["value"] for option in options}

    assert "shop" in offered("hs_pipeline")
    assert {"a", "b", "c"} <= offered("hs_pipeline_stage")
    shop.post(STAGES, stage("d", order=3))
    assert "d" in offered("hs_pipeline_stage")
    shop.delete(f"{STAGES}/a")
    assert "a" not in offered("hs_pipeline_stage")
    shop.delete(SHOP)
    assert "shop" not in offered("hs_pipeline")
    assert not {"b", "d"} & offered("hs_pipeline_stage")


def test_the_audit_tells_what_was_done_newest_first(shop: Account) -> None:
    shop.hubspot.clock.advance(60)
    shop.patch(SHOP, {"label": "Renamed"})
    shop.patch(f"{STAGES}/a", {"label": "A2"})

    newest, first = shop.get(f"{SHOP}/audit")["results"]
    assert newest.keys() == {"portalId", "identifier", "action", "timestamp", "message", "rawObject", "fromUserId"}
    assert (newest["identifier"], newest["timestamp"]) == ("shop", "2026-11-02T09:01:00Z")
    assert (newest["rawObject"]["label"], first["rawObject"]["label"]) == ("Renamed", "Shop orders")
    shop.put(SHOP, pipeline(*THREE))
    assert [row["rawObject"]["label"] for row in shop.get(f"{STAGES}/a/audit")["results"]] == ["A2"]
    shop.get(f"{ORDERS}/never_was/audit", status=404)


@pytest.mark.parametrize("object_type", ["contacts", "products", "line_items", "carts"])
def test_pipelines_of_other_objects_are_not_modelled(account: Account, object_type: str) -> None:
    account.get(f"/crm/pipelines/2026-09/{object_type}", status=501)


@pytest.mark.parametrize(
    ("scopes", "status"),
    [
        ({"crm.schemas.orders.write"}, 201),
        ({"crm.pipelines.orders.write"}, 201),
        ({"crm.objects.orders.write"}, 201),
        ({"e-commerce"}, 201),
        ({"crm.pipelines.orders.read"}, 403),
        ({"crm.objects.contacts.write"}, 403),
    ],
)
def test_any_of_four_scopes_lets_an_app_make_pipelines(scopes: set[str], status: int) -> None:
    account = Account()
    app = account.hubspot.app
    account.portal.apps[app.token] = type(app)(app.app_id, app.token, app.client_secret, frozenset(scopes))

    account.post(ORDERS, pipeline(*THREE), status=status)
