"""Least privilege: what each role may reach, compared with what it is meant to reach."""

import re
from typing import Any

import pytest

from tests.template.reading import Reach, Resources, many, name_of, of_type, queues_read, reach, variables

LOGS = ("logs:CreateLogStream", "logs:PutLogEvents")
READ_QUEUE = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
STATE = {
    "dynamodb:GetItem": {"Table"},
    "dynamodb:BatchGetItem": {"Table"},
    "dynamodb:Query": {"Table/index/due"},
    "dynamodb:UpdateItem": {"Table"},
    "dynamodb:BatchWriteItem": {"Table"},
}
ALL_SECRETS = {
    "secretsmanager:GetSecretValue": {"ShopifySecret", "HubSpotSecret", "ShopifyTokenSecret"},
    "secretsmanager:PutSecretValue": {"ShopifyTokenSecret"},
}


def logs(group: str) -> dict[str, set[str]]:
    return {key: {group} for key in LOGS}


def reads(queue: str) -> dict[str, set[str]]:
    return {key: {queue} for key in READ_QUEUE}


def starts(function: str) -> dict[str, set[str]]:
    return {"lambda:InvokeFunction": {function}, "sqs:SendMessage": {"ScheduleDlq"}}


EXPECTED: Reach = {
    "ShopifyWebhookRole": {
        **logs("ShopifyWebhookLogs"),
        "dynamodb:UpdateItem": {"Table"},
        "sqs:SendMessage": {"OrderQueue", "ContactQueue", "CartQueue"},
        "secretsmanager:GetSecretValue": {"ShopifySecret"},
    },
    "OrderSyncRole": {
        **logs("OrderSyncLogs"),
        **STATE,
        **ALL_SECRETS,
        **reads("OrderQueue"),
        "sqs:SendMessage": {"OrderQueue", "StageQueue", "ContactQueue", "CartQueue"},
    },
    "OrderStagesRole": {
        **logs("OrderStagesLogs"),
        **STATE,
        **reads("StageQueue"),
        "secretsmanager:GetSecretValue": {"HubSpotSecret"},
        "sqs:SendMessage": {"StageQueue", "OrderQueue", "ResyncQueue"},
    },
    "ContactSyncRole": {
        **logs("ContactSyncLogs"),
        **STATE,
        **ALL_SECRETS,
        **reads("ContactQueue"),
        "sqs:SendMessage": {"ContactQueue", "OrderQueue", "CartQueue"},
    },
    "CartSyncRole": {
        **logs("CartSyncLogs"),
        **STATE,
        **ALL_SECRETS,
        **reads("CartQueue"),
        "dynamodb:Query": {"Table", "Table/index/due"},
        "sqs:SendMessage": {"CartQueue", "ContactQueue", "ResyncQueue"},
    },
    "ReconcileRole": {
        **logs("ReconcileLogs"),
        **STATE,
        **ALL_SECRETS,
        "dynamodb:Query": {"Table", "Table/index/due"},
        "sqs:SendMessage": {"OrderQueue", "StageQueue", "ContactQueue", "CartQueue"},
    },
    "SweepRole": {
        **logs("SweepLogs"),
        "dynamodb:GetItem": {"Table"},
        "dynamodb:BatchGetItem": {"Table"},
        "dynamodb:Query": {"Table/index/due", "Table/index/parked"},
        "sqs:SendMessage": {"OrderQueue", "StageQueue", "ContactQueue", "CartQueue", "ResyncQueue"},
    },
    "SetupRole": {
        **logs("SetupLogs"),
        **ALL_SECRETS,
        "dynamodb:GetItem": {"Table"},
        "dynamodb:UpdateItem": {"Table"},
    },
    "ResyncRole": {
        **logs("ResyncLogs"),
        **reads("ResyncQueue"),
        "dynamodb:GetItem": {"Table"},
        "dynamodb:Query": {"Table"},
        "dynamodb:UpdateItem": {"Table"},
        "secretsmanager:GetSecretValue": {"ShopifySecret", "ShopifyTokenSecret"},
        "secretsmanager:PutSecretValue": {"ShopifyTokenSecret"},
        "sqs:SendMessage": {"OrderQueue", "StageQueue", "ContactQueue", "CartQueue", "ResyncQueue"},
    },
    "OrderStagesFunctionRefreshRole": starts("OrderStagesFunction"),
    "CartSyncFunctionCheckRole": starts("CartSyncFunction"),
    "SweepFunctionTickRole": starts("SweepFunction"),
    **{
        f"ReconcileFunction{duty}Role": starts("ReconcileFunction")
        for duty in ("Windows", "Checkouts", "HubSpot", "Daily", "Audit", "Continue")
    },
}


def test_no_role_reaches_more_or_less_than_it_is_meant_to(resources: Resources) -> None:
    assert reach(resources) == EXPECTED


def test_no_statement_of_a_role_has_a_wildcard(resources: Resources) -> None:
    wild = [
        (role, action, target)
        for role, allowed in reach(resources).items()
        for action, targets in allowed.items()
        for target in targets
        if "*" in action + target
    ]
    assert not wild


def test_every_function_has_a_role_that_no_other_has(resources: Resources) -> None:
    roles = [name_of(function["Role"]) for function in of_type(resources, "Lambda::Function").values()]
    assert len(roles) == len(set(roles)) == 9


def test_a_role_is_taken_by_the_service_it_is_for_alone(resources: Resources) -> None:
    for name, role in of_type(resources, "IAM::Role").items():
        [statement] = role["AssumeRolePolicyDocument"]["Statement"]
        service = "scheduler" if "lambda:InvokeFunction" in EXPECTED[name] else "lambda"
        assert many(statement["Principal"]["Service"]) == [f"{service}.amazonaws.com"], name


def test_nobody_invokes_a_function_without_a_source_that_is_named(resources: Resources) -> None:
    permissions = of_type(resources, "Lambda::Permission")
    assert {(each["Principal"], name_of(each["FunctionName"])) for each in permissions.values()} == {
        ("apigateway.amazonaws.com", "ShopifyWebhookFunction"),
        ("events.amazonaws.com", "ShopifyWebhookFunction"),
    }
    assert all("SourceArn" in each for each in permissions.values())


def test_the_public_api_has_no_route_but_the_webhooks(resources: Resources) -> None:
    [api] = of_type(resources, "ApiGatewayV2::Api").values()
    assert {(path, method) for path, methods in api["Body"]["paths"].items() for method in methods} == {
        ("/webhooks/shopify", "post")
    }
    [stage] = of_type(resources, "ApiGatewayV2::Stage").values()
    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] <= 200


@pytest.mark.parametrize("function", [role.removesuffix("Role") + "Function" for role in EXPECTED if "Fun" not in role])
def test_a_function_is_told_of_what_it_may_reach_and_of_nothing_else(resources: Resources, function: str) -> None:
    allowed = EXPECTED[function.removesuffix("Function") + "Role"]
    declared = variables(resources, function)

    def told(pattern: str) -> set[str]:
        return {name_of(value) for name, value in declared.items() if re.fullmatch(pattern, name)}

    assert told("QUEUE_URL_.*") == allowed.get("sqs:SendMessage", set())
    assert told(".*_SECRET") == allowed.get("secretsmanager:GetSecretValue", set())
    assert told("TABLE_NAME") == {"Table"}


def test_a_function_that_may_ring_itself_is_not_cut_off_by_loop_detection(resources: Resources) -> None:
    readers = queues_read(resources)

    def rung(function: str) -> set[str]:
        queues = EXPECTED[function.removesuffix("Function") + "Role"].get("sqs:SendMessage", set())
        return {readers[queue] for queue in queues}

    functions: dict[str, Any] = dict(of_type(resources, "Lambda::Function"))
    for name, properties in functions.items():
        reached = rung(name)
        for _ in functions:
            reached |= {further for each in reached for further in rung(each)}
        assert (name in reached) == (properties.get("RecursiveLoop") == "Allow"), name
