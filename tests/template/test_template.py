"""What the deployed stack must have, whatever else changes in the template."""

import ast
import json
import re
import tomllib
from typing import Any

import pytest
from aws_lambda_powertools.shared import constants

from sandbox.cloud.stack import logical
from tandem.store import keys
from tests.template.reading import ROOT, Resources, name_of, of_type, queues_read, variables

WORKERS = ("order_sync", "order_stages", "contact_sync", "cart_sync")
FUNCTIONS = ("shopify_webhook", *WORKERS, "reconcile", "sweep", "setup", "resync")
TWO_WEEKS = 14 * 24 * 3600
DAYS = 24 * 3600
POWERTOOLS = {
    constants.SERVICE_NAME_ENV,
    constants.METRICS_NAMESPACE_ENV,
    constants.POWERTOOLS_LOG_LEVEL_ENV,
}
METRIC_OF_DIMENSION = {
    "FunctionName": ("AWS/Lambda", "Lambda::Function"),
    "QueueName": ("AWS/SQS", "SQS::Queue"),
    "ApiId": ("AWS/ApiGateway", "ApiGatewayV2::Api"),
}


def source_text() -> str:
    """All code that runs on Lambda."""
    files = [*ROOT.glob("layers/core/tandem/**/*.py"), *ROOT.glob("functions/*/app.py")]
    return "\n".join(path.read_text() for path in files)


def headings(path: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    found = re.findall(r"^#+ (.+)$", (ROOT / path).read_text(), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in found}


# -- functions --


def test_there_is_a_function_for_each_folder_and_a_folder_for_each_function(resources: Resources) -> None:
    assert set(of_type(resources, "Lambda::Function")) == {logical(name) for name in FUNCTIONS}
    assert {path.parent.name for path in ROOT.glob("functions/*/app.py")} == set(FUNCTIONS)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_runs_what_was_built_for_it(resources: Resources, function: str) -> None:
    properties = resources[logical(function)]["Properties"]
    assert properties["Runtime"] == "python3.13"
    assert properties["Architectures"] == [{"Ref": "Architecture"}]
    assert properties["Handler"] == "app.lambda_handler"
    assert properties["Timeout"] <= (60 if function in WORKERS else 900)
    assert {name_of(layer).rstrip("0123456789abcdef") for layer in properties["Layers"]} == {
        "DependenciesLayer",
        "CoreLayer",
    }
    assert not (ROOT / "functions" / function / "requirements.txt").exists()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_logs_json_to_a_group_that_forgets(resources: Resources, function: str) -> None:
    logging = resources[logical(function)]["Properties"]["LoggingConfig"]
    assert logging["LogFormat"] == "JSON"
    group = resources[name_of(logging["LogGroup"])]["Properties"]
    assert group["RetentionInDays"] == {"Ref": "LogRetention"}
    assert group["LogGroupName"] == {"Fn::Sub": f"/aws/lambda/${{AWS::StackName}}-{function}"}


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("metric", ["Errors", "Throttles"])
def test_a_function_that_fails_is_heard_of(resources: Resources, function: str, metric: str) -> None:
    dimensions = [{"Name": "FunctionName", "Value": {"Ref": logical(function)}}]
    alarms = of_type(resources, "CloudWatch::Alarm").values()
    assert [each for each in alarms if each["MetricName"] == metric and each["Dimensions"] == dimensions]


def test_declared_variables_are_the_ones_that_settings_reads(resources: Resources) -> None:
    declared = {name for function in FUNCTIONS for name in variables(resources, logical(function))}
    tree = ast.parse((ROOT / "layers/core/tandem/settings.py").read_text())
    words = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    read = {word for word in words if re.fullmatch(r"[A-Z]+(_[A-Z]+)*", word)}
    assert declared - POWERTOOLS - {name for name in declared if name.startswith("QUEUE_URL_")} == read
    assert declared >= POWERTOOLS
    assert "QUEUE_URL_" in words


# -- queues and schedules --


def test_a_message_is_hidden_for_six_times_as_long_as_its_reader_may_take(resources: Resources) -> None:
    readers = queues_read(resources)
    assert set(readers) == {"OrderQueue", "StageQueue", "ContactQueue", "CartQueue", "ResyncQueue"}
    for queue, function in readers.items():
        hidden = resources[queue]["Properties"]["VisibilityTimeout"]
        assert hidden >= 6 * resources[function]["Properties"]["Timeout"], queue


def test_what_is_given_up_is_kept_for_two_weeks_and_heard_of(resources: Resources) -> None:
    queues = of_type(resources, "SQS::Queue")
    alarms = of_type(resources, "CloudWatch::Alarm").values()
    for queue in queues_read(resources):
        redrive = queues[queue]["RedrivePolicy"]
        assert redrive["maxReceiveCount"] >= 10
        assert name_of(redrive["deadLetterTargetArn"]) == queue.replace("Queue", "Dlq")
        assert queues[queue].get("MessageRetentionPeriod", 4 * DAYS) < TWO_WEEKS
    dead = {name for name in queues if name.endswith("Dlq")}
    assert len(dead) == len(queues_read(resources)) + 1
    for name in dead:
        assert queues[name]["MessageRetentionPeriod"] == TWO_WEEKS
        watched = [{"Name": "QueueName", "Value": {"Fn::GetAtt": [name, "QueueName"]}}]
        [alarm] = [each for each in alarms if each["Dimensions"] == watched]
        assert (alarm["MetricName"], alarm["Threshold"]) == ("ApproximateNumberOfMessagesVisible", 0)


def test_queues_are_encrypted_and_refuse_plain_text(resources: Resources) -> None:
    queues = of_type(resources, "SQS::Queue")
    assert all(each["SqsManagedSseEnabled"] is True for each in queues.values())
    [policy] = of_type(resources, "SQS::QueuePolicy").values()
    assert {name_of(each) for each in policy["Queues"]} == set(queues)
    [statement] = policy["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_queues_are_read_whole_in_part_and_by_few(resources: Resources) -> None:
    """No filter, which would delete what it does not match; failures by message; the vendors' limits kept."""
    for name, mapping in of_type(resources, "Lambda::EventSourceMapping").items():
        assert "FilterCriteria" not in mapping, name
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"], name
        assert mapping["ScalingConfig"]["MaximumConcurrency"] == 2, name
        assert mapping["BatchSize"] <= 10, name


def test_a_schedule_says_how_it_retries_and_where_it_gives_up(resources: Resources) -> None:
    schedules = of_type(resources, "Scheduler::Schedule")
    found = set()
    for each in schedules.values():
        target = each["Target"]
        assert name_of(target["DeadLetterConfig"]["Arn"]) == "ScheduleDlq"
        assert {"MaximumRetryAttempts", "MaximumEventAgeInSeconds"} == set(target["RetryPolicy"])
        given = json.loads(_plain(target["Input"]))
        found.add((name_of(target["Arn"]), given.get("action"), *given.get("kinds", ())))
    assert found == {
        ("SweepFunction", None),
        ("OrderStagesFunction", "refresh"),
        ("CartSyncFunction", "check"),
        ("ReconcileFunction", "windows", "contact", "order"),
        ("ReconcileFunction", "windows", "cart"),
        ("ReconcileFunction", "hubspot"),
        ("ReconcileFunction", "daily"),
        ("ReconcileFunction", "audit"),
        ("ReconcileFunction", "continue"),
    }


def _plain(text: Any) -> str:
    """A text with its references taken for `true`."""
    return text if isinstance(text, str) else re.sub(r"\$\{\w+\}", "true", text["Fn::Sub"])


def test_how_often_is_a_parameter(template: dict[str, Any], resources: Resources) -> None:
    schedules = of_type(resources, "Scheduler::Schedule").values()
    rates = {name_of(each["ScheduleExpression"]) for each in schedules if isinstance(each["ScheduleExpression"], dict)}
    assert rates == {"SweepRate", "WindowsRate", "CheckoutsRate", "HubSpotRate", "DailyAt", "AuditAt"}
    for rate in rates:
        assert re.match(r"(rate|cron)\(.+\)$", template["Parameters"][rate]["Default"])


# -- state --


def test_the_table_can_be_restored_and_is_not_deleted_with_the_stack(resources: Resources) -> None:
    table = resources["Table"]
    assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == "Retain"
    assert table["Properties"]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["Properties"]["SSESpecification"] == {"SSEEnabled": True}
    assert table["Properties"]["BillingMode"] == "PAY_PER_REQUEST"
    assert table["Properties"]["DeletionProtectionEnabled"] == {"Ref": "DeletionProtection"}


def test_the_table_is_not_deleted_by_mistake(template: dict[str, Any]) -> None:
    assert template["Parameters"]["DeletionProtection"]["Default"] == "true"


def test_the_table_has_the_keys_that_the_store_uses(resources: Resources) -> None:
    table = resources["Table"]["Properties"]

    def key(schema: list[dict[str, str]]) -> tuple[str, ...]:
        return tuple(part["AttributeName"] for part in schema)

    assert key(table["KeySchema"]) == ("pk", "sk")
    indexes = {each["IndexName"]: each for each in table["GlobalSecondaryIndexes"]}
    assert {name: key(each["KeySchema"]) for name, each in indexes.items()} == {
        keys.DUE: ("due_lane", "due_at"),
        keys.PARKED: ("parked_shop", "parked_at"),
    }
    assert all(each["Projection"] == {"ProjectionType": "KEYS_ONLY"} for each in indexes.values())
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert "expires_at" in source_text()


def test_secrets_outlive_the_stack_and_the_template_holds_none(resources: Resources) -> None:
    for name in ("ShopifySecret", "HubSpotSecret", "ShopifyTokenSecret"):
        secret = resources[name]
        assert secret["DeletionPolicy"] == secret["UpdateReplacePolicy"] == "Retain"
        assert secret["Properties"]["SecretString"] == "{}"


def test_two_stacks_of_one_account_do_not_meet(resources: Resources) -> None:
    """Whatever has a name of our choice has the stack's name in it."""
    for name, resource in resources.items():
        for given in ("Name", "FunctionName", "LogGroupName", "DashboardName", "TableName", "QueueName", "RoleName"):
            value = resource.get("Properties", {}).get(given)
            if value is None or (given == "FunctionName" and resource["Type"] != "AWS::Lambda::Function"):
                continue
            assert "AWS::StackName" in json.dumps(value) or value == {"Ref": "AWS::StackName"}, name


# -- alarms --


def test_an_alarm_watches_something_that_is_there(resources: Resources) -> None:
    for name, alarm in of_type(resources, "CloudWatch::Alarm").items():
        [dimension] = alarm["Dimensions"]
        if alarm["Namespace"] == "Tandem":
            assert dimension == {"Name": "service", "Value": {"Ref": "AWS::StackName"}}, name
            continue
        namespace, kind = METRIC_OF_DIMENSION[dimension["Name"]]
        assert alarm["Namespace"] == namespace, name
        assert resources[name_of(dimension["Value"])]["Type"] == f"AWS::{kind}", name


def test_metrics_of_our_own_are_emitted_by_the_code(resources: Resources) -> None:
    alarms = of_type(resources, "CloudWatch::Alarm").values()
    watched = {each["MetricName"] for each in alarms if each["Namespace"] == "Tandem"}
    assert watched == {
        "OldestDueSeconds",
        "ParkedRows",
        "LaneClosed",
        "RejectedWebhooks",
        "ReconcileMissed",
        "DriftFound",
        "DutyFailed",
        "HeartbeatMissed",
    }
    text = source_text()
    assert not {metric for metric in watched if f'"{metric}"' not in text}


def test_the_dimension_of_our_metrics_is_the_stack(resources: Resources) -> None:
    for function in FUNCTIONS:
        declared = variables(resources, logical(function))
        assert declared[constants.SERVICE_NAME_ENV] == {"Ref": "AWS::StackName"}
        assert declared[constants.METRICS_NAMESPACE_ENV] == "Tandem"


def test_an_alarm_says_where_the_runbook_tells_what_to_do(resources: Resources) -> None:
    named = set()
    for name, alarm in of_type(resources, "CloudWatch::Alarm").items():
        place = re.search(r"docs/runbook\.md#([\w-]+)$", alarm["AlarmDescription"])
        assert place, f"{name} names no heading"
        assert alarm["AlarmActions"] == {"Fn::If": ["Notify", [{"Ref": "AlarmTopic"}], []]}, name
        named.add(place[1])
    assert named == headings("docs/runbook.md") - {"runbook"}


def test_a_sweep_that_is_dead_raises_the_alarm(resources: Resources) -> None:
    assert resources["OverdueAlarm"]["Properties"]["TreatMissingData"] == "breaching"


# -- around it --


def test_the_dashboard_is_json_and_shows_what_is_there(resources: Resources) -> None:
    body = resources["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    named = set(re.findall(r"\$\{(\w+)(?:\.\w+)?\}", body))
    assert named <= set(resources) | {"ShopDomain", "Stage"}
    widgets = json.loads(re.sub(r"\$\{[^}]+\}", "x", body))["widgets"]
    assert len(widgets) == 9
    ours = [rows for widget in widgets if (rows := widget["properties"]["metrics"])[0][0] == "Tandem"]
    shown = {name for rows in ours for namespace, name, *_ in rows if namespace in ("Tandem", ".")}
    text = source_text()
    assert not {name for name in shown if f'"{name}"' not in text}
    assert shown >= {"OldestDueSeconds", "ParkedRows", "DriftFound", "HubSpotBudgetLeft", "SyncSeconds"}


def test_the_sandbox_alone_has_vendors_elsewhere_and_only_on_loopback(template: dict[str, Any]) -> None:
    for name in ("ShopifyUrl", "HubSpotUrl"):
        parameter = template["Parameters"][name]
        assert parameter["Default"] == ""
        assert re.match(parameter["AllowedPattern"], "http://127.0.0.1:8001")
        for elsewhere in ("https://example.com", "http://127.0.0.1:80.example.com", "http://127.0.0.1.example.com:80"):
            assert not re.match(parameter["AllowedPattern"], elsewhere)


def test_the_owner_is_told_what_they_need_to_go_on(template: dict[str, Any]) -> None:
    functions = {f"{logical(name)}Name" for name in FUNCTIONS}
    secrets = {"ShopifySecretArn", "HubSpotSecretArn", "ShopifyTokenSecretArn"}
    assert set(template["Outputs"]) == functions | secrets | {"ApiId", "WebhookUrl", "TableName", "DashboardUrl"}


def test_samconfig_names_parameters_that_exist_and_no_secret(template: dict[str, Any]) -> None:
    config = tomllib.loads((ROOT / "samconfig.toml").read_text())
    stacks = [config[stage]["global"]["parameters"]["stack_name"] for stage in ("default", "dev", "prod")]
    assert len(set(stacks)) == 3
    for stage in ("default", "dev", "prod"):
        deploy = config[stage]["deploy"]["parameters"]
        given = dict(pair.split("=") for pair in deploy.get("parameter_overrides", "").split())
        for name, value in given.items():
            parameter = template["Parameters"][name]
            assert value in [str(each) for each in parameter.get("AllowedValues", [value])]
