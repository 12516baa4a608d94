"""What an audit says of one record, and how it is healed. Pure: no I/O, no clock."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tandem.model import Kind, Mark, Priority, Ref
from tandem.sync.compare import ASSOCIATED, DIFFERENT, MISSING, MOVED, SURPLUS, Difference
from tandem.sync.resync import FORGET

ORPHANED, DUPLICATED = "orphaned", "duplicated"
CAUSE = "audit"

TO_DO = {
    MISSING: "It is made anew when it is healed, or by resync. What was deleted in HubSpot may have to be restored, "
    "which its parked row then says; a deleted contact always has to be, or its orders have none.",
    DIFFERENT: "It is written anew when it is healed, or by resync with force. A value that HubSpot does not take is "
    "left out each time; the record's history names it.",
    MOVED: "The order is put back into its stage when it is healed, or by the action check of order_stages.",
    ASSOCIATED: "What is missing is linked when it is healed, and another customer's contact is unlinked.",
    SURPLUS: "Lines that left the order are archived when it is healed. One that somebody added in HubSpot is kept: "
    "delete it there, for the lines no longer add up to the order.",
    ORPHANED: "Shopify does not have it, and what is in HubSpot is never deleted by itself: delete it, or leave it.",
    DUPLICATED: "Merge it in HubSpot into the record that carries tandem_key, or delete it.",
}
NOT_COMPARED = (
    "Nothing is said of these kinds. A bulk operation that Shopify let fail may well succeed another time, and a scope "
    "that is missing can be given to the app: then begin another audit."
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """On one record. `skipped` says why it was not compared; `hubspot` are ids concerned."""

    differences: Sequence[Difference] = ()
    skipped: str | None = None
    hubspot: Sequence[str] = ()
    marks: Sequence[Mark] = field(default=())

    @property
    def findings(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for one in sorted(self.differences):
            found.setdefault(one.finding, []).append(one.what)
        return found

    def note(self) -> dict[str, Any]:
        heal = [
            {"kind": mark.ref.kind, "id": mark.ref.id, "deleted": mark.deleted, "fields": dict(mark.fields)}
            for mark in self.marks
        ]
        said = {"findings": self.findings, "skipped": self.skipped, "hubspot": list(self.hubspot), "heal": heal}
        return {"checked": True, **{name: value for name, value in said.items() if value}}


def marks_of(shop: str, note: Mapping[str, Any]) -> list[Mark]:
    """The marks that a note tells of."""
    return [
        Mark(
            Ref(shop, Kind(one["kind"]), one["id"]),
            CAUSE,
            Priority.RECONCILE,
            deleted=one["deleted"],
            fields=one["fields"],
        )
        for one in note.get("heal", ())
    ]


def order_marks(ref: Ref, differences: Collection[Difference], wrong: Mapping[str, str], *, staged: bool) -> list[Mark]:
    """What lets the workers put an order right. `wrong` are links that are to go, by object; `staged`: its stage has a
    row of its own that can be asked alone.
    """
    found = {one.finding for one in differences}
    marks = []
    if MOVED in found and staged:
        marks.append(Mark(Ref(ref.shop, Kind.STAGE, ref.id), CAUSE, Priority.RECONCILE, fields=FORGET[Kind.STAGE]))
    if found - {MOVED} or not staged:
        fields: dict[str, Any] = dict(FORGET[Kind.ORDER])
        if ASSOCIATED in found:
            fields["associated"] = dict(wrong) or None
        marks.append(Mark(ref, CAUSE, Priority.RECONCILE, fields=fields))
    return marks


def contact_marks(ref: Ref) -> list[Mark]:
    return [Mark(ref, CAUSE, Priority.RECONCILE, fields=FORGET[Kind.CONTACT])]
