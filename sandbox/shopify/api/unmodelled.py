"""Search fields that Shopify has and the sandbox has not: a query that uses one is refused loudly."""

from dataclasses import dataclass

from sandbox.shopify.api.search import Test
from sandbox.shopify.api.search_syntax import Term
from sandbox.shopify.shop import Shop
from sandbox.simulator import NotModelled


@dataclass(frozen=True, slots=True)
class Unmodelled:
    """A kind for the filter table; `what` names the gap."""

    what: str

    def test(self, term: Term, shop: Shop) -> Test:
        raise NotModelled(f"searching {self.what} by {term.field}")
