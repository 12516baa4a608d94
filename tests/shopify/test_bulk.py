"""Bulk operations: what they ask for, how they are looked after, and their output read in one pass or in many."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import NoDeprecatedCustomRule, OperationDefinitionNode, parse, specified_rules, validate

from sandbox.mounts import Transport
from sandbox.seed import Size, fill
from sandbox.shopify.bulk.bulk_rules import checked
from tandem import http
from tandem.errors import Misconfigured, Rejected, Unavailable
from tandem.model import Export, Exported, Kind
from tandem.shopify.bulk import QUERIES, Bulk
from tandem.shopify.client import ShopifyClient
from tandem.shopify.documents import inner
from tests.mapping.test_tables import PATHS, leaves, selection
from tests.sandbox.shopify.official import official
from tests.shopify.store import Store, run

KINDS = [kind for kind in QUERIES if kind is not Kind.CART]
each_kind = pytest.mark.parametrize("kind", KINDS)
KIND_OF = {"orders": (Kind.ORDER, ""), "line_items": (Kind.ORDER, "lineItems.nodes."), "contacts": (Kind.CONTACT, "")}


@pytest.mark.parametrize("kind", QUERIES)
def test_shopify_would_run_it_and_deprecates_none_of_it(kind: Kind, shared: Path) -> None:
    rules = [*specified_rules, NoDeprecatedCustomRule]
    assert validate(official(shared), parse(inner(QUERIES[kind])), rules) == []
    checked(inner(QUERIES[kind]), official(shared))


def asked(kind: Kind) -> set[str]:
    """The leaves it asks of a record, as the mapping names them."""
    (operation,) = parse(inner(QUERIES[kind])).definitions
    assert isinstance(operation, OperationDefinitionNode)
    paths = leaves(operation.selection_set, {})
    return {path.split(".edges.node.", 1)[1].replace(".edges.node.", ".nodes.") for path in paths}


@pytest.mark.parametrize(("name", "property_", "path"), [one for one in PATHS if one[0] in KIND_OF])
def test_it_asks_for_every_field_of_the_mapping(name: str, property_: str, path: str) -> None:
    document = parse("query " + selection(path)).definitions[0]
    assert isinstance(document, OperationDefinitionNode)
    kind, parent = KIND_OF[name]
    assert {parent + leaf for leaf in leaves(document.selection_set, {})} <= asked(kind)


class Exporting(Store):
    """A store with records in it, and its bulk operations."""

    def __init__(self, size: Size | None = None, **switches: str) -> None:
        super().__init__(**switches)
        if size:
            fill(self.shopify, size, days=30)
        self.shopify.log.clear()
        self.reached_by(Transport(self.shopify))

    def reached_by(self, transport: httpx.AsyncBaseTransport) -> None:
        """Where output lies."""
        self.bulk = Bulk(self.api, http.client("", transport))

    def export(self, kind: Kind) -> Export:
        """A whole one, once it is done."""
        id_ = run(self.bulk.begin(kind))
        assert run(self.bulk.state(id_)) == Export(done=False)
        self.shopify.clock.advance(600)
        return run(self.bulk.state(id_))

    def records(self, kind: Kind, export: Export, start: int = 0) -> list[Exported]:
        async def read() -> list[Exported]:
            return [one async for one in self.bulk.records(kind, export, start)]

        return run(read())


SOME = Size(customers=15, products=6, orders=40, companies=2, checkouts=0)


def plain(value: Any) -> Any:
    """Without what only one of the two ways of reading tells."""
    if isinstance(value, dict):
        return {
            name: plain(entry)
            for name, entry in value.items()
            if name not in {"__typename", "index", "pageInfo"} and (name != "id" or "isRemoved" not in value)
        }
    return [plain(entry) for entry in value] if isinstance(value, list) else value


@each_kind
def test_a_record_is_as_a_query_by_id_answers_it(kind: Kind) -> None:
    store = Exporting(SOME)
    export = store.export(kind)
    found = {one.id: one.node for one in store.records(kind, export)}
    client = ShopifyClient(store.api)
    by_id = run(client.orders(list(found)) if kind is Kind.ORDER else client.customers(list(found)))
    assert len(found) == (SOME.orders if kind is Kind.ORDER else SOME.customers)
    assert plain(found) == plain(by_id)


def test_it_is_read_on_from_wherever_a_reader_stopped() -> None:
    store = Exporting(SOME)
    export = store.export(Kind.ORDER)
    whole = store.records(Kind.ORDER, export)
    assert whole[-1].end == export.size
    for number, one in enumerate(whole):
        assert store.records(Kind.ORDER, export, one.end) == whole[number + 1 :]


def test_nothing_to_export_is_an_empty_export() -> None:
    store = Exporting()
    export = store.export(Kind.ORDER)
    assert export == Export(done=True)
    assert store.records(Kind.ORDER, export) == []


def test_a_sixth_operation_has_to_wait() -> None:
    store = Exporting()
    for _ in range(5):
        run(store.bulk.begin(Kind.ORDER))
    with pytest.raises(Unavailable, match="wait"):
        run(store.bulk.begin(Kind.ORDER))


def test_a_failed_operation_says_why_and_one_that_is_gone_is_expired() -> None:
    store = Exporting(SOME)
    id_ = run(store.bulk.begin(Kind.ORDER))
    store.shopify.actions["fail_bulk_operation"](operation_id=id_)
    store.shopify.clock.advance(600)
    assert run(store.bulk.state(id_)).fault == "FAILED INTERNAL_SERVER_ERROR"
    assert run(store.bulk.state("gid://shopify/BulkOperation/1")).fault == "EXPIRED"


def test_output_too_old_to_be_fetched_is_gone() -> None:
    store = Exporting(SOME)
    export = store.export(Kind.ORDER)
    store.shopify.clock.advance(8 * 86_400)
    with pytest.raises(Rejected):
        store.records(Kind.ORDER, export)


class Output(httpx.AsyncBaseTransport):
    """Serves a file, in pieces, up to where it is cut; by ranges or as a whole."""

    def __init__(self, lines: Iterable[Any], *, ranges: bool = True, cut: int | None = None) -> None:
        self.file = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
        self.sent = self.file[:cut]
        self.ranges = ranges

    @property
    def export(self) -> Export:
        return Export(done=True, url="https://storage.example.com/bulk.jsonl", size=len(self.file))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        start = int(request.headers["range"].removeprefix("bytes=").rstrip("-"))
        if self.ranges:
            return httpx.Response(206, content=self.sent[start:])
        return httpx.Response(200, content=self.sent)


def order(id_: int) -> dict[str, Any]:
    return {"id": f"gid://shopify/Order/{id_}", "name": f"#{id_}"}


def line(id_: int, parent: int) -> dict[str, Any]:
    one = {"__typename": "LineItem", "id": f"gid://shopify/LineItem/{id_}"}
    return {**one, "__parentId": f"gid://shopify/Order/{parent}"}


def served(output: Output) -> Exporting:
    store = Exporting()
    store.reached_by(output)
    return store


def test_parts_that_lie_apart_from_their_record_say_so() -> None:
    output = Output([line(7, 1), order(1), line(5, 1), line(6, 2), order(2), line(8, 1)])
    store = served(output)
    found = store.records(Kind.ORDER, output.export)
    assert [(one.id, one.node is not None) for one in found] == [
        ("1", False), ("2", False), ("1", True), ("1", False), ("2", True),
    ]  # fmt: skip
    for number, one in enumerate(found):
        rest = {after.id for after in store.records(Kind.ORDER, output.export, one.end)}
        assert {"1", "2"} - {done.id for done in found[: number + 1] if done.node} <= rest, "nothing is passed over"


def test_discounts_keep_their_order_though_they_come_shuffled() -> None:
    discounts = [
        {"__typename": "ManualDiscountApplication", "index": index, "title": str(index)} for index in (2, 0, 1)
    ]
    output = Output([order(1), *({**one, "__parentId": "gid://shopify/Order/1"} for one in discounts)])
    [one] = served(output).records(Kind.ORDER, output.export)
    assert one.node
    assert [discount["title"] for discount in one.node["discountApplications"]["nodes"]] == ["0", "1", "2"]


def test_a_place_that_knows_no_ranges_is_read_over_from_the_start() -> None:
    output = Output([order(1), order(2), order(3)], ranges=False)
    store = served(output)
    first = store.records(Kind.ORDER, output.export)[0]
    assert [one.id for one in store.records(Kind.ORDER, output.export, first.end)] == ["2", "3"]


@pytest.mark.parametrize("cut", [-1, -5, -60])
def test_output_that_breaks_off_is_not_taken_for_all_of_it(cut: int) -> None:
    output = Output([order(1), line(5, 1), order(2)], cut=cut)
    with pytest.raises(Unavailable):
        served(output).records(Kind.ORDER, output.export)


@pytest.mark.parametrize("failure", ["refuse", "lose", "cut", "status", "html", "truncate"])
def test_output_that_cannot_be_reached_is_the_vendors_fault(failure: str) -> None:
    store = Exporting(SOME)
    export = store.export(Kind.ORDER)
    store.shopify.faults.add(failure, "GET *")
    with pytest.raises(Unavailable) as told:
        store.records(Kind.ORDER, export)
    assert "Signature" not in str(told.value)


def test_output_is_fetched_from_nowhere_unsafe() -> None:
    with pytest.raises(Misconfigured):
        Exporting().records(Kind.ORDER, Export(done=True, url="http://storage.example.com/bulk.jsonl"))


@each_kind
def test_what_the_store_has_is_told_from_what_it_has_not(kind: Kind) -> None:
    store = Exporting(SOME)
    ids = [one.id for one in store.records(kind, store.export(kind))]
    assert run(store.bulk.present(kind, [*ids, "1", "no number"])) == set(ids)
