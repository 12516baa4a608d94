"""HubSpot's error bodies, as integrators recorded them, where the simulator says the same twice."""

import json
from typing import Any

import pytest

from tandem.hubspot.answers import refusal

TAKEN = (
    "Cannot set PropertyValueCoordinates{portalId=1234567, objectTypeId=ObjectTypeId{legacyObjectType=PRODUCT}, "
    "propertyName=hs_sku, value=%s} on 111. 222 already has that value."
)


@pytest.mark.parametrize(
    ("error", "existing"),
    [
        ({"message": "Contact already exists. Existing ID: 12345"}, "12345"),
        ({"message": "Contact already exists.", "context": {"existingId": ["12345"]}}, "12345"),
        ({"message": TAKEN % "MUG"}, "222"),
        ({"message": TAKEN % "on 1. 9 already has that value. Existing ID: 9"}, "222"),
    ],
)
def test_the_record_that_stands_in_the_way(error: dict[str, Any], existing: str) -> None:
    for category in ("VALIDATION_ERROR", "CONFLICT"):
        found = refusal({"status": "error", "category": category, **error})
        assert (found.code, found.existing) == ("conflict", existing)


def test_a_conflict_may_name_nobody() -> None:
    found = refusal({"message": "conflict", "category": "CONFLICT"})
    assert (found.code, found.existing) == ("conflict", None)


@pytest.mark.parametrize("errors", [[], None, [{"message": "x", "code": "VALIDATION"}]])
def test_faults_that_stand_in_the_message_alone_are_found(errors: object) -> None:
    told = [
        {
            "isValid": False,
            "message": "x was not one of the allowed options: [a]",
            "error": "INVALID_OPTION",
            "name": "a",
        },
        {"isValid": False, "message": 'Property "b" does not exist', "error": "PROPERTY_DOESNT_EXIST", "name": "b"},
    ]
    message = f"Property values were not valid: {json.dumps(told)}"
    found = refusal({"category": "VALIDATION_ERROR", "message": message, "errors": errors}, 400)
    assert found.faults == {"a": "INVALID_OPTION", "b": "PROPERTY_DOESNT_EXIST"}
    assert (found.code, found.concerns_every_input) == ("invalid", False)


@pytest.mark.parametrize(("header", "told"), [("body-1", "body-1"), (None, "header-2")])
def test_the_correlation_id_of_the_body_comes_before_that_of_the_header(header: str | None, told: str) -> None:
    assert refusal({"message": "x", "correlationId": header}, 400, "header-2").correlation == told
