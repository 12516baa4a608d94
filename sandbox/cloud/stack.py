"""The stack in the emulated account: `sam build`, `sam deploy`, and what a test or a demo does with it then."""

import json
import os
import platform
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.cloud.account import REGION, client, environment
from sandbox.cloud.emulator import LOCAL, Emulator
from sandbox.cloud.routes import add_missing

ROOT = Path(__file__).resolve().parents[2]
NAME = "tandem"
BUCKET = "tandem-artifacts"
LAYERS = ("DependenciesLayer", "CoreLayer")
PLATFORMS = {
    ("Linux", "x86_64"): "x86_64-manylinux_2_28",
    ("Linux", "aarch64"): "aarch64-manylinux_2_28",
    ("Darwin", "arm64"): "aarch64-apple-darwin",
    ("Darwin", "x86_64"): "x86_64-apple-darwin",
}
"""What uv calls this machine: the emulator runs functions here, whatever the template's architecture says."""


class CommandFailed(Exception):
    """A `sam` command ended in failure; the text is the end of what it printed."""


class FunctionFailed(Exception):
    """An invoked function raised; the text is its answer."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a layer is built for: Python's minor version, and the platform as uv calls it."""

    python: str
    platform: str


LAMBDA = Target("3.13", "aarch64-manylinux_2_28")


def here() -> Target:
    """The emulator's interpreter on this machine."""
    version = "import sys; print('%d.%d' % sys.version_info[:2])"
    command = [str(LOCAL / "cloud" / "bin" / "python"), "-c", version]
    found = subprocess.check_output(command, text=True).strip()  # noqa: S603 - our own installation
    return Target(found, PLATFORMS[platform.system(), platform.machine()])


def build(source: Path, folder: Path, target: Target) -> None:
    """`sam build` of the project at `source` into `folder`."""
    env = environment("http://127.0.0.1") | {
        "UV": shutil.which("uv") or str(LOCAL / "uv" / "bin" / "uv"),
        "UV_PYTHON_DOWNLOADS": "never",
        "BUILD_PY": target.python,
        "BUILD_PLAT": target.platform,
    }
    sam("build", "--template-file", source / "template.yaml", "--build-dir", folder, env=env)


def logical(function: str) -> str:
    """What the template calls a function such as `order_sync`: `OrderSyncFunction`."""
    return "".join(word.title() for word in function.split("_")) + "Function"


def sam(*arguments: str | Path, env: Mapping[str, str]) -> None:
    quiet = {"SAM_CLI_TELEMETRY": "0", "SAM_CLI_POLL_DELAY": "0.5", "PATH": os.environ["PATH"]}
    command = [LOCAL / "sam" / "bin" / "sam", *arguments]
    done = subprocess.run(  # noqa: S603 - our own installation
        command,
        check=False,
        env={**env, **quiet},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode:
        raise CommandFailed(f"sam {arguments[0]} failed:\n{done.stdout.decode()[-4000:]}")


class Cloud:
    """One emulated account with the stack in it.

    `outputs` are the stack's, `physical` its logical ids to the ids of what was made: of a queue its URL, of a table or
    function its name. `built` is the folder of the artifacts. `added_routes` are those that the emulator had not made.
    """

    def __init__(self) -> None:
        self._emulator = Emulator()
        self.endpoint = self._emulator.endpoint
        self.built = self._emulator.folder / "build"
        self._clients: dict[str, Any] = {}
        self.outputs: dict[str, str] = {}
        self.physical: dict[str, str] = {}
        self.added_routes: list[str] = []

    def start(self) -> None:
        self._emulator.start()
        self.client("s3").create_bucket(Bucket=BUCKET)

    def stop(self) -> None:
        for each in self._clients.values():
            each.close()
        self._emulator.stop()

    def build(self, source: Path = ROOT) -> None:
        build(source, self.built, here())

    def deploy(self, parameters: Mapping[str, str]) -> None:
        """Deploy what was built, or change what is deployed."""
        machine = "arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64"
        values = {"Architecture": machine, "DeletionProtection": "false", "Stage": "dev"} | dict(parameters)
        sam(
            *("deploy", "--template-file", self.built / "template.yaml", "--stack-name", NAME, "--region", REGION),
            *("--s3-bucket", BUCKET, "--capabilities", "CAPABILITY_IAM", "--no-progressbar"),
            *("--no-confirm-changeset", "--no-fail-on-empty-changeset", "--parameter-overrides"),
            *(f"{name}={value}" for name, value in values.items()),
            env=environment(self.endpoint),
        )
        self._look()

    def _look(self) -> None:
        formation = self.client("cloudformation")
        [stack] = formation.describe_stacks(StackName=NAME)["Stacks"]
        self.outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
        resources = formation.describe_stack_resources(StackName=NAME)["StackResources"]
        self.physical = {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in resources}
        template = formation.get_template(StackName=NAME, TemplateStage="Processed")["TemplateBody"]
        described = json.loads(template) if isinstance(template, str) else template
        gateway, functions = self.client("apigatewayv2"), self.client("lambda")
        self.added_routes += add_missing(described["Resources"], self.physical, gateway, functions)

    def delete(self) -> None:
        sam(
            *("delete", "--stack-name", NAME, "--region", REGION, "--s3-bucket", BUCKET, "--no-prompts"),
            env=environment(self.endpoint),
        )

    def client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = client(service, self.endpoint)
        return self._clients[service]

    @property
    def url(self) -> str:
        """Where this machine reaches what the world would call `outputs["WebhookUrl"]`."""
        return f"{self.endpoint}/_aws/execute-api/{self.outputs['ApiId']}/$default/webhooks/shopify"

    def fill_secret(self, output: str, value: Mapping[str, Any]) -> None:
        """What the owner does after a deploy; `output` names the secret, such as `ShopifySecretArn`."""
        self.client("secretsmanager").put_secret_value(SecretId=self.outputs[output], SecretString=json.dumps(value))

    def invoke(self, function: str, payload: Any) -> Any:
        """Invoke a function such as `order_sync` and wait for its answer. Raises FunctionFailed."""
        answer = self.client("lambda").invoke(FunctionName=f"{NAME}-{function}", Payload=json.dumps(payload))
        value = json.loads(answer["Payload"].read() or "null")
        if "FunctionError" in answer:
            raise FunctionFailed(f"{function}: {value}")
        return value

    def logs(self, function: str) -> list[str]:
        """All lines a function has logged, oldest first."""
        pages = self.client("logs").get_paginator("filter_log_events")
        found = pages.paginate(logGroupName=f"/aws/lambda/{NAME}-{function}")
        return [event["message"] for page in found for event in page["events"]]
