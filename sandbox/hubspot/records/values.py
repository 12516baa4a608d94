"""What a value must look like to be written, and what is stored of it, by type of property (reference §2.1)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from sandbox.hubspot.model import COMPANY, CONTACT, LINE_ITEM, Option, Property, Store
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.records.addresses import bare_domain, email, emails, phone
from sandbox.hubspot.records.unique import ADDITIONAL, EMAIL
from sandbox.hubspot.refusals import Invalid
from sandbox.hubspot.times import DAY, instant, milliseconds

LONGEST = 65_536
"""Characters a text may have."""

Check = Callable[[str], str]
"""Takes a value without outer blanks, returns what is stored. Raises Invalid."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How one property is written. `name` is the schema's own text, which all records share.

    `check` None takes any text, and a `plain` rule has nothing else to it. `refusal` is the code and message for a
    property that takes no value at all; `appends` means that a leading `;` adds to what is there. `stored` remembers
    what became of values.
    """

    name: str
    check: Check | None = None
    refusal: tuple[str, str] | None = None
    appends: bool = False
    stored: dict[str, str] = field(default_factory=dict)
    plain: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "plain", self.check is None and self.refusal is None and not self.appends)


class Rules(dict[str, Rule]):
    """The rules of one store, each made when first asked for. One object serves one call, so it is never stale."""

    def __init__(self, portal: Portal, store: Store) -> None:
        super().__init__()
        self._portal = portal
        self._store = store
        self._numbers: dict[str, str] = {}

    def __missing__(self, name: str) -> Rule:
        found = self._store.schema.get(name)
        if found is None:
            rule = Rule(name, None, ("PROPERTY_DOESNT_EXIST", f'Property "{name}" does not exist'))
        else:
            rule = self._rule(found)
        self[name] = rule
        return rule

    def _rule(self, found: Property) -> Rule:
        kind = self._store.kind
        if found.calculated:
            blocked = f'"{found.name}" is a calculated property; its value cannot be set.'
            return Rule(found.name, None, ("READ_ONLY_VALUE", blocked))
        if found.read_only or found.name in (kind.modified, "hs_object_id"):
            blocked = f'"{found.name}" is a read only property; its value cannot be set.'
            return Rule(found.name, None, ("READ_ONLY_VALUE", blocked))
        if found.unique:
            self._store.unique.setdefault(found.name, {})
        appends = found.field_type == "checkbox" or (kind is CONTACT and found.name == ADDITIONAL)
        check = self._check(found)
        # the amounts of one record often are the same
        stored = self._numbers if check in (number, plain_number) else {}
        return Rule(found.name, check, appends=appends, stored=stored)

    def _check(self, found: Property) -> Check | None:
        kind = self._store.kind
        if kind is CONTACT and found.name == EMAIL:
            return email
        if kind is CONTACT and found.name == ADDITIONAL:
            return emails
        if kind is LINE_ITEM and found.name == "price":
            return not_negative(self._number())
        if found.type == "number":
            return self._number()
        if found.type == "enumeration":
            return self._enumeration(found)
        if kind is COMPANY and found.name == "domain" and self._portal.switches["domain_format"] == "bare":
            return bare_domain
        if found.field_type == "phonenumber" and self._portal.switches["phone_format"] == "digits":
            return phone
        return BY_TYPE.get(found.type)

    def _number(self) -> Check:
        return number if self._portal.switches["number_format"] == "kept" else plain_number

    def _enumeration(self, found: Property) -> Check | None:
        if found.name in ("hs_currency_code", "hs_line_item_currency_code"):
            codes = (self._portal.currency, *self._portal.extra_currencies)
            return one_of([Option(code, code) for code in codes])
        if found.name == "hubspot_owner_id":
            known = self._portal.switches["unknown_owner"] == "400"
            return owner_of({each.id for each in self._portal.owners} if known else None)
        # Pipelines and stages are checked against each other; some of HubSpot's own lists are kept elsewhere.
        if found.name in ("hs_pipeline", "hs_pipeline_stage") or (found.defined_by_hubspot and not found.options):
            return None
        return some_of(found.options) if found.field_type == "checkbox" else one_of(found.options)


def number(value: str) -> str:
    whole, _, part = value.partition(".")
    if not (whole.isdecimal() and part.isdecimal() and value.isascii() and len(value) < 100):
        decimal(value)
    return value


def plain_number(value: str) -> str:
    """Without zeros that say nothing: "10" for "10.00"."""
    return format(decimal(value).normalize() + 0, "f")


def decimal(value: str) -> Decimal:
    """A plain decimal number within the range of a double."""
    try:
        found = Decimal(value)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or abs(found.adjusted()) > 308 or not value.isascii() or "_" in value:
        raise Invalid("INVALID_LONG", f"{value} was not a valid long.")
    return found


def not_negative(check: Check) -> Check:
    def checked(value: str) -> str:
        stored = check(value)
        if decimal(value) < 0:
            raise Invalid("NUMBER_OUT_OF_RANGE", f"Enter a number that is at least 0, not {value}.")
        return stored

    return checked


def boolean(value: str) -> str:
    if value not in ("true", "false"):
        raise Invalid("INVALID_BOOLEAN", f"{value} was not a valid boolean.")
    return value


def day(value: str) -> str:
    try:
        if len(value) == 10 and value[4] == "-":
            return date.fromisoformat(value).isoformat()
        ms = milliseconds(value)
    except ValueError:
        raise Invalid("INVALID_DATE", f"{value} was not a valid date.") from None
    if ms % DAY:
        seconds, ms_of_second = divmod(ms % DAY, 1000)
        clock = f"{seconds // 3600}:{seconds // 60 % 60}:{seconds % 60}.{ms_of_second}"
        raise Invalid("INVALID_DATE", f"{value} is at {clock} UTC, not midnight!")
    return instant(ms)[:10]


def moment(value: str) -> str:
    try:
        if _as_stored(value):
            datetime.fromisoformat(value)
            return value
        return instant(milliseconds(value))
    except ValueError:
        raise Invalid("INVALID_DATE", f"{value} was not a valid datetime.") from None


def _as_stored(value: str) -> bool:
    if value[-1] != "Z" or value[7:8] != "-" or value[10:11] != "T":
        return False
    return len(value) == 20 or (len(value) == 24 and value[19] == "." and value[20:23] != "000")


def owner_of(ids: set[str] | None) -> Check:
    """One of these owners, or, for None, any number."""

    def checked(value: str) -> str:
        if not value.isdecimal():
            raise Invalid("INVALID_INTEGER", f"{value} was not a valid integer (for owner ID).")
        if ids is not None and value not in ids:
            raise Invalid("INVALID_OPTION", f"{value} is not an owner of this account.")
        return value

    return checked


def one_of(options: Iterable[Option]) -> Check:
    options = list(options)
    allowed = {option.value: option.value for option in options}

    def checked(value: str) -> str:
        if value not in allowed:
            raise not_an_option(value, options)
        return allowed[value]

    return checked


def some_of(options: Iterable[Option]) -> Check:
    check = one_of(options)

    def checked(value: str) -> str:
        return ";".join(dict.fromkeys(check(part.strip()) for part in value.split(";") if part.strip()))

    return checked


def not_an_option(value: str, options: Iterable[Option]) -> Invalid:
    told = ", ".join(
        f'label: "{option.label}"\nvalue: "{option.value}"\ndisplay_order: {option.display_order}\n'
        f"hidden: {str(option.hidden).lower()}\nread_only: false\n"
        for option in options
    )
    return Invalid("INVALID_OPTION", f"{value} was not one of the allowed options: [{told}]")


BY_TYPE: dict[str, Check] = {"bool": boolean, "date": day, "datetime": moment}
