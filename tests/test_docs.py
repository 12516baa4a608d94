"""The documentation must name tests that exist, every switch, and every capture."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.hubspot.switches import SWITCHES as HUBSPOT_SWITCHES
from sandbox.shopify.switches import SWITCHES as SHOPIFY_SWITCHES
from sandbox.switches import Switch

ROOT = Path(__file__).resolve().parents[1]
BEHAVIOR = {"shopify": SHOPIFY_SWITCHES, "hubspot": HUBSPOT_SWITCHES}
PARTS = ("What", "Consequence", "Source", "Test")


def text(vendor: str) -> str:
    return (ROOT / "docs" / f"behavior-{vendor}.md").read_text()


def entries(vendor: str) -> Iterator[tuple[str, str]]:
    """Heading and body of each rule."""
    for entry in re.split(r"^### ", text(vendor), flags=re.MULTILINE)[1:]:
        heading, _, body = entry.partition("\n")
        yield heading.strip(), re.split(r"^## ", body, flags=re.MULTILINE)[0]


def functions_of(path: str) -> set[str]:
    """The test functions and classes' methods that a file defines."""
    tree = ast.parse((ROOT / path).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize("vendor", BEHAVIOR)
def test_every_rule_is_told_whole_and_names_a_test_that_exists(vendor: str) -> None:
    faults = []
    for heading, body in entries(vendor):
        faults += [f"{heading}: no {part}" for part in PARTS if f"- **{part}:**" not in body]
        named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", body.partition("- **Test:**")[2])
        if not named:
            faults.append(f"{heading}: names no test")
        for path, name in named:
            if not (ROOT / path).is_file():
                faults.append(f"{heading}: no file {path}")
            elif name not in functions_of(path):
                faults.append(f"{heading}: {path} has no {name}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("vendor", BEHAVIOR)
def test_no_rule_is_told_twice(vendor: str) -> None:
    headings = [heading for heading, _ in entries(vendor)]
    assert len(headings) > 20
    assert len(headings) == len(set(headings))


@pytest.mark.parametrize(
    ("vendor", "switch"),
    [(vendor, switch) for vendor, switches in BEHAVIOR.items() for switch in switches],
    ids=lambda value: value.name if isinstance(value, Switch) else value,
)
def test_every_switch_is_documented(vendor: str, switch: Switch) -> None:
    assert f"`{switch.name}`" in text(vendor)


def test_every_capture_is_replayed_or_told_why_not(shared: Path) -> None:
    """The table of captures names each file once, with the test that replays it or the reason why none does."""
    rows = re.findall(r"^\| ([\w-]+) \| (yes|partly|no) \| (.+) \|$", text("shopify"), flags=re.MULTILINE)
    files = {path.stem for path in (shared / "specs/shopify/captures").rglob("*.json")}
    assert {name for name, _, _ in rows} == files
    assert len(rows) == len(files)
    for name, how, cell in rows:
        if how == "no":
            assert len(cell) > 20, f"{name}: why not?"
            continue
        [(path, test)] = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", cell)
        assert test in functions_of(path), f"{name}: {path} has no {test}"
    assert sum(how != "no" for _, how, _ in rows) >= 35
