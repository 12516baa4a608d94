"""What Shopify answers when it does no work, by HTTP status (reference §5; bodies as third parties quote them)."""

from sandbox.http import Reply

INVALID_TOKEN = "[API] Invalid API key or access token (unrecognized login or wrong password)"  # noqa: S105  a sentence
MISSING = "Required parameter missing or invalid"

ERRORS: dict[int, str] = {
    400: "Bad Request",
    401: INVALID_TOKEN,
    402: "Unavailable Shop",
    403: "Unavailable Shop",
    404: "Not Found",
    423: "Unavailable Shop",
    429: "Exceeded 2 calls per second for api client. Reduce request rates to resume uninterrupted service.",
    500: "Internal Server Error",
}

EDGE: dict[int, str] = {
    413: "Request Entity Too Large",
    430: "Shopify Security Rejection",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}
"""Refused in front of Shopify's application: a page, no JSON."""

RETRY_AFTER = {429: "2.0", 430: "60", 503: "10"}


def refusal(status: int) -> Reply:
    """Body and headers of one status; one that is in no table has an empty body."""
    headers = {"Retry-After": RETRY_AFTER[status]} if status in RETRY_AFTER else {}
    if status in ERRORS:
        return Reply.json(status, {"errors": ERRORS[status]}, headers)
    words = EDGE.get(status)
    if words is None:
        return Reply(status, b"", headers)
    page = Reply.html(status, f"<html><head><title>{status} {words}</title></head><body><h1>{words}</h1></body></html>")
    page.headers |= headers
    return page
