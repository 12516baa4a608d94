"""What HubSpot says when it does no work at all: used-up limits, locks, migration, faults (reference §5.3, §5.4)."""

from math import ceil

from sandbox.http import Reply
from sandbox.hubspot.errors import HubSpotError
from sandbox.switches import Switches

BURST_MS = 10_000

# The wait of a 477 may be up to 24 h.
DENIALS: dict[int, tuple[str, str, dict[str, str]]] = {
    # status category                  message                                   headers
    400: ("VALIDATION_ERROR",       "Invalid request.",                          {}),
    401: ("INVALID_AUTHENTICATION", "Authentication credentials not found.",     {}),
    403: ("MISSING_SCOPES",         "This app hasn't been granted all required scopes to make this call.", {}),
    404: ("OBJECT_NOT_FOUND",       "Object not found.",                         {}),
    409: ("CONFLICT",               "The request conflicts with another one.",   {}),
    414: ("",                       "The request's URI is too long.",            {}),
    423: ("",                       "The record is locked by a bulk operation.", {}),
    477: ("",                       "The account is being migrated.",            {"Retry-After": "3600"}),
    500: ("",                       "internal error",                            {}),
    502: ("",                       "Bad gateway.",                              {}),
    503: ("",                       "Service unavailable.",                      {}),
    504: ("",                       "The request timed out.",                    {}),
}  # fmt: skip
EDGE = range(520, 527)
"""Statuses of the network in front of HubSpot, which answers with a page of its own (inferred)."""


def denied(status: int, switches: Switches) -> HubSpotError | Reply:
    """The answer with `status`, whatever was asked."""
    if status == 429:
        return over(switches, "TEN_SECONDLY_ROLLING", BURST_MS)
    if status in EDGE:
        return Reply.html(status, f"<!DOCTYPE html><title>{status}</title><h1>Error {status}</h1>")
    category, message, headers = DENIALS.get(status, ("", f"Request failed with status {status}.", {}))
    return HubSpotError(status, category, message, headers=headers)


def over(switches: Switches, policy: str, wait_ms: int, headers: dict[str, str] | None = None) -> HubSpotError:
    """The 429 of one policy. Which body it has, and whether it tells how long to wait, are switches."""
    told = dict(headers or {})
    if switches["retry_after_on_429"] == "yes":
        told["Retry-After"] = str(max(1, ceil(wait_ms / 1000)))
    message = f"You have reached your {policy.lower()} limit."
    if switches["rate_limit_body"] == "category":
        return HubSpotError(429, "RATE_LIMITS", message, extra={"policyName": policy}, headers=told)
    return HubSpotError(429, "", message, extra={"errorType": "RATE_LIMIT", "policyName": policy}, headers=told)
