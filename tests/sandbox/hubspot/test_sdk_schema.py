"""HubSpot's own clients, unpatched, against the served sandbox: properties, pipelines, links, account."""

from collections.abc import Callable, Iterator
from typing import Any

import hubspot
import hubspot_sdk
import pytest
from hubspot.crm.associations import v4
from hubspot.crm.associations.models import BatchInputPublicAssociation, BatchInputPublicObjectId
from hubspot.crm.pipelines import ApiException as PipelineException
from hubspot.crm.pipelines import PipelineInput, PipelinePatchInput, PipelineStageInput, PipelineStagePatchInput
from hubspot.crm.properties import ApiException as PropertyException
from hubspot.crm.properties import (
    BatchInputPropertyCreate,
    BatchInputPropertyName,
    BatchReadInputPropertyName,
    PropertyCreate,
    PropertyGroupCreate,
    PropertyGroupUpdate,
    PropertyUpdate,
)

from sandbox.hubspot.simulator import HubSpot
from sandbox.simulator import Simulator

Serve = Callable[[Simulator], str]


@pytest.fixture
def simulator() -> HubSpot:
    return HubSpot(switches={"property_lag": "0", "first_company": "plain"})


@pytest.fixture
def legacy(simulator: HubSpot, serve: Serve) -> Any:
    """hubspot-api-client, which calls v3 and v4."""
    return hubspot.HubSpot(access_token=simulator.app.token, host=serve(simulator))


@pytest.fixture
def dated(simulator: HubSpot, serve: Serve) -> Iterator[hubspot_sdk.HubSpot]:
    """hubspot-sdk, which calls 2026-03; answers that do not fit its models are errors."""
    with hubspot_sdk.HubSpot(
        access_token=simulator.app.token,
        base_url=serve(simulator),
        max_retries=0,
        _strict_response_validation=True,
    ) as client:
        yield client


def record(simulator: HubSpot, kind: str) -> str:
    return simulator.portal.create(simulator.portal.store(kind), {}, simulator.app.source).id


def wish(name: str = "shop_key") -> PropertyCreate:
    return PropertyCreate(name=name, label="Shop key", type="string", field_type="text", group_name="order_information")


# hubspot-api-client


def test_the_legacy_client_defines_changes_and_archives_properties(legacy: Any) -> None:
    core = legacy.crm.properties.core_api
    made = core.create("orders", wish())
    assert (made.name, made.has_unique_value, made.modification_metadata.archivable) == ("shop_key", False, True)

    changed = core.update("orders", "shop_key", PropertyUpdate(label="Key"))
    assert core.get_by_name("orders", "shop_key").label == changed.label == "Key"
    core.archive("orders", "shop_key")
    assert [row.name for row in core.get_all("orders", archived=True).results] == ["shop_key"]
    with pytest.raises(PropertyException) as refused:
        core.get_by_name("orders", "shop_key")
    assert refused.value.status == 404


def test_the_legacy_client_is_told_of_a_name_in_use(legacy: Any) -> None:
    legacy.crm.properties.core_api.create("orders", wish())

    with pytest.raises(PropertyException) as refused:
        legacy.crm.properties.core_api.create("orders", wish())
    assert refused.value.status == 409
    assert "Properties.PROPERTY_WITH_NAME_EXISTS" in refused.value.body


def test_the_legacy_client_works_in_batches(legacy: Any) -> None:
    batch = legacy.crm.properties.batch_api
    made = batch.create("orders", BatchInputPropertyCreate(inputs=[wish("a"), wish("a")]))
    assert ([row.name for row in made.results], made.num_errors) == (["a"], 1)
    assert made.errors[0].category == "OBJECT_ALREADY_EXISTS"

    read = batch.read("orders", BatchReadInputPropertyName(inputs=[{"name": "a"}], archived=False))
    assert read.results[0].label == "Shop key"
    batch.archive("orders", BatchInputPropertyName(inputs=[{"name": "a"}]))
    assert legacy.crm.properties.core_api.get_by_name("orders", "a", archived=True).archived


def test_the_legacy_client_keeps_groups(legacy: Any) -> None:
    groups = legacy.crm.properties.groups_api
    groups.create("orders", PropertyGroupCreate(name="shop", label="Shop", display_order=-1))
    groups.update("orders", "shop", PropertyGroupUpdate(label="Shop 2"))

    assert groups.get_by_name("orders", "shop").label == "Shop 2"
    assert "shop" in [group.name for group in groups.get_all("orders").results]
    groups.archive("orders", "shop")
    with pytest.raises(PropertyException):
        groups.get_by_name("orders", "shop")


def test_the_legacy_client_keeps_pipelines(legacy: Any) -> None:
    pipelines, stages = legacy.crm.pipelines.pipelines_api, legacy.crm.pipelines.pipeline_stages_api
    opened = PipelineStageInput(label="Open", display_order=0, metadata={"state": "OPEN"})
    shop = pipelines.create("orders", PipelineInput(label="Shop", display_order=1, stages=[opened]))
    closed = PipelineStageInput(label="Closed", display_order=1, metadata={"state": "CLOSED"})
    stage = stages.create("orders", shop.id, closed)
    stages.update("orders", shop.id, stage.id, PipelineStagePatchInput(label="Done", metadata={}))
    pipelines.update("orders", shop.id, PipelinePatchInput(label="Shop 2"))

    found = pipelines.get_by_id("orders", shop.id)
    assert (found.label, [row.label for row in found.stages]) == ("Shop 2", ["Open", "Done"])
    assert stages.get_by_id("orders", shop.id, stage.id).metadata == {"state": "CLOSED"}
    assert {row.id for row in pipelines.get_all("orders").results} >= {shop.id}
    audit = legacy.crm.pipelines.pipeline_audits_api.get_audit("orders", shop.id).results
    assert [row.identifier for row in audit] == [shop.id, shop.id]
    stages.archive("orders", shop.id, stage.id)
    pipelines.archive("orders", shop.id)
    with pytest.raises(PipelineException) as gone:
        pipelines.get_by_id("orders", shop.id)
    assert gone.value.status == 404


def test_the_legacy_client_links_one_by_one(legacy: Any, simulator: HubSpot) -> None:
    basic = legacy.crm.associations.v4.basic_api
    order, company = record(simulator, "orders"), record(simulator, "companies")
    plain = basic.create_default("orders", order, "companies", company)
    assert [row.association_spec.association_type_id for row in plain.results] == [934, 935]

    spec = v4.AssociationSpec(association_category="HUBSPOT_DEFINED", association_type_id=509)
    assert basic.create("orders", order, "companies", company, [spec]).labels == ["Primary"]
    (row,) = basic.get_page("orders", order, "companies").results
    assert (row.to_object_id, {t.type_id for t in row.association_types}) == (company, {934, 509})
    basic.archive("orders", order, "companies", company)
    assert basic.get_page("orders", order, "companies").results == []


def test_the_legacy_client_links_in_batches(legacy: Any, simulator: HubSpot) -> None:
    batch = legacy.crm.associations.v4.batch_api
    order, contact = record(simulator, "orders"), record(simulator, "contacts")
    ends = {"from": {"id": order}, "to": {"id": contact}}
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 507}]
    batch.create_default("orders", "contacts", v4.BatchInputPublicDefaultAssociationMultiPost(inputs=[ends]))
    wishes = v4.BatchInputPublicAssociationMultiPost(inputs=[ends | {"types": types}, ends | {"from": {"id": "1"}}])
    made = batch.create("orders", "contacts", wishes)
    assert (len(made.results), made.num_errors, made.errors[0].category) == (1, 1, "VALIDATION_ERROR")

    wanted = v4.BatchInputPublicFetchAssociationsBatchRequest(inputs=[{"id": order}, {"id": "1"}])
    read = batch.get_page("orders", "contacts", wanted)
    assert (read.results[0]._from.id, read.results[0].to[0].to_object_id) == (order, contact)
    assert read.errors[0].sub_category == "crm.associations.NO_ASSOCIATIONS_FOUND"
    gone = v4.BatchInputPublicAssociationMultiArchive(inputs=[{"from": {"id": order}, "to": [{"id": contact}]}])
    batch.archive("orders", "contacts", gone)
    assert batch.get_page("orders", "contacts", wanted).results == []


def test_the_legacy_client_is_told_which_link_is_invalid(legacy: Any, simulator: HubSpot) -> None:
    order = record(simulator, "orders")

    with pytest.raises(v4.ApiException) as refused:
        legacy.crm.associations.v4.basic_api.create_default("orders", order, "contacts", "1")
    assert refused.value.status == 400
    assert "CONTACT=1 is not valid" in refused.value.body


def test_the_legacy_client_links_by_the_names_of_version_3(legacy: Any, simulator: HubSpot) -> None:
    batch = legacy.crm.associations.batch_api
    order, contact = record(simulator, "orders"), record(simulator, "contacts")
    ends = {"from": {"id": order}, "to": {"id": contact}, "type": "order_to_contact"}
    batch.create("orders", "contacts", BatchInputPublicAssociation(inputs=[ends]))

    read = batch.read("orders", "contacts", BatchInputPublicObjectId(inputs=[{"id": order}]))
    assert [(to.id, to.type) for to in read.results[0].to] == [(contact, "order_to_contact")]
    types = legacy.crm.associations.schema.types_api.get_all("orders", "contacts").results
    assert [(row.id, row.name) for row in types] == [("507", "order_to_contact")]


def test_the_legacy_client_keeps_labels_and_reads_owners(legacy: Any) -> None:
    definitions = legacy.crm.associations.v4.schema.definitions_api
    label = {"name": "payer", "label": "Payer", "inverseLabel": "Paid order"}
    there, back = definitions.create("orders", "contacts", label).results
    assert (there.label, back.label) == ("Payer", "Paid order")

    assert [row.label for row in definitions.get_all("orders", "contacts").results] == [None, "Payer"]
    definitions.remove("orders", "contacts", there.type_id)
    assert len(definitions.get_all("contacts", "orders").results) == 1
    assert [owner.email for owner in legacy.crm.owners.get_all()] == ["sales@example.com"]


# hubspot-sdk


def test_the_dated_client_defines_changes_and_archives_properties(dated: hubspot_sdk.HubSpot) -> None:
    properties = dated.crm.properties
    properties.groups.create("orders", name="shop", label="Shop", display_order=-1)
    option = {"label": "Red", "value": "red", "display_order": 0, "hidden": False}
    made = properties.create(
        "orders",
        name="colour",
        label="Colour",
        type="enumeration",
        field_type="select",
        group_name="shop",
        options=[option],  # type: ignore[list-item]  # the client takes a mapping where its types say a model
    )
    assert (made.name, made.options[0].value, made.archived) == ("colour", "red", False)

    assert properties.update("colour", object_type="orders", label="Paint").label == "Paint"
    assert properties.get("colour", object_type="orders").label == "Paint"
    assert "hs_order_name" in [row.name for row in properties.list("orders").results]
    properties.delete("colour", object_type="orders")
    with pytest.raises(hubspot_sdk.NotFoundError):
        properties.get("colour", object_type="orders")
    assert properties.get("colour", object_type="orders", archived=True).archived_at is not None
    properties.groups.delete("shop", object_type="orders")


def test_the_dated_client_has_an_error_for_each_status(dated: hubspot_sdk.HubSpot) -> None:
    def create(name: str) -> None:
        dated.crm.properties.create(
            "orders", name=name, label="L", type="string", field_type="text", group_name="order_information"
        )

    create("shop_key")
    with pytest.raises(hubspot_sdk.ConflictError) as taken:
        create("shop_key")
    assert isinstance(taken.value.body, dict)
    assert taken.value.body["subCategory"] == "Properties.PROPERTY_WITH_NAME_EXISTS"
    with pytest.raises(hubspot_sdk.BadRequestError):
        create("hs_mine")
    with pytest.raises(hubspot_sdk.AuthenticationError):
        dated.with_options(access_token="pat-na1-nobody").crm.properties.list("orders")


def test_the_dated_client_works_in_batches(dated: hubspot_sdk.HubSpot) -> None:
    batch = dated.crm.properties.batch
    wishes: Any = [
        {"name": name, "label": "L", "type": "string", "field_type": "text", "group_name": "order_information"}
        for name in ("a", "b")
    ]
    assert [row.name for row in batch.create("orders", inputs=wishes).results] == ["a", "b"]

    names: Any = [{"name": "a"}, {"name": "b"}]
    read = batch.get("orders", archived=False, data_sensitivity="non_sensitive", inputs=names)
    assert [row.name for row in read.results] == ["a", "b"]
    batch.delete("orders", inputs=names)
    assert len(dated.crm.properties.list("orders", archived=True).results) == 2


def test_the_dated_client_keeps_pipelines(dated: hubspot_sdk.HubSpot) -> None:
    pipelines = dated.crm.pipelines
    opened: Any = {"label": "Open", "display_order": 0, "stage_id": "open", "metadata": {"state": "OPEN"}}
    made = pipelines.create("orders", label="Shop", display_order=1, pipeline_id="shop", stages=[opened])
    assert (made.id, made.stages[0].id, made.stages[0].write_permissions) == (
        "shop",
        "open",
        "CRM_PERMISSIONS_ENFORCEMENT",
    )

    stage = pipelines.create_stage(
        "shop", object_type="orders", label="Done", display_order=1, stage_id="done", metadata={"state": "CLOSED"}
    )
    changed = pipelines.update_stage(stage.id, object_type="orders", pipeline_id="shop", metadata={}, label="Shut")
    assert changed.metadata == {"state": "CLOSED"}
    assert [row.label for row in pipelines.list_stages("shop", object_type="orders").results] == ["Open", "Shut"]
    assert pipelines.update("shop", object_type="orders", label="Shop 2").label == "Shop 2"
    assert len(pipelines.list_audit("shop", object_type="orders").results) == 2
    put = pipelines.update_all_properties(
        "shop", object_type="orders", label="Shop 3", display_order=1, stages=[opened]
    )
    assert [row.id for row in put.stages] == ["open"]
    pipelines.delete("shop", object_type="orders")
    assert len(pipelines.list("orders").results) == 1


def test_the_dated_client_links_and_pages(dated: hubspot_sdk.HubSpot, simulator: HubSpot) -> None:
    order = record(simulator, "orders")
    lines = [record(simulator, "line_items") for _ in range(3)]
    plain = dated.crm.associations.create(
        lines[0], from_object_type="orders", from_object_id=order, to_object_type="line_items"
    )
    assert [row.association_spec.association_type_id for row in plain.results] == [513, 514]
    inputs: Any = [{"from": {"id": order}, "to": {"id": line}} for line in lines[1:]]
    dated.crm.associations.batch.create_default("line_items", from_object_type="orders", inputs=inputs)

    page = dated.crm.associations.list("line_items", object_type="orders", object_id=order, limit=2)
    assert [row.to_object_id for row in page] == lines
    dated.crm.associations.delete(lines[0], object_type="orders", object_id=order, to_object_type="line_items")
    read = dated.crm.associations.batch.get("line_items", from_object_type="orders", inputs=[{"id": order}])
    assert [row.to_object_id for row in read.results[0].to] == lines[1:]


def test_the_dated_client_labels_links(dated: hubspot_sdk.HubSpot, simulator: HubSpot) -> None:
    order, company = record(simulator, "orders"), record(simulator, "companies")
    types: Any = [{"association_category": "HUBSPOT_DEFINED", "association_type_id": 509}]
    made = dated.crm.associations.update_labels(
        company, object_type="orders", object_id=order, to_object_type="companies", body=types
    )
    assert made.labels == ["Primary"]

    inputs: Any = [{"from": {"id": order}, "to": {"id": company}, "types": types}]
    batch = dated.crm.associations.batch
    assert batch.create("companies", from_object_type="orders", inputs=inputs).results[0].labels == ["Primary"]
    batch.delete_labels("companies", from_object_type="orders", inputs=inputs)
    (row,) = dated.crm.associations.list("companies", object_type="orders", object_id=order).results
    assert [t.type_id for t in row.association_types] == [934]
    labels = dated.crm.associations_schema.labels
    own = labels.create_label("contacts", from_object_type="orders", name="payer", label="Payer").results
    labels.update_label(
        "contacts", from_object_type="orders", association_type_id=own[0].type_id, label="Buyer", inverse_label="Bought"
    )
    listed = labels.list_labels("contacts", from_object_type="orders").results
    assert [row.label for row in listed] == [None, "Buyer"]
    labels.delete_label(own[0].type_id, from_object_type="orders", to_object_type="contacts")


def test_the_dated_client_reads_account_owners_and_limits(dated: hubspot_sdk.HubSpot) -> None:
    details = dated.account.get()
    assert (details.company_currency, details.utc_offset) == ("USD", "-05:00")
    assert [owner.email for owner in dated.crm.owners.list()] == ["sales@example.com"]
    assert dated.crm.owners.get(70000001).type == "PERSON"
    assert dated.settings.currencies.get_company_currency().id == "USD"
    assert len(dated.settings.currencies.exchange_rates.list_current_exchange_rates().results) == 2

    limits = dated.crm.limits
    assert len(limits.get_record_limits().hubspot_defined_object_types) == 6
    assert limits.get_custom_property_limits().overall_limit == 10_000
    assert limits.get_pipeline_limits().hubspot_defined_object_types[0].limit == 50
    assert limits.get_association_label_limits().results == []
    assert limits.get_association_records_limits_from_objects().results == []
    assert dated.crm.properties_validations.get_by_object_type_id("0-123").results == []
