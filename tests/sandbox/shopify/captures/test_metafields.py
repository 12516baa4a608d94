"""Recorded answers about metafields, given again by the simulated store."""

from pathlib import Path
from typing import Any

import pytest

from sandbox.shopify.metafields.metafield_rules import Planned, write
from sandbox.shopify.products.catalog import create_product
from tests.sandbox.shopify.front import Front
from tests.sandbox.shopify.replay import recorded, replayed
from tests.sandbox.shopify.selections import selection

SET = "mutation($metafields: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $metafields) %s }"
FIELDS = {
    "primarySpec": 'primarySpec: metafield(namespace: "custom", key: "material")',
    "origin": 'origin: metafield(namespace: "details", key: "origin")',
    "season": 'season: metafield(namespace: "details", key: "season") { id }',
    "metafields": "metafields(first: 10)",
}


@pytest.mark.parametrize("name", ["metafields-set-cas-success-parity", "metafields-set-stale-digest-parity"])
def test_metafields_set(shared: Path, name: str) -> None:
    """Recorded digests are of Shopify's own making; ours stand in for them."""
    front = Front()
    capture = recorded(shared, name)
    before = capture["preconditionRead"]["data"]["product"]
    product = create_product(front.shop, "Tote")
    digests: dict[str, str] = {}

    for theirs in before["metafields"]["nodes"]:
        planned = Planned(theirs["namespace"], theirs["key"], theirs["type"], theirs["value"])
        metafield, _ = write(front.shop, product, planned)
        digests[theirs["compareDigest"]] = metafield.compare_digest

    def read(recording: Any) -> None:
        query = f"query($id: ID!) {selection(recording['data'], product='product(id: $id)', **FIELDS)}"
        answer = front.post(query, {"id": product.id}).json()
        replayed(answer, recording, differs={"compareDigest"})

    read(capture["preconditionRead"])
    [asked] = capture["mutation"]["variables"]["metafields"]
    given = {**asked, "ownerId": product.id, "compareDigest": digests.get(asked["compareDigest"], "0" * 64)}
    recording = capture["mutation"]["response"]
    shape = selection(
        recording["data"]["metafieldsSet"],
        metafields="metafields { id }",
        userErrors="userErrors { field message code elementIndex }",
    )
    replayed(front.post(SET % shape, {"metafields": [given]}).json(), recording, differs={"compareDigest"})
    read(capture["downstreamRead"])
