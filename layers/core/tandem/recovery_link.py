"""The token of a checkout, which of the API its recovery link alone tells (inferred: docs/behavior-shopify.md)."""

import re

OPAQUE = r"[A-Za-z0-9_.-]{1,200}"
"""Opaque and of no stated form; this is all that a row's id and a key are made of."""
LINK = re.compile(rf"[^?#]*?/checkouts/ac/({OPAQUE})(?:[/?#].*)?", re.ASCII | re.DOTALL)


def token_of(url: str | None) -> str | None:
    """None where the link has none, or is of another form."""
    found = LINK.fullmatch(url or "")
    return found[1] if found else None
