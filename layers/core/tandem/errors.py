"""Failures, named by what the caller does about them. No message holds personal data or a secret."""

from datetime import datetime


class Failure(Exception):
    """Something a worker cannot go on from. `str()` says what happened and what to do."""


class Unavailable(Failure):
    """The vendor's fault, or its limit: nothing was done. The lane closes, until `until` if known; rows stay due.

    `vendor` is `shopify` or `hubspot` where all calls to it are likely to fail, and "" otherwise.
    """

    def __init__(self, text: str, until: datetime | None = None, vendor: str = "") -> None:
        super().__init__(text)
        self.until = until
        self.vendor = vendor


class OnHold(Unavailable):
    """The vendor failed lately, whoever called it; nothing was sent."""


class OutcomeUnknown(Failure):
    """A write was sent and its answer never came, or is no answer: it may still land. Wait past the straggle bound."""


class Misconfigured(Failure):
    """Only the owner can mend this: a token, a scope, a missing setting. The lane closes and an alarm tells."""


class Rejected(Failure):
    """The vendor says this one record is at fault. Tried again with growing pauses, then parked."""

    def __init__(self, text: str, code: str = "rejected") -> None:
        super().__init__(text)
        self.code = code


class OutOfTime(Failure):
    """The budget cannot be had within the time left: end here, the rows stay due."""
