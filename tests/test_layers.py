"""Who may import whom: docs/architecture.md, The house."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CORE = ROOT / "layers" / "core"
FUNCTIONS = ROOT / "functions"
MODULES = {".".join(path.relative_to(CORE).with_suffix("").parts): path for path in CORE.rglob("*.py")}
APPS = {f"functions.{path.parent.name}": path for path in FUNCTIONS.glob("*/app.py")}
ALL = MODULES | APPS

ACTING = (
    "tandem.actions",
    "tandem.stage_actions",
    "tandem.cart_actions",
    "tandem.audit_actions",
    "tandem.reconcile_actions",
)
ABOVE = ("tandem.runtime", "tandem.vendors", "tandem.work", *ACTING, "functions")
AWS = ("boto3", "botocore")
WIRE = ("httpx", *AWS)
VENDORS = ("tandem.shopify", "tandem.hubspot")
OUTSIDES = (*VENDORS, "tandem.store")

FORBIDDEN = {
    # of these            these are never imported
    "tandem.model":       ("tandem", *WIRE),
    "tandem.errors":      ("tandem", *WIRE),
    "tandem.portal":      ("tandem", *WIRE),
    "tandem.settings":    ("tandem", *WIRE),
    "tandem.recovery_link": ("tandem", *WIRE),
    "tandem.ports":       (*OUTSIDES, "tandem.sync", "tandem.mapping", "tandem.settings", *ABOVE, *WIRE),
    "tandem.http":        (*OUTSIDES, "tandem.sync", "tandem.mapping", "tandem.settings", *ABOVE, *AWS),
    "tandem.together":    (*OUTSIDES, "tandem.sync", "tandem.mapping", "tandem.settings", *ABOVE, *WIRE),
    "tandem.mapping":     (*OUTSIDES, "tandem.sync", "tandem.settings", "tandem.ports", *ABOVE, *WIRE),
    "tandem.shopify":     ("tandem.hubspot", "tandem.store", "tandem.sync", "tandem.mapping", "tandem.settings", *ABOVE,
                           *AWS),
    "tandem.hubspot":     ("tandem.shopify", "tandem.store", "tandem.sync", "tandem.mapping", "tandem.settings", *ABOVE,
                           *AWS),
    "tandem.store":       (*VENDORS, "tandem.sync", "tandem.mapping", "tandem.settings", *ABOVE, "httpx"),
    "tandem.sync":        ("tandem.store", "tandem.settings", *ABOVE, *WIRE),
    "tandem.runtime":     (*VENDORS, "tandem.sync", "tandem.mapping", "tandem.vendors", "tandem.work",
                           *ACTING, "httpx"),
    "functions":          WIRE,
}  # fmt: skip
SETUP = {f"tandem.sync.{name}" for name in ("setup", "account_checks", "store_checks", "provision", "daily")}
"""Of `sync`, what looks at both sides rather than keeping them in step."""

PURE = (
    *("tandem.model", "tandem.errors", "tandem.portal", "tandem.ports", "tandem.mapping", "tandem.recovery_link"),
    *("tandem.sync.plan", "tandem.sync.outcome", "tandem.sync.doctor", "tandem.sync.compare", "tandem.store.pace"),
    *("tandem.shopify.webhooks", "tandem.shopify.topics"),
    *("tandem.hubspot.answers", "tandem.hubspot.links", "tandem.hubspot.reading"),
)
HARMLESS = {"base64", "collections", "dataclasses", "datetime", "decimal", "enum", "functools", "hashlib", "hmac"}
HARMLESS |= {"json", "math", "pydantic", "re", "tandem", "typing", "unicodedata", "zlib"}
IMPURE = {"now", "utcnow", "today", "open", "print", "input", "exec", "eval", "__import__"}


def tree(name: str) -> ast.Module:
    return ast.parse(ALL[name].read_text())


def imported(name: str) -> set[str]:
    """Every module that a module imports, wherever in it; of ours, the file meant."""
    return set(_imported(tree(name)))


def _imported(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            assert node.module
            inner = [f"{node.module}.{one.name}" for one in node.names]
            yield from (one if one in MODULES or f"{one}.__init__" in MODULES else node.module for one in inner)


def within(name: str, parts: tuple[str, ...]) -> bool:
    return any(name == part or name.startswith(f"{part}.") for part in parts)


def part_of(name: str) -> str | None:
    return next((part for part in FORBIDDEN if within(name, (part,))), None)


def is_pure(name: str) -> bool:
    return within(name, PURE)


def test_the_tables_name_what_is_there() -> None:
    assert len(MODULES) > 50
    assert len(APPS) >= 7
    assert MODULES.keys() >= SETUP
    for part in (*FORBIDDEN, *PURE):
        assert any(within(name, (part,)) for name in ALL), part


@pytest.mark.parametrize("name", sorted(name for name in ALL if part_of(name)))
def test_dependencies_point_down(name: str) -> None:
    part = part_of(name)
    assert part
    wrong = {one for one in imported(name) if within(one, FORBIDDEN[part]) and not within(one, (name,))}
    assert not wrong


@pytest.mark.parametrize(
    "name", sorted(name for name in MODULES if within(name, ("tandem.sync",)) and name not in SETUP)
)
def test_the_engine_sees_the_world_through_ports_alone(name: str) -> None:
    wrong = {one for one in imported(name) if within(one, VENDORS) or one in SETUP}
    assert not wrong


@pytest.mark.parametrize("name", sorted(filter(is_pure, MODULES)))
def test_what_is_pure_has_no_input_output_and_no_clock(name: str) -> None:
    roots = {one.partition(".")[0] for one in imported(name)}
    assert roots <= HARMLESS
    called = {
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Call)
    }
    assert not called & IMPURE
    if name != "tandem.ports":
        assert not any(isinstance(node, ast.AsyncFunctionDef | ast.Await) for node in ast.walk(tree(name)))


@pytest.mark.parametrize("name", sorted(filter(is_pure, MODULES)))
def test_what_is_pure_needs_nothing_that_is_not(name: str) -> None:
    ours = {one for one in imported(name) if within(one, ("tandem",))}
    assert {one for one in ours if not is_pure(one)} == set()


def test_aws_is_reached_from_few_places() -> None:
    reaching = {name for name in ALL if any(within(one, AWS) for one in imported(name))}
    assert "tandem.runtime" in reaching
    assert {name for name in reaching if not within(name, ("tandem.runtime", "tandem.store"))} == set()


def test_the_environment_is_read_in_one_place() -> None:
    def reads(name: str) -> bool:
        named = (node.attr for node in ast.walk(tree(name)) if isinstance(node, ast.Attribute))
        return "os" in imported(name) or bool({"environ", "getenv"} & set(named))

    assert {name for name in ALL if reads(name)} == {"tandem.settings"}


def test_nothing_that_is_deployed_knows_the_sandbox() -> None:
    assert not [name for name in ALL if any(within(one, ("sandbox", "tests", "bench")) for one in imported(name))]
