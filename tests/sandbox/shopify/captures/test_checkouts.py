"""The one recorded answer about abandoned checkouts: there are none."""

from pathlib import Path

from tests.sandbox.shopify.front import Front
from tests.sandbox.shopify.replay import recorded, replayed

READ = """
query($first: Int!, $checkoutId: ID!, $abandonmentId: ID!) {
  abandonedCheckouts(first: $first) {
    nodes { id } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }
  abandonedCheckoutsCount { count precision }
  abandonment(id: $abandonmentId) { id }
  abandonmentByAbandonedCheckoutId(abandonedCheckoutId: $checkoutId) { id }
}"""


def test_abandoned_checkout_empty_read(shared: Path) -> None:
    """Its document was not recorded."""
    capture = recorded(shared, "abandoned-checkout-empty-read")
    replayed({"data": Front().ask(READ, capture["variables"])}, capture["response"])
