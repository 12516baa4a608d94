"""The token of a checkout, which of the API its recovery link alone tells (inferred: docs/behavior-shopify.md)."""

import re

OPAQUE = r"(?![0-9]{1,19}(?![\w.-]))[A-Za-z0-9_.-]{1,200}"
"""Of no stated form; a row's id and a key are made of this alone. One that could be a checkout's number is none."""
LINK = re.compile(rf"[^?#]*?/checkouts/ac/({OPAQUE})(?:[/?#].*)?", re.ASCII | re.DOTALL)


def token_of(url: str | None) -> str | None:
    """None where the link has none, or is of another form."""
    found = LINK.fullmatch(url or "")
    return found[1] if found else None
