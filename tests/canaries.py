"""Tagged values that stand for personal data, and the search for them in whatever way they may be written."""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import quote, quote_plus

FIELDS = (
    "first", "last", "mail", "note", "tag", "street", "flat", "town", "firm", "ordermail", "ordernote", "ordertag",
    "attribute", "attributevalue", "purchase", "title", "discount", "refund", "handle", "recipient",
)  # fmt: skip
CANARIES = {name: f"qzÄ{number:02}kanari{name}" for number, name in enumerate(FIELDS)} | {"phone": "+12125559173"}
"""By field. Not ASCII, so that each way to write them differs from the others."""
WORD = CANARIES.__getitem__
MAILS = {name: f"{CANARIES[name]}@bücher{number}.example.com" for number, name in enumerate(("mail", "ordermail"))}


def _base64(value: bytes) -> Iterator[str]:
    """As it looks inside of a longer text, at each of the three places a byte may have."""
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + value).decode().rstrip("=")
        yield whole[(0, 2, 3)[shift] : len(whole) - 1]


ENCODINGS: Mapping[str, Callable[[str], Iterator[str]]] = {
    "plain": lambda value: iter([value, ascii(value)[1:-1]]),
    "folded": lambda value: iter([value.upper(), value.lower()]),
    "percent": lambda value: iter([quote(value), quote_plus(value)]),
    "base64": lambda value: _base64(value.encode()),
    "JSON": lambda value: iter([json.dumps(value)[1:-1]]),
    "punycode": lambda value: iter([value.encode("punycode").decode()] if not value.isascii() else []),
    "hex": lambda value: iter([value.encode().hex()]),
}


def leaks(text: str) -> list[str]:
    """Which fields are in a text, and how they are written there. Case never matters but for base64."""
    folded = text.casefold()
    return [
        f"{name} ({encoding})"
        for name, value in CANARIES.items()
        for encoding, written in ENCODINGS.items()
        if any(one in text if encoding == "base64" else one.casefold() in folded for one in written(value))
    ]
