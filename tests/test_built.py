"""What `sam build` makes: layers that Lambda can use, small, and the same each time."""

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from sandbox.cloud.emulator import LOCAL
from sandbox.cloud.stack import LAMBDA, LAYERS, ROOT, build, here

LIMIT = 250_000_000
"""Bytes that a function and its layers may have on Lambda."""


@pytest.fixture(scope="module")
def for_here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built for the interpreter that stands for Lambda's on this machine."""
    folder = tmp_path_factory.mktemp("here") / "build"
    build(ROOT, folder, here())
    return folder


@pytest.fixture(scope="module")
def for_lambda(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as an owner's `sam build` does."""
    folder = tmp_path_factory.mktemp("lambda") / "build"
    build(ROOT, folder, LAMBDA)
    return folder


def files(build: Path, pattern: str = "*") -> Iterable[Path]:
    return (path for layer in LAYERS for path in (build / layer).rglob(pattern) if path.is_file())


def test_the_layers_hold_what_functions_import_and_not_what_the_runtime_has(for_here: Path) -> None:
    there = {path.name for layer in LAYERS for path in (for_here / layer / "python").iterdir()}
    assert {"tandem", "httpx", "pydantic", "aws_lambda_powertools"} <= there
    assert not there & {"boto3", "botocore", "sandbox", "pytest", "bin"}


def test_all_of_tandem_is_in_the_layer(for_here: Path) -> None:
    source = ROOT / "layers/core/tandem"
    shipped = for_here / "CoreLayer/python/tandem"
    wanted = {path.relative_to(source) for path in source.rglob("*") if path.suffix in (".py", ".graphql")}
    assert wanted == {path.relative_to(shipped) for path in shipped.rglob("*") if path.suffix in (".py", ".graphql")}


def test_a_function_is_one_file(for_here: Path) -> None:
    assert all([path.name for path in folder.iterdir()] == ["app.py"] for folder in for_here.glob("*Function"))


def test_bytecode_is_shipped_and_never_checked_against_the_clock(for_here: Path) -> None:
    """A layer is read-only and its times are those of the zip: other bytecode would be ignored, or stale."""
    compiled = list(files(for_here, "*.pyc"))
    assert len(compiled) == len(list(files(for_here, "*.py")))
    assert {path.read_bytes()[4:8] for path in compiled} == {b"\x01\x00\x00\x00"}


def test_the_same_source_builds_the_same_layers(for_here: Path, tmp_path: Path) -> None:
    """Or every deploy would publish new ones and restart every function."""
    build(ROOT, tmp_path / "again", here())
    for layer in LAYERS:
        command = ["diff", "-r", str(for_here / layer), str(tmp_path / "again" / layer)]
        assert subprocess.run(command, capture_output=True, text=True, check=False).stdout == ""


def test_the_build_for_lambda_has_its_wheels_and_room_to_spare(for_lambda: Path) -> None:
    binaries = [path.name for path in files(for_lambda, "*.so")]
    assert binaries
    assert all(re.search(r"cpython-313-aarch64-linux-gnu|abi3", name) for name in binaries), binaries
    assert sum(path.stat().st_size for path in files(for_lambda)) < LIMIT / 4


def test_what_stands_for_the_managed_runtime_has_its_boto3_and_nothing_of_ours() -> None:
    """Otherwise a module that is missing in a layer would not be missed."""
    listed = "import importlib.metadata as m; print(*(d.name for d in m.distributions()))"
    found = subprocess.check_output([LOCAL / "runtime" / "bin" / "python", "-c", listed], text=True)
    names = set(found.split())
    assert {"boto3", "awslambdaric"} <= names
    assert not names & {"httpx", "pydantic", "aws-lambda-powertools", "tandem"}
