"""The life of a cart as data: its states, the first of which that holds is the cart's, and the shop's cart rules."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from tandem.mapping.contacts import email
from tandem.mapping.fields import at
from tandem.mapping.forms import instant
from tandem.model import Node

OPEN, ABANDONED, EXPIRED, RECOVERED = "open", "abandoned", "expired", "recovered"
FINISHED = (EXPIRED, RECOVERED)
LISTED_AFTER = 10
"""Minutes without a step of the buyer's after which Shopify lists a checkout (reference §8)."""
ALLOWED = (
    '{"abandon_minutes": 10 or more, "expire_days": 1 or more, "email_only": true or false, "minimum": an amount in '
    'the shop\'s currency, "unfit": "keep" or "expire"}; what is left out is 10, 30, true, 0, "keep"'
)


class CartRules(BaseModel):
    """When a cart is abandoned and when it expires, which checkouts get one, and what becomes of one that stops to fit.

    `minimum` is in the shop's currency.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    abandon_minutes: Annotated[int, Field(ge=LISTED_AFTER, le=525_600)] = LISTED_AFTER
    expire_days: Annotated[int, Field(ge=1, le=3_650)] = 30
    email_only: bool = True
    minimum: Annotated[Decimal, Field(ge=0, allow_inf_nan=False)] = Decimal(0)
    unfit: Literal["keep", "expire"] = "keep"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a cart's state is decided by. `node` is None for a checkout that Shopify does not list, or no longer.

    `was` is the state it had; `ordered` whether an order carries its token, `deleted` whether a webhook told so.
    """

    node: Node | None
    was: str | None
    ordered: bool
    deleted: bool
    rules: CartRules
    now: datetime

    def quiet_for(self, time: timedelta) -> bool:
        return self.node is not None and self.now - instant(self.node["updatedAt"]) >= time


def fits(node: Node, rules: CartRules) -> bool:
    """Whether a checkout is one to have a cart."""
    customer = node["customer"]
    if rules.email_only and not (customer and email(customer)):
        return False
    return Decimal(at(node, "totalPriceSet.shopMoney.amount")) >= rules.minimum


LIFE: tuple[tuple[str, Callable[[Seen], Any]], ...] = (
    (RECOVERED, lambda it: it.was == RECOVERED or it.ordered or (it.node and it.node["completedAt"])),
    (EXPIRED, lambda it: it.was == EXPIRED or it.deleted or it.node is None),
    (EXPIRED, lambda it: it.quiet_for(timedelta(days=it.rules.expire_days))),
    (EXPIRED, lambda it: it.was and it.rules.unfit == "expire" and it.node and not fits(it.node, it.rules)),
    (ABANDONED, lambda it: it.was == ABANDONED or it.rules.abandon_minutes == LISTED_AFTER),
    (ABANDONED, lambda it: it.quiet_for(timedelta(minutes=it.rules.abandon_minutes))),
    (OPEN, lambda it: True),
)  # fmt: skip
"""A cart never goes back, for what it was is among what it is decided by."""


def state(seen: Seen) -> str:
    return next(name for name, holds in LIFE if holds(seen))
