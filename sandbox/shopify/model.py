"""The records of a store that others point to: people and companies. Goods and orders have files of their own."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import ClassVar


def kind_of(gid: str) -> str:
    """The GraphQL type that a global id names."""
    return gid.removeprefix("gid://shopify/").partition("/")[0]


class Node:
    """Anything with a global id. Subclasses name their GraphQL type."""

    __slots__ = ()
    typename: ClassVar[str]
    legacy_resource_id: str

    @property
    def id(self) -> str:
        return f"gid://shopify/{self.typename}/{self.legacy_resource_id}"


@dataclass(slots=True, eq=False)
class Metafield(Node):
    """One metafield of an owner; its `compare_digest` changes with the value."""

    typename = "Metafield"
    legacy_resource_id: str
    namespace: str
    key: str
    type: str
    value: str
    compare_digest: str
    owner_id: str
    created_at: datetime
    updated_at: datetime


@dataclass(slots=True, eq=False)
class MailingAddress(Node):
    """A postal address. `province_code` and `country_code` are ISO codes; names are looked up from them.

    `model_name` says in the id what the address belongs to: CustomerAddress, or Address on orders (captured).
    """

    typename = "MailingAddress"
    legacy_resource_id: str
    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    province_code: str | None = None
    country_code: str | None = None
    zip: str | None = None
    phone: str | None = None
    model_name: str = "CustomerAddress"

    @property
    def id(self) -> str:
        return f"gid://shopify/MailingAddress/{self.legacy_resource_id}?model_name={self.model_name}"

    @property
    def name(self) -> str | None:
        return " ".join(part for part in (self.first_name, self.last_name) if part) or None


@dataclass(frozen=True, slots=True)
class Consent:
    """Marketing consent of one channel, in the older words: NOT_SUBSCRIBED, PENDING, SUBSCRIBED, UNSUBSCRIBED.

    A level is shown even where nobody ever consented; time and origin are not
    (capture customer-email-marketing-consent-update-parity).
    """

    state: str = "NOT_SUBSCRIBED"
    opt_in_level: str = "SINGLE_OPT_IN"
    updated_at: datetime | None = None
    collected_from: str | None = None


NEVER_ASKED = Consent()


@dataclass(slots=True, eq=False)
class Customer(Node):
    """A customer. `merged_into` is set on the one a merge made disappear.

    `orders_deleted_at` is when the last of its orders was deleted: the customer cannot go right after
    (reference §4.1, switch `order_history_lag`).
    """

    typename = "Customer"
    legacy_resource_id: str
    created_at: datetime
    updated_at: datetime
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone: str | None = None
    locale: str = "en"
    note: str | None = None
    tags: tuple[str, ...] = ()
    state: str = "DISABLED"
    tax_exempt: bool = False
    tax_exemptions: tuple[str, ...] = ()
    verified_email: bool = True
    email_consent: Consent = NEVER_ASKED
    sms_consent: Consent = NEVER_ASKED
    whats_app_consent: Consent = NEVER_ASKED
    addresses: list[MailingAddress] = field(default_factory=list)
    default_address: MailingAddress | None = None
    multipass_identifier: str | None = None
    data_sale_opt_out: bool = False
    number_of_orders: int = 0
    amount_spent: Decimal = Decimal(0)
    last_order_id: str | None = None
    orders_deleted_at: datetime | None = None
    contact: "CompanyContact | None" = None
    metafields: dict[tuple[str, str], Metafield] = field(default_factory=dict)
    merged_into: str | None = None

    @property
    def display_name(self) -> str:
        name = " ".join(part for part in (self.first_name, self.last_name) if part)
        return name or self.email or self.phone or ""


@dataclass(slots=True, eq=False)
class CompanyAddress(Node):
    """The billing or shipping address of a company location. `zone_code` is the state or province."""

    typename = "CompanyAddress"
    legacy_resource_id: str
    company: "Company"
    created_at: datetime
    updated_at: datetime
    address1: str
    country_code: str
    address2: str | None = None
    city: str | None = None
    zone_code: str | None = None
    zip: str | None = None
    phone: str | None = None
    recipient: str | None = None
    first_name: str | None = None
    last_name: str | None = None


@dataclass(slots=True, eq=False)
class CompanyContactRole(Node):
    typename = "CompanyContactRole"
    legacy_resource_id: str
    company: "Company"
    created_at: datetime
    updated_at: datetime
    name: str
    note: str | None = None


@dataclass(slots=True, eq=False)
class CompanyLocation(Node):
    typename = "CompanyLocation"
    legacy_resource_id: str
    company: "Company"
    created_at: datetime
    updated_at: datetime
    name: str
    external_id: str | None = None
    phone: str | None = None
    note: str | None = None
    locale: str = "en"
    billing_address: CompanyAddress | None = None
    shipping_address: CompanyAddress | None = None
    tax_exempt: bool = False
    tax_exemptions: tuple[str, ...] = ()
    tax_registration_id: str | None = None
    role_assignments: list["CompanyContactRoleAssignment"] = field(default_factory=list)
    orders_count: int = 0
    total_spent: Decimal = Decimal(0)
    orders_deleted_at: datetime | None = None
    metafields: dict[tuple[str, str], Metafield] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class CompanyContactRoleAssignment(Node):
    """What a contact may do at one location: one role at most."""

    typename = "CompanyContactRoleAssignment"
    legacy_resource_id: str
    company: "Company"
    contact: "CompanyContact"
    location: CompanyLocation
    role: CompanyContactRole
    created_at: datetime
    updated_at: datetime


@dataclass(slots=True, eq=False)
class CompanyContact(Node):
    """A contact wraps exactly one customer; its name, e-mail and phone are the customer's (captured)."""

    typename = "CompanyContact"
    legacy_resource_id: str
    company: "Company"
    customer: Customer
    created_at: datetime
    updated_at: datetime
    title: str | None = None
    locale: str = "en"
    role_assignments: list[CompanyContactRoleAssignment] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Company(Node):
    """A business that buys. What it ordered is counted at its locations."""

    typename = "Company"
    legacy_resource_id: str
    created_at: datetime
    updated_at: datetime
    name: str
    customer_since: datetime
    external_id: str | None = None
    note: str | None = None
    main_contact: CompanyContact | None = None
    contacts: list[CompanyContact] = field(default_factory=list)
    locations: list[CompanyLocation] = field(default_factory=list)
    contact_roles: list[CompanyContactRole] = field(default_factory=list)
    metafields: dict[tuple[str, str], Metafield] = field(default_factory=dict)
