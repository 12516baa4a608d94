"""Which stage an order belongs in: rules as data, the first that holds decides (docs/mapping.md, Stages)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from tandem.mapping.facts import DISPLAYED, FULFILLMENTS, NONE, PAYMENTS, RETURNS, SHIPMENTS, tag_mark
from tandem.portal import Portal

SKIP = "skip"
"""As a rule's stage: leave the order where it is."""


class BadRules(ValueError):
    """Rules that cannot be used; the text names each row at fault, counted from 1."""


def _among(known: frozenset[str]) -> AfterValidator:
    """Words in any case, all of them known."""

    def checked(words: frozenset[str]) -> frozenset[str]:
        upper = frozenset(word.strip().upper() for word in words)
        if strange := sorted(upper - known):
            raise ValueError(f"{', '.join(strange)}: not one of {', '.join(sorted(known))}")
        return upper

    return AfterValidator(checked)


def _listed(stage: Any) -> Any:
    return [stage] if isinstance(stage, str) else stage


def _folded(tags: frozenset[str]) -> frozenset[str]:
    return frozenset(tag.strip().casefold() for tag in tags)


Words = Annotated[frozenset[str], Field(min_length=1)]
Name = Annotated[str, Field(min_length=1)]


class Rule(BaseModel):
    """One row: every test given must hold. `stage`: the first of these names or ids the account has, or `skip`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stage: Annotated[tuple[Name, ...], Field(min_length=1), BeforeValidator(_listed)]
    payment: Annotated[Words, _among(PAYMENTS | {NONE})] | None = None
    fulfillment: Annotated[Words, _among(FULFILLMENTS | {NONE})] | None = None
    shipment: Annotated[Words, _among(SHIPMENTS)] | None = None
    returned: Annotated[Words, _among(RETURNS | {NONE})] | None = Field(None, alias="return")
    cancelled: bool | None = None
    closed: bool | None = None
    tags: Annotated[Words, AfterValidator(_folded)] | None = None

    @cached_property
    def _marks(self) -> frozenset[str]:
        """What stands for its tags on rows."""
        return frozenset(map(tag_mark, self.tags or ()))

    def holds(self, facts: Mapping[str, Any]) -> bool:
        words = (
            (self.payment, facts["payment"]),
            (self.fulfillment, facts["fulfillment"]),
            (self.shipment, facts["shipment"]),
            (self.returned, facts["return"]),
        )
        return (
            all(allowed is None or word in allowed for allowed, word in words)
            and self.cancelled in (None, facts["cancelled"])
            and self.closed in (None, facts["closed"])
            and (self.tags is None or not self._marks.isdisjoint(facts["tags"]))
        )


def parse_rules(rows: Sequence[Any]) -> tuple[Rule, ...]:
    """Rules from JSON. Raises BadRules."""
    rules, faults = [], []
    for number, row in enumerate(rows, 1):
        try:
            rules.append(Rule.model_validate(row))
        except ValidationError as error:
            faults += [f"row {number}, {_place(fault['loc'])}: {fault['msg']}" for fault in error.errors()]
    if faults or not rules:
        raise BadRules("; ".join(faults) or "there is no row")
    return tuple(rules)


def _place(path: Iterable[str | int]) -> str:
    return ".".join(map(str, path)) or "the whole"


NOT_FULFILLED = [*sorted(FULFILLMENTS - {"FULFILLED"}), NONE]

DEFAULT_RULES = parse_rules(
    [
        {"stage": "cancelled", "cancelled": True},
        {"stage": ["delivered", "shipped"], "fulfillment": ["FULFILLED"], "shipment": ["DELIVERED"]},
        {"stage": "shipped", "fulfillment": ["FULFILLED"]},
        {
            "stage": "processed",
            "payment": ["PAID", "PARTIALLY_REFUNDED", "REFUNDED"],
            "fulfillment": NOT_FULFILLED,
        },
        {
            "stage": "open",
            "payment": ["PENDING", "AUTHORIZED", "PARTIALLY_PAID", "EXPIRED", "VOIDED", NONE],
            "fulfillment": NOT_FULFILLED,
        },
    ]
)
"""The native integration's, as observed: the rules where none were saved."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A stage's id, or None: leave the order where it is, because a rule says so (`skipped`) or no stage can be had.

    `unknown` is to be reported: `payment:SETTLED` as Shopify said it, `stage:shipped` for what the account lacks.
    """

    stage: str | None
    skipped: bool = False
    unknown: tuple[str, ...] = ()


def decide(facts: Mapping[str, Any], rules: Iterable[Rule], portal: Portal) -> Decision:
    names = next((rule.stage for rule in rules if rule.holds(facts)), (portal.default_stage,))
    strange = tuple(_unknown(facts))
    for name in names:
        if name == SKIP:
            return Decision(None, skipped=True, unknown=strange)
        found = next((stage.id for stage in portal.stages if stage.writable and name in (stage.name, stage.id)), None)
        if found is not None:
            return Decision(found, unknown=strange)
    return Decision(None, unknown=(*strange, *(f"stage:{name}" for name in names)))


def _unknown(facts: Mapping[str, Any]) -> Iterable[str]:
    for fact, known in (("payment", PAYMENTS), ("fulfillment", FULFILLMENTS), ("return", RETURNS)):
        if facts[fact] not in known | {NONE}:
            yield f"{fact}:{facts[fact]}"
    yield from (f"shipment:{word}" for word in facts["shipments"] if word not in DISPLAYED)
