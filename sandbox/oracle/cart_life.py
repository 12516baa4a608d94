"""Which state a cart may have: "The life of a cart" in docs/mapping.md, by the store's books and the time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sandbox.oracle.views import JSON

FINISHED = {"recovered", "expired"}


@dataclass(frozen=True, slots=True)
class CartRules:
    """The shop's settings. `unfit`: `keep` or `expire`. `slack` is how late a change that only time brings may come."""

    abandon_minutes: int = 10
    expire_days: int = 30
    email_only: bool = True
    minimum: Decimal = Decimal(0)
    unfit: str = "keep"
    slack: timedelta = timedelta(0)


def fits(checkout: JSON, email: str, rules: CartRules) -> bool:
    """`email` is that of its customer, empty without either."""
    return bool(email or not rules.email_only) and Decimal(checkout["sums"]["total"][0]) >= rules.minimum


def may_fit(checkout: JSON, rules: CartRules) -> bool:
    """Whether it may have fitted at some time: an address or goods can go, a customer that never was cannot."""
    return bool(checkout["ever_known"]) or not rules.email_only


def states(checkout: JSON, fit: bool, now: datetime, rules: CartRules) -> set[str]:
    """The states it may have, of a checkout that Shopify lists and no order completed.

    A state once reached stays, so one that was reached before the buyer's last step is among them; and with `slack`
    those of a while ago.
    """
    begun, last = (datetime.fromisoformat(checkout[name]) for name in ("created_at", "updated_at"))
    found = {_state(at, last, fit, rules) for at in (now, now - rules.slack)}
    rested = last - begun
    if rested >= timedelta(days=rules.expire_days) or rules.unfit == "expire":
        found.add("expired")
    if "open" in found and rested >= timedelta(minutes=rules.abandon_minutes):
        found.add("abandoned")
    return found


def _state(now: datetime, last: datetime, fit: bool, rules: CartRules) -> str:
    if now - last >= timedelta(days=rules.expire_days) or (not fit and rules.unfit == "expire"):
        return "expired"
    waited = rules.abandon_minutes <= 10 or now - last >= timedelta(minutes=rules.abandon_minutes)
    return "abandoned" if waited else "open"
