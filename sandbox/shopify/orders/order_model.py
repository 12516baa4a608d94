"""An order and its parts. What can be worked out is not kept: see order_money.py and order_status.py."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from sandbox.shopify.model import CompanyContact, CompanyLocation, Customer, MailingAddress, Metafield, Node
from sandbox.shopify.money import Rate
from sandbox.shopify.orders.sums import NOTHING, Sum

if TYPE_CHECKING:
    from sandbox.shopify.fulfillments.fulfillment_model import Fulfillment, FulfillmentOrder
    from sandbox.shopify.orders.refund_model import Refund
    from sandbox.shopify.returns.return_model import Return

Attributes = tuple[tuple[str, str], ...]
"""Key and value, in the order given."""


@dataclass(slots=True, eq=False)
class TaxLine:
    """A tax on one line or on shipping. `rate` is a fraction: 0.085."""

    title: str
    rate: Decimal | None
    price: Sum
    channel_liable: bool = False


@dataclass(slots=True, eq=False)
class DiscountApplication:
    """Why something is cheaper. `kind` is the GraphQL type; `value` a Sum, or a percentage.

    `label` is the code, or the title of an automatic, manual or script discount.
    """

    kind: str
    label: str
    value: Sum | Decimal
    index: int
    allocation_method: str = "ACROSS"
    target_selection: str = "ALL"
    target_type: str = "LINE_ITEM"
    description: str | None = None

    @property
    def typename(self) -> str:
        return self.kind

    @property
    def legacy_resource_id(self) -> str:
        """It has no id; its index tells it from the others of its order."""
        return str(self.index)

    @property
    def is_code(self) -> bool:
        return self.kind == "DiscountCodeApplication"

    @property
    def of_the_line(self) -> bool:
        """Given to lines one by one, not to the order as a whole."""
        return self.allocation_method != "ACROSS"


@dataclass(slots=True, eq=False)
class DiscountAllocation:
    application: DiscountApplication
    amount: Sum


@dataclass(slots=True, eq=False)
class LineItem(Node):
    """One line. `quantity` counts every unit ever ordered, `fulfilled_quantity` every unit sent, returned ones too.

    Units that were removed or refunded are missing in `current_quantity`. Names, SKU and vendor are those of the day
    of the order; the variant may since be gone.
    """

    typename = "LineItem"
    legacy_resource_id: str
    order: "Order" = field(repr=False)
    title: str
    quantity: int
    price: Sum
    current_quantity: int
    refundable_quantity: int
    unfulfilled_quantity: int
    fulfilled_quantity: int = 0
    variant_id: str | None = None
    product_id: str | None = None
    variant_title: str | None = None
    sku: str | None = None
    vendor: str | None = None
    requires_shipping: bool = True
    taxable: bool = True
    is_gift_card: bool = False
    grams: int = 0
    tax_lines: tuple[TaxLine, ...] = ()
    discounts: tuple[DiscountAllocation, ...] = ()
    attributes: Attributes = ()

    @property
    def name(self) -> str:
        return f"{self.title} - {self.variant_title}" if self.variant_title else self.title

    @property
    def kept_quantity(self) -> int:
        """Units sent and not returned."""
        return self.current_quantity - self.unfulfilled_quantity


@dataclass(slots=True, eq=False)
class ShippingLine(Node):
    """A way of shipping with its price. `refunded` is what of it was given back, without tax."""

    typename = "ShippingLine"
    legacy_resource_id: str
    title: str
    price: Sum
    code: str | None = None
    source: str | None = None
    carrier_identifier: str | None = None
    tax_lines: tuple[TaxLine, ...] = ()
    discounts: tuple[DiscountAllocation, ...] = ()
    is_removed: bool = False
    custom: bool = False
    refunded: Sum = NOTHING
    refunded_tax: Sum = NOTHING


@dataclass(slots=True, eq=False)
class OrderTransaction(Node):
    """Money that moved, or tried to. `expired` is set when nobody captured an authorisation in time."""

    typename = "OrderTransaction"
    legacy_resource_id: str
    order: "Order" = field(repr=False)
    kind: str
    status: str
    gateway: str
    amount: Sum
    created_at: datetime
    processed_at: datetime
    test: bool = False
    parent: "OrderTransaction | None" = None
    payment_id: str | None = None
    expires_at: datetime | None = None
    expired: bool = False
    source_name: str | None = None
    location_id: str | None = None
    user_id: str | None = None


@dataclass(slots=True)
class PaymentTerms:
    """When a B2B order is due."""

    legacy_resource_id: str
    schedule_id: str
    name: str
    type: str
    due_in_days: int | None
    issued_at: datetime
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class RiskAssessment:
    """What one provider thinks. `facts` are (sentiment, description)."""

    risk_level: str
    facts: tuple[tuple[str, str], ...] = ()
    provider_id: str | None = None
    provider_title: str | None = None


@dataclass(slots=True, eq=False)
class Order(Node):
    """An order. `rate` holds its two currencies; `given_status` is a financial status that no transaction backs."""

    typename = "Order"
    legacy_resource_id: str
    created_at: datetime
    updated_at: datetime
    processed_at: datetime
    number: int
    name: str
    rate: Rate
    customer: Customer | None = None
    email: str | None = None
    phone: str | None = None
    lines: list[LineItem] = field(default_factory=list)
    shipping_lines: list[ShippingLine] = field(default_factory=list)
    transactions: list[OrderTransaction] = field(default_factory=list)
    discount_applications: tuple[DiscountApplication, ...] = ()
    refunds: "list[Refund]" = field(default_factory=list)
    fulfillments: "list[Fulfillment]" = field(default_factory=list)
    fulfillment_orders: "list[FulfillmentOrder]" = field(default_factory=list)
    returns: "list[Return]" = field(default_factory=list)
    tip: Sum = NOTHING
    given_status: str | None = None
    closed_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancel_reason: str | None = None
    cancel_note: str | None = None
    test: bool = False
    edited: bool = False
    confirmed: bool = True
    taxes_included: bool = False
    tax_exempt: bool = False
    note: str | None = None
    tags: tuple[str, ...] = ()
    attributes: Attributes = ()
    shipping_address: MailingAddress | None = None
    billing_address: MailingAddress | None = None
    source_name: str | None = None
    source_identifier: str | None = None
    source_url: str | None = None
    app_id: str | None = None
    po_number: str | None = None
    cart_token: str | None = None
    checkout_token: str | None = None
    landing_site: str | None = None
    referring_site: str | None = None
    browser_ip: str | None = None
    locale: str | None = None
    accepts_marketing: bool = False
    location_id: str | None = None
    user_id: str | None = None
    company_contact: CompanyContact | None = None
    company_location: CompanyLocation | None = None
    customer_order_index: int | None = None
    payment_terms: PaymentTerms | None = None
    risk: tuple[RiskAssessment, ...] = ()
    metafields: dict[tuple[str, str], Metafield] = field(default_factory=dict)
