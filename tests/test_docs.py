"""What the documentation names must exist: tests, switches, captures, files, parameters, functions, events."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from samtranslator.yaml_helper import yaml_parse

from sandbox.hubspot.switches import SWITCHES as HUBSPOT_SWITCHES
from sandbox.shopify.switches import SWITCHES as SHOPIFY_SWITCHES
from sandbox.switches import Switch
from tandem.sync import resync, setup
from tandem.sync.asked import understood

ROOT = Path(__file__).resolve().parents[1]
BEHAVIOR = {"shopify": SHOPIFY_SWITCHES, "hubspot": HUBSPOT_SWITCHES}
PARTS = ("What", "Consequence", "Source", "Test")
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
NAMED_TEST = r"`(tests/[\w/]+\.py)::(\w+)`"


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
        named = re.findall(NAMED_TEST, body.partition("- **Test:**")[2])
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
        [(path, test)] = re.findall(NAMED_TEST, cell)
        assert test in functions_of(path), f"{name}: {path} has no {test}"
    assert sum(how != "no" for _, how, _ in rows) >= 35


def test_every_invariant_names_the_tests_that_hold_it() -> None:
    entries = re.split(r"^- \*\*I", (ROOT / "docs" / "invariants.md").read_text(), flags=re.MULTILINE)[1:]
    assert [int(entry.split(".")[0]) for entry in entries] == list(range(1, len(entries) + 1))
    assert len(entries) >= 20
    for entry in entries:
        named = re.findall(NAMED_TEST, entry)
        assert named, f"I{entry[:40]}: names no test"
        assert not [f"{path}::{name}" for path, name in named if name not in functions_of(path)], entry[:40]


def anchor(heading: str) -> str:
    """As GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.replace("`", "").strip().lower()).replace(" ", "-")


def anchors(page: Path) -> set[str]:
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    return {anchor(heading) for heading in re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if target.startswith(("http:", "https:", "/")):
            continue
        path, _, fragment = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), f"{page.name}: {target}"
        assert not fragment or fragment in anchors(there), f"{page.name}: {target}"


@pytest.fixture(scope="module")
def template() -> dict[str, dict[str, object]]:
    read: dict[str, dict[str, object]] = yaml_parse((ROOT / "template.yaml").read_text())
    return read


def test_the_readme_explains_every_parameter_and_no_other(template: dict[str, dict[str, object]]) -> None:
    readme = (ROOT / "README.md").read_text()
    table = readme.partition("| Parameter | What to answer |")[2].partition("\n\n")[0]
    assert set(re.findall(r"`([A-Z][A-Za-z]+)`", table)) == template["Parameters"].keys()
    for page in PAGES:
        given = re.findall(r"--parameter-overrides (\w+)=", page.read_text())
        assert set(given) <= template["Parameters"].keys()


def test_functions_and_outputs_that_are_named_are_in_the_template(template: dict[str, dict[str, object]]) -> None:
    for page in PAGES:
        text = page.read_text()
        functions = re.findall(r"sam remote invoke (\w+)|--name (\w+Function)|`(\w+Function)`", text)
        assert {name for names in functions for name in names if name} <= template["Resources"].keys()
        assert set(re.findall(r"output (\w+)\)?[\"`]", text)) <= template["Outputs"].keys()


def test_every_event_in_the_readme_is_understood() -> None:
    """Each shown as JSON, for the function that its command or its table names."""
    readme = (ROOT / "README.md").read_text()
    asked = re.findall(r"invoke (Setup|Resync)Function .*--event '(.+?)'", readme)
    tables = (("Setup", "| Event | For |"), ("Resync", "| To | Event for `ResyncFunction` |"))
    for function, heading in tables:
        rows = readme.partition(heading)[2].partition("\n\n")[0]
        asked += [(function, event) for event in re.findall(r"`(\{.+?\})`", rows)]
    assert len(asked) >= 10
    for function, event in asked:
        if function == "Setup":
            understood(setup.Request, json.loads(event), setup.ALLOWED)
        else:
            understood(resync.Request, json.loads(event), resync.ALLOWED)
