"""What merchants and buyers do in a random day: one action at a time, on records drawn by seed."""

from collections.abc import Callable
from random import Random
from typing import Any

from sandbox.shopify.api.problems import Refused
from sandbox.shopify.checkouts.checkout_abandonment import checkouts_of
from sandbox.shopify.orders.order_model import Order
from sandbox.shopify.simulator import Shopify
from sandbox.simulator import NotModelled

EVENTS = ("IN_TRANSIT", "OUT_FOR_DELIVERY", "DELIVERED", "FAILURE", "READY_FOR_PICKUP", "ATTEMPTED_DELIVERY")
REASONS = ("CUSTOMER", "DECLINED", "FRAUD", "INVENTORY", "OTHER", "STAFF")
TAGS = ("vip", "wholesale", "gift", "Späti", "late", "b2b")
CURRENCIES = ((None, "1"), (None, "1"), (None, "1"), ("EUR", "0.92"), ("JPY", "151.4"))
WEIGHTS = {
    "place": 6, "edit_details": 5, "edit_lines": 5, "refund": 3, "send": 4, "track": 3, "edit_customer": 4,
    "open_checkout": 6, "go_on": 4, "complete": 3, "come_back": 2,
}  # fmt: skip
"""How often, of those done more than once for each time another is."""


class Merchants:
    """`act` does one thing and names it, or None where the store refuses it.

    Buyers have addresses of `domain`. `deleted_lines` were in orders and checkouts that were deleted: `line:` or
    `cartline:` and the line's id.
    """

    def __init__(self, shopify: Shopify, random: Random, domain: str = "example.com") -> None:
        self._shopify, self._random, self._actions = shopify, random, shopify.actions
        self._domain = domain
        self._count = 0
        self.deleted_lines: set[str] = set()
        self._all: dict[str, Callable[[], Any]] = {
            name.removeprefix("_do_"): getattr(self, name) for name in dir(self) if name.startswith("_do_")
        }

    def act(self) -> str | None:
        name = self._random.choices(list(self._all), [WEIGHTS.get(name, 1) for name in self._all])[0]
        return name if self._done(name) else None

    def do(self, name: str, random: Random) -> bool:
        """This, on records drawn from `random`. False where the store refuses it."""
        self._random = random
        return self._done(name)

    def _done(self, name: str) -> bool:
        try:
            self._all[name]()
        except (ValueError, LookupError, Refused, NotModelled):
            return False
        return True

    def _does(self, name: str, **given: Any) -> Any:
        return self._actions[name](**given)

    def _orders(self) -> list[Order]:
        return list(self._shopify.shop.table("Order").rows.values())

    def _order(self) -> Order:
        """The latest ones are what people are busy with."""
        orders = self._orders()
        return self._random.choice(orders[-6:] if self._random.random() < 0.7 else orders)

    def _customer(self) -> str:
        return self._random.choice(list(self._shopify.shop.customers.rows.values())).legacy_resource_id

    def _word(self) -> str:
        self._count += 1
        return f"{self._random.choice(('Ash', 'Birch', 'Çedar', 'dogwood', 'Elm'))} {self._count}"

    def _address(self) -> str:
        return f"buyer.{self._random.randrange(40)}@{self._domain}"

    def _line(self) -> dict[str, Any]:
        if self._random.random() < 0.3:
            return {"title": self._word(), "price": "3.50", "quantity": self._random.randrange(1, 4)}
        variants = list(self._shopify.shop.variants.rows.values())
        return {"variant": self._random.choice(variants).legacy_resource_id, "quantity": self._random.randrange(1, 4)}

    def _do_place(self) -> None:
        buyer = self._random.random()
        currency, rate = self._random.choice(CURRENCIES)
        self._does(
            "place_order",
            lines=[self._line() for _ in range(self._random.randrange(1, 5))],
            customer=self._customer() if buyer < 0.6 else None,
            email=self._address() if 0.6 <= buyer < 0.9 else None,
            shipping="4.90" if self._random.random() < 0.5 else None,
            discount_code="TEN" if self._random.random() < 0.3 else None,
            tax_rate="0.085" if self._random.random() < 0.5 else None,
            payment=self._random.choice(("paid", "paid", "authorized", "pending")),
            currency=currency,
            rate=rate,
            test=self._random.random() < 0.03,
        )

    def _do_edit_details(self) -> None:
        fields = {"note": self._word(), "tags": self._random.sample(TAGS, 2), "email": self._address()}
        name = self._random.choice(list(fields))
        self._does("edit_order_details", order=self._order().legacy_resource_id, **{name: fields[name]})

    def _do_edit_lines(self) -> None:
        order = self._order()
        some = self._random.sample(order.lines, self._random.randrange(0, len(order.lines) + 1))
        quantities = {line.legacy_resource_id: self._random.choice((0, 0, 1, 3)) for line in some}
        add = [self._line() for _ in range(self._random.randrange(0, 3))]
        self._does("edit_order", order=order.legacy_resource_id, quantities=quantities, add=add)

    def _do_refund(self) -> None:
        order = self._order()
        lines = {one.legacy_resource_id: 1 for one in order.lines if one.refundable_quantity}
        restock = self._random.random() < 0.5
        self._does("refund_order", order=order.legacy_resource_id, lines=dict(list(lines.items())[:1]), restock=restock)

    def _do_pay(self) -> None:
        self._does("pay_order", order=self._order().legacy_resource_id)

    def _do_capture(self) -> None:
        self._does("capture_payment", order=self._order().legacy_resource_id)

    def _do_void(self) -> None:
        self._does("void_payment", order=self._order().legacy_resource_id)

    def _do_send(self) -> None:
        order = self._order()
        units = {one.legacy_resource_id: 1 for one in order.lines if one.unfulfilled_quantity}
        some = dict(list(units.items())[:1]) if self._random.random() < 0.4 else None
        numbers = [f"T{self._random.randrange(10**6)}"]
        self._does("fulfill_order", order=order.legacy_resource_id, lines=some, numbers=numbers, company="DHL")

    def _do_track(self) -> None:
        parcels = [parcel for order in self._orders() for parcel in order.fulfillments]
        parcel = self._random.choice(parcels[-6:]).id
        self._does("add_fulfillment_event", fulfillment=parcel, status=self._random.choice(EVENTS))

    def _do_take_parcel_back(self) -> None:
        parcels = [parcel for order in self._orders() for parcel in order.fulfillments]
        self._does("cancel_fulfillment", fulfillment=self._random.choice(parcels[-6:]).id)

    def _do_hold(self) -> None:
        self._does("hold_order", order=self._order().legacy_resource_id)

    def _do_release(self) -> None:
        self._does("release_order", order=self._order().legacy_resource_id)

    def _do_return(self) -> None:
        order = self._order()
        lines = {order.lines[0].legacy_resource_id: 1}
        approved = self._random.random() < 0.5
        self._does("request_return", order=order.legacy_resource_id, lines=lines, approved=approved)

    def _do_cancel(self) -> None:
        reason = self._random.choice(REASONS)
        self._does("cancel_order", order=self._order().legacy_resource_id, reason=reason)

    def _do_archive(self) -> None:
        archived = self._random.random() < 0.7
        self._does("archive_order", order=self._order().legacy_resource_id, archived=archived)

    def _do_delete(self) -> None:
        """What can be deleted as a rule: an order that was cancelled or archived."""
        orders = [one for one in self._orders() if one.cancelled_at or one.closed_at]
        order = self._random.choice(orders)
        lines = [f"line:{line.legacy_resource_id}" for line in order.lines]
        self._does("delete_order", order=order.legacy_resource_id)
        self.deleted_lines.update(lines)

    def _do_new_customer(self) -> None:
        word = self._word()
        email = self._address() if self._random.random() < 0.9 else None
        self._does("create_customer", first_name=word, last_name=self._word(), email=email)

    def _do_edit_customer(self) -> None:
        fields: dict[str, Any] = {
            "first_name": self._word(),
            "email": self._address(),
            "note": self._word(),
            "tags": self._random.sample(TAGS, 1),
            "last_name": "",
        }
        name = self._random.choice(list(fields))
        self._does("edit_customer", customer=self._customer(), **{name: fields[name]})

    def _do_consent(self) -> None:
        state = self._random.choice(("SUBSCRIBED", "UNSUBSCRIBED"))
        self._does("set_email_consent", customer=self._customer(), state=state)

    def _do_merge_customers(self) -> None:
        one, two = self._random.sample(list(self._shopify.shop.customers.rows), 2)
        self._does("merge_customers", one=one, two=two)

    def _do_delete_customer(self) -> None:
        self._does("delete_customer", customer=self._customer())

    def _checkout(self, *, abandoned: bool = False) -> str:
        """One that nobody completed yet, by its token."""
        left = [one for one in checkouts_of(self._shopify.shop).by_token.values() if one.completed_at is None]
        left = [one for one in left if one.abandoned_at is not None] if abandoned else left
        return self._random.choice(left).token

    def _goods(self) -> list[dict[str, Any]]:
        variants = list(self._shopify.shop.variants.rows)
        some = self._random.sample(variants, self._random.randrange(1, min(4, len(variants) + 1)))
        return [{"variant": variant, "quantity": self._random.randrange(1, 4)} for variant in some]

    def _contact(self) -> dict[str, Any]:
        """As a customer, as a guest, by telephone; again and again the same few."""
        drawn = self._random.random()
        if drawn < 0.4:
            return {"customer": self._customer()}
        return (
            {"email": self._address()} if drawn < 0.9 else {"phone": f"+1503555{self._random.randrange(100, 110):04}"}
        )

    def _do_open_checkout(self) -> None:
        currency, rate = self._random.choice(CURRENCIES)
        self._does(
            "open_checkout",
            lines=self._goods(),
            source_name=self._random.choice(("web", "web", "web", "buy_button", "pos")),
            currency=currency,
            rate=rate,
            tax_rate="0.085" if self._random.random() < 0.5 else None,
            **(self._contact() if self._random.random() < 0.7 else {}),
        )

    def _do_go_on(self) -> None:
        said: dict[str, Any] = {
            "note": self._word(),
            "lines": self._goods(),
            "discount_code": self._random.choice(("TEN", "")),
            "shipping": "4.90",
            "address": {"first_name": self._word(), "address1": "1 Mill Row", "city": "Leeds", "country_code": "GB"},
            **self._contact(),
        }
        names = self._random.sample(list(said), 2)
        self._does("update_checkout", checkout=self._checkout(), **{name: said[name] for name in names})

    def _do_complete(self) -> None:
        payment = self._random.choice(("paid", "paid", "pending"))
        self._does("complete_checkout", checkout=self._checkout(), payment=payment)

    def _do_come_back(self) -> None:
        """By the link or without."""
        by_link = self._random.random() < 0.5
        self._does("complete_checkout", checkout=self._checkout(abandoned=True), by_recovery_link=by_link)

    def _do_remind(self) -> None:
        self._does("send_recovery_email", checkout=self._checkout(abandoned=True))

    def _do_drop_checkout(self) -> None:
        token = self._checkout()
        found = checkouts_of(self._shopify.shop).by_token[token]
        lines = [f"cartline:{line.legacy_resource_id}" for line in found.lines]
        self._does("delete_checkout", checkout=token)
        self.deleted_lines.update(lines)

    def _do_clear_up(self) -> None:
        """A merchant takes goods out of the shop that may lie in carts; something is left to be bought."""
        self._does("delete_product", product=self._random.choice(list(self._shopify.shop.products.rows)[1:]))


DEEDS = {
    name.removeprefix("_do_"): WEIGHTS.get(name.removeprefix("_do_"), 1)
    for name in vars(Merchants)
    if name.startswith("_do_")
}
"""All that `act` and `do` know, and how often each is done."""
