"""How the tests read a transformed template: references to names, roles to what they allow."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]

Resources = Mapping[str, Mapping[str, Any]]
Reach = dict[str, dict[str, set[str]]]
"""Role to action to the resources it may be done to."""


def of_type(resources: Resources, kind: str) -> dict[str, Mapping[str, Any]]:
    """Properties by logical id."""
    return {name: each.get("Properties", {}) for name, each in resources.items() if each["Type"] == f"AWS::{kind}"}


def name_of(reference: Any) -> str:
    """The logical id that a Ref or GetAtt means; with what a Sub adds to an ARN, such as `Table/index/due`."""
    match reference:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), "Arn" | "Id" | "QueueName"]}:
            return name
        case {"Fn::Sub": str(text)} if plain := re.fullmatch(r"\$\{(\w+)\.Arn\}([\w/]*)", text):
            return plain[1] + plain[2]
    raise AssertionError(f"{reference} names no resource of this template")


def many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def reach(resources: Resources) -> Reach:
    """What every role of the template may do, its managed policies included."""
    managed = of_type(resources, "IAM::ManagedPolicy")
    found: Reach = {}
    for role, properties in of_type(resources, "IAM::Role").items():
        documents = [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
        documents += [managed[name_of(each)]["PolicyDocument"] for each in properties.get("ManagedPolicyArns", [])]
        found[role] = _allowed(documents)
    return found


def _allowed(documents: Iterable[Mapping[str, Any]]) -> dict[str, set[str]]:
    allowed: dict[str, set[str]] = defaultdict(set)
    for document in documents:
        for statement in document["Statement"]:
            assert set(statement) == {"Effect", "Action", "Resource"}, statement
            assert statement["Effect"] == "Allow"
            for action in many(statement["Action"]):
                allowed[action] |= {name_of(resource) for resource in many(statement["Resource"])}
    return dict(allowed)


def variables(resources: Resources, function: str) -> Mapping[str, Any]:
    declared: Mapping[str, Any] = resources[function]["Properties"]["Environment"]["Variables"]
    return declared


def queues_read(resources: Resources) -> dict[str, str]:
    """Queue to the function that reads it."""
    mappings = of_type(resources, "Lambda::EventSourceMapping").values()
    return {name_of(each["EventSourceArn"]): name_of(each["FunctionName"]) for each in mappings}
