"""What an order is called and where it came from: numbers, tokens, channels. All worked out from what it keeps."""

from hashlib import sha256

from sandbox.shopify.orders.order_model import Order
from sandbox.shopify.shop import Shop

APPS = {
    # app id:  name,             handle and name of the channel
    "580111":  ("Online Store",  "web",                 "Online Store"),
    "129785":  ("Point of Sale", "pos",                 "Point of Sale"),
    "1354745": ("Draft Orders",  "shopify_draft_order", "Draft Orders"),
}  # fmt: skip
SOURCES = {handle: app_id for app_id, (_, handle, _) in APPS.items()}
"""The app behind the source names that Shopify's own channels write."""

_LETTERS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def token(order: Order) -> str:
    """32 hex digits that only the buyer's status page knows."""
    return sha256(f"order {order.legacy_resource_id}".encode()).hexdigest()[:32]


def confirmation_number(order: Order) -> str:
    """Nine letters and digits, like XPAV284CT; two orders may share them."""
    number = int(sha256(f"confirmation {order.legacy_resource_id}".encode()).hexdigest()[:16], 16)
    letters = []
    for _ in range(9):
        number, rest = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[rest])
    return "".join(letters)


def channel_of(order: Order) -> tuple[str, str]:
    """Handle and name of the channel: an app's own source name stands for itself."""
    if order.app_id in APPS:
        return APPS[order.app_id][1:]
    source = order.source_name or "web"
    return source, source


def status_page_url(shop: Shop, order: Order) -> str:
    """Opens without signing in: whoever has it sees the order."""
    settings, secret = shop.settings, token(order)
    key = sha256(f"key {secret}".encode()).hexdigest()[:32]
    return f"https://{settings.primary_host}/{settings.shop_id}/orders/{secret}/authenticate?key={key}"


def gateway_names(order: Order) -> list[str]:
    """Each gateway once, in the order of use."""
    return list(dict.fromkeys(transaction.gateway for transaction in order.transactions))
