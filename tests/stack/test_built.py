"""What `sam build` made, run as Lambda runs it: the layers as one, the real runtime client, cold and then warm."""

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.cloud.account import environment
from sandbox.cloud.emulator import LOCAL
from sandbox.cloud.runtime import InvocationFailed, RunningFunction, mount
from sandbox.cloud.stack import LAMBDA, NAME, ROOT, build
from tests.stack.deployed import Deployed

EVENTS = sorted((ROOT / "events").glob("*.json"))
FUNCTIONS = sorted(path.parent.name for path in ROOT.glob("functions/*/app.py"))
LAYERS = ("DependenciesLayer", "CoreLayer")
REFUSED = {"forged": 401, "other_shop": 401}
LIMIT = 250_000_000
Run = Callable[[str], RunningFunction]


def artifact(function: str) -> str:
    return "".join(word.title() for word in function.split("_")) + "Function"


@pytest.fixture(scope="module")
def opt(deployed: Deployed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("opt")
    mount([deployed.cloud.built / layer for layer in LAYERS], folder)
    return folder


@pytest.fixture(scope="module")
def run(deployed: Deployed, opt: Path) -> Iterator[Run]:
    """A function with the variables of the deployed one, started at its first event and kept."""
    running: dict[str, RunningFunction] = {}

    def start(function: str) -> RunningFunction:
        if function not in running:
            about = deployed.cloud.client("lambda").get_function_configuration(FunctionName=f"{NAME}-{function}")
            variables = environment(deployed.cloud.endpoint) | about["Environment"]["Variables"]
            running[function] = RunningFunction(deployed.cloud.built / artifact(function), opt, variables)
        return running[function]

    yield start
    for each in running.values():
        each.stop()


def test_there_is_an_event_of_each_function() -> None:
    assert {path.name.partition(".")[0] for path in EVENTS} == set(FUNCTIONS)


@pytest.mark.parametrize("path", EVENTS, ids=lambda path: path.stem)
def test_a_built_function_answers_a_recorded_event(run: Run, path: Path) -> None:
    function, case, _ = path.name.split(".")
    event = json.loads(path.read_text())
    cold, warm = run(function).invoke(event), run(function).invoke(event)
    for answer in (cold, warm):
        if function == "shopify_webhook":
            assert answer == ({"statusCode": REFUSED.get(case, 200), "body": ""} if "headers" in event else None)
        elif "Records" in event:
            assert answer == {"batchItemFailures": []}
        else:
            assert "error" not in answer, answer


def test_what_cannot_be_understood_is_told_as_lambda_tells_it(run: Run) -> None:
    with pytest.raises(InvocationFailed, match="errorType"):
        run("order_sync").invoke({"Records": [{"eventSource": "aws:s3"}]})
    assert run("order_sync").invoke(json.loads((ROOT / "events/order_sync.bell.json").read_text()))


def test_no_layer_has_what_the_runtime_has_or_only_tests_need(opt: Path) -> None:
    there = {path.name for path in (opt / "python").iterdir()}
    assert {"tandem", "httpx", "pydantic", "aws_lambda_powertools"} <= there
    assert not there & {"boto3", "botocore", "sandbox", "pytest", "bin"}


def test_bytecode_is_shipped_and_never_checked_against_the_clock(opt: Path) -> None:
    """A layer is read-only and its times are those of the zip: other bytecode would be ignored, or stale."""
    sources = [path for path in (opt / "python").rglob("*.py") if path.parent.name != "__pycache__"]
    compiled = list((opt / "python").rglob("*.pyc"))
    assert len(compiled) == len(sources)
    assert {path.read_bytes()[4:8] for path in compiled} == {b"\x01\x00\x00\x00"}


@pytest.fixture(scope="module")
def for_lambda(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as an owner's `sam build` does."""
    folder = tmp_path_factory.mktemp("lambda") / "build"
    build(ROOT, folder, LAMBDA)
    return folder


def test_the_build_for_lambda_has_its_wheels_and_room_to_spare(for_lambda: Path) -> None:
    binaries = [path.name for layer in LAYERS for path in (for_lambda / layer).rglob("*.so")]
    assert binaries
    assert all(re.search(r"cpython-313-aarch64-linux-gnu|abi3", name) for name in binaries), binaries
    size = sum(path.stat().st_size for layer in LAYERS for path in (for_lambda / layer).rglob("*") if path.is_file())
    assert size < LIMIT / 4


def test_the_same_source_builds_the_same_layers(for_lambda: Path, tmp_path: Path) -> None:
    """Or every deploy would publish new ones and restart every function."""
    build(ROOT, tmp_path / "again", LAMBDA)
    for layer in LAYERS:
        command = ["diff", "-r", str(for_lambda / layer), str(tmp_path / "again" / layer)]
        assert subprocess.run(command, capture_output=True, text=True, check=False).stdout == ""


def test_the_runtime_that_stands_for_lambdas_has_its_boto3_and_nothing_of_ours() -> None:
    python = LOCAL / "runtime" / "bin" / "python"
    listed = "import importlib.metadata as m; print(*(d.name for d in m.distributions()))"
    names: set[Any] = set(subprocess.check_output([python, "-c", listed], text=True).split())
    assert {"boto3", "awslambdaric"} <= names
    assert not names & {"httpx", "pydantic", "aws-lambda-powertools", "tandem"}
