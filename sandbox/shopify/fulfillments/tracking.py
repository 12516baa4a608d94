"""Tracking numbers of a parcel, as they are given and as they are shown."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any
from urllib.parse import quote

from sandbox.shopify.fulfillments.fulfillment_model import Tracking
from sandbox.simulator import NotModelled

CARRIERS = {
    # company: where it shows a parcel; the number follows
    "FedEx": "https://www.fedex.com/fedextrack/?trknbr=",
    "UPS":   "https://www.ups.com/WebTracking?loc=en_US&requester=ST&trackNums=",
    "USPS":  "https://tools.usps.com/go/TrackConfirmAction.action?tLabels=",
}  # fmt: skip
"""Shopify knows many more (its schema lists names, no addresses); these are seen in third parties' orders.

Parcels of any other company have no address of their own: the same as a company that Shopify does not know.
"""


def tracking(numbers: Sequence[str] = (), company: str | None = None, urls: Sequence[str] = ()) -> tuple[Tracking, ...]:
    """Numbers with addresses by position; a known company's addresses are built where none is given."""
    return tuple(
        Tracking(number, company, url or _built(company, number)) for number, url in zip_longest(numbers, urls)
    ) or ((Tracking(company=company),) if company else ())


def _built(company: str | None, number: str | None) -> str | None:
    base = CARRIERS.get(company or "")
    return base + quote(number) if base and number else None


def given_tracking(given: Mapping[str, Any] | None) -> tuple[Tracking, ...]:
    """As FulfillmentTrackingInput says it."""
    if given is None:
        return ()
    if (given.get("number") and given.get("numbers")) or (given.get("url") and given.get("urls")):
        raise NotModelled("tracking with one number and several, or one address and several, at once")
    numbers = given.get("numbers") or [one for one in (given.get("number"),) if one]
    urls = given.get("urls") or [one for one in (given.get("url"),) if one]
    return tracking(numbers, given.get("company") or None, urls)
