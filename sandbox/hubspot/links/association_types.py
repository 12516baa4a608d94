"""Which kinds of link two records may have: HubSpot's own association types and an account's labels.

Ids and directions: reference §4; 449 and 450 come from HubSpot's association guide. Texts of labels other than
`Primary` are inferred, but for the inverse of 1, which integrators see live.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sandbox.hubspot.model import CART, COMPANY, CONTACT, LINE_ITEM, ORDER, ObjectType

HUBSPOT_DEFINED = "HUBSPOT_DEFINED"
USER_DEFINED = "USER_DEFINED"


@dataclass(frozen=True, slots=True)
class AssociationType:
    """One direction of a link. `inverse` is the id of the other direction; `label` None is the plain association.

    `name` is what v3 calls it, e.g. order_to_contact. `primary` marks the types of which a record has one at most.
    """

    id: int
    source: ObjectType
    target: ObjectType
    inverse: int
    name: str
    label: str | None = None
    category: str = HUBSPOT_DEFINED
    primary: bool = False

    def described(self) -> dict[str, object]:
        return {"category": self.category, "typeId": self.id, "label": self.label}

    def spec(self) -> dict[str, object]:
        return {"associationCategory": self.category, "associationTypeId": self.id}


_ROWS = (
    # from,   to,        id,   inverse, label,             label of the inverse,           end of the v3 name
    (ORDER,   CONTACT,   507,  508,  None,              None,                           ""),
    (ORDER,   COMPANY,   934,  935,  None,              None,                           "_unlabeled"),
    (ORDER,   COMPANY,   509,  510,  "Primary",         "Order with Primary Company",   ""),
    (ORDER,   COMPANY,   2692, 2693, "Billing Company", "Order with Billing Company",   "_billing"),
    (ORDER,   LINE_ITEM, 513,  514,  None,              None,                           ""),
    (ORDER,   CART,      593,  592,  None,              None,                           ""),
    (CART,    CONTACT,   586,  587,  None,              None,                           ""),
    (CART,    COMPANY,   936,  937,  None,              None,                           "_unlabeled"),
    (CART,    COMPANY,   760,  761,  "Primary",         "Cart with Primary Company",    ""),
    (CART,    LINE_ITEM, 590,  591,  None,              None,                           ""),
    (CONTACT, CONTACT,   449,  449,  None,              None,                           ""),
    (CONTACT, COMPANY,   279,  280,  None,              None,                           "_unlabeled"),
    (CONTACT, COMPANY,   1,    2,    "Primary",         "Contact with Primary Company", ""),
    (CONTACT, COMPANY,   931,  930,  "Billing Contact", "Billing Contact",              "_billing"),
    (COMPANY, COMPANY,   450,  450,  None,              None,                           ""),
    (COMPANY, COMPANY,   13,   14,   "Child Company",   "Parent Company",               "_child"),
)  # fmt: skip
_NAMES = {
    13: "parent_to_child_company",
    14: "child_to_parent_company",
    931: "billing_contact_to_company",
    930: "company_to_billing_contact",
}


class AssociationTypes:
    """Every association type of one account, by id. Both directions of a link are always there or gone together."""

    def __init__(self) -> None:
        self._types: dict[int, AssociationType] = {}
        self._pairs: dict[tuple[str, str], list[AssociationType]] = {}
        for source, target, id_, inverse, label, inverse_label, end in _ROWS:
            name = _NAMES.get(id_, f"{source.singular}_to_{target.singular}{end}")
            back = _NAMES.get(inverse, f"{target.singular}_to_{source.singular}{end}")
            forward = AssociationType(id_, source, target, inverse, name, label, primary=label == "Primary")
            self._types[inverse] = AssociationType(inverse, target, source, id_, back, inverse_label)
            self._types[id_] = forward
        self._last_id = max(self._types)
        self._index()

    def between(self, source: ObjectType, target: ObjectType) -> list[AssociationType]:
        """The types that lead from one object to the other, the plain one first."""
        return self._pairs.get((source.type_id, target.type_id), [])

    def plain(self, source: ObjectType, target: ObjectType) -> AssociationType | None:
        return next(iter(self.between(source, target)), None)

    def find(self, type_id: int, category: str = HUBSPOT_DEFINED) -> AssociationType | None:
        found = self._types.get(type_id)
        return found if found is not None and found.category == category else None

    def __getitem__(self, type_id: int) -> AssociationType:
        return self._types[type_id]

    def __contains__(self, type_id: int) -> bool:
        return type_id in self._types

    def primary(self, type_ids: Iterable[int]) -> bool:
        """Is one of these, or its other direction, a primary type?"""
        types = [self._types[id_] for id_ in type_ids if id_ in self._types]
        return any(t.primary or self._types[t.inverse].primary for t in types)

    def inverse(self, found: AssociationType) -> AssociationType:
        return self._types[found.inverse]

    def labels(self) -> Iterator[AssociationType]:
        """The account's own types, both directions."""
        return (t for t in self._types.values() if t.category == USER_DEFINED)

    def add(self, source: ObjectType, target: ObjectType, name: str, label: str, back: str) -> list[AssociationType]:
        """A new label, as its two types."""
        self._last_id += 2
        there, here = self._last_id - 1, self._last_id
        made = [
            AssociationType(there, source, target, here, name, label, USER_DEFINED),
            AssociationType(here, target, source, there, name, back, USER_DEFINED),
        ]
        self._types |= {t.id: t for t in made}
        self._index()
        return made

    def relabel(self, found: AssociationType, label: str, back: str) -> None:
        self._types[found.id] = replace(found, label=label)
        self._types[found.inverse] = replace(self._types[found.inverse], label=back)
        self._index()

    def remove(self, found: AssociationType) -> None:
        del self._types[found.id], self._types[found.inverse]
        self._index()

    def _index(self) -> None:
        self._pairs.clear()
        for found in sorted(self._types.values(), key=lambda t: (t.label is not None, t.id)):
            self._pairs.setdefault((found.source.type_id, found.target.type_id), []).append(found)
