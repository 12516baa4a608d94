"""The checks of a Shopify store: token, domain, API version, scopes, and whether its records may be read."""

from collections.abc import Mapping

from tandem.errors import Misconfigured
from tandem.model import Kind
from tandem.shopify.client import Installation, Page, ShopifyClient
from tandem.shopify.documents import VERSION
from tandem.sync.doctor import Check, blocked, ok, warning

NEEDED = frozenset({"read_customers", "read_orders"})
OPTIONAL: Mapping[str, str] = {
    "read_all_orders": "orders older than 60 days are not seen",
    "read_customer_merge": "a merge of customers is noticed only when one of them changes",
    "read_fulfillments": "a parcel's way is noticed only with the order's next change",
    "read_products": "line items carry no product and variant",
    "read_returns": "a return is noticed only with the order's next change",
}
"""What is missing without them."""


async def look_at_store(shopify: ShopifyClient, shop: str) -> tuple[list[Check], Installation | None]:
    """None for the installation when it cannot be read or is another store's."""
    try:
        installation = await shopify.installation()
    except Misconfigured as refusal:
        return [blocked("Shopify token", str(refusal), "put right what is in the stack's Shopify secret")], None
    checks = [
        ok("Shopify token", "accepted"),
        _domain(installation, shop),
        _version(installation),
        *_scopes(installation),
    ]
    if installation.scopes >= NEEDED:
        checks.append(await _records(shopify))
    return checks, installation if installation.shop["myshopifyDomain"] == shop else None


def _domain(installation: Installation, shop: str) -> Check:
    found = installation.shop["myshopifyDomain"]
    if found == shop:
        return ok("Shopify store", f"{found}, which sells in {installation.shop['currencyCode']}")
    do = f"deploy with ShopDomain={found}, or fill the Shopify secret with the credentials of an app on {shop}"
    return blocked("Shopify store", f"the token is for {found}, the stack for {shop}", do)


def _version(installation: Installation) -> Check:
    if VERSION in installation.versions:
        return ok("Shopify API version", VERSION)
    found = f"{VERSION} is no longer served, so that answers may differ from what Tandem expects"
    return warning("Shopify API version", found, "update Tandem")


def _scopes(installation: Installation) -> list[Check]:
    if missing := sorted(NEEDED - installation.scopes):
        do = f"grant the app {', '.join(missing)}: Dev Dashboard, the app, a new version with these scopes"
        return [blocked("Shopify scopes", f"missing: {', '.join(missing)}", do)]
    lost = [f"{scope}: without it {what}" for scope, what in OPTIONAL.items() if scope not in installation.scopes]
    if lost:
        do = "grant the app those that are wanted, in a new version of it, and invoke setup again"
        return [warning("Shopify scopes", "; ".join(lost), do)]
    return [ok("Shopify scopes", "all there")]


async def _records(shopify: ShopifyClient) -> Check:
    """Protected customer data is granted apart from scopes, and withheld record by record."""
    try:
        orders = await shopify.ids(Kind.ORDER)
        customers = await shopify.ids(Kind.CONTACT)
    except Misconfigured as refusal:
        return blocked("Shopify records", str(refusal), "let the app read protected customer data, in its settings")
    return ok("Shopify records", f"{_count(orders)} orders and {_count(customers)} customers can be read")


def _count(page: Page) -> str:
    return f"{len(page.ids)}{' or more' if page.next else ''}"
