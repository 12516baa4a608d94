"""What HubSpot answers about links between records (reference §4)."""

from collections.abc import Sequence

from tandem.errors import OutcomeUnknown, Rejected
from tandem.hubspot.answers import Json, refusal, rows, texts
from tandem.hubspot.reading import after, links_of

Pair = tuple[str, str]


def check_made(answer: Json, pairs: Sequence[Pair]) -> None:
    """Every pair must be answered. Rejected names the first that was refused."""
    asked = set(pairs)
    told = {pair for row in rows(answer, "results") for pair in _both_ways(row)}
    silent = [pair for pair in pairs if pair not in told]
    if errors := rows(answer, "errors"):
        error = refusal(errors[0])
        which = f"{silent[0][0]} to {silent[0][1]}" if silent else "one"
        raise Rejected(f"HubSpot refuses {len(errors)} of {len(asked)} links ({which}). {error.text}", error.code)
    # A record that was merged is answered under its survivor's id, so that the pair is not among those asked for.
    if silent and told <= asked | {(other, one) for one, other in asked}:
        raise OutcomeUnknown(f"HubSpot's answer leaves out {len(silent)} of {len(asked)} links to be made.")


def ends(row: Json) -> tuple[str, list[str], str | None]:
    """A record's id, the ids it is linked to, and where the rest of them starts."""
    others = [other for to in rows(row, "to") for other in texts(to.get("toObjectId"))]
    return _id(row.get("from")), others, after(row)


def go_on(row: Json, name: str) -> bool:
    """Whether a listed record has more links to an object than its row tells."""
    return after(links_of(row.get("associations"), name)) is not None


def _both_ways(row: Json) -> tuple[Pair, Pair]:
    """A plain link has `from` and `to`, a labelled one `fromObjectId` and `toObjectId`."""
    one = _id(row.get("from")) or "".join(texts(row.get("fromObjectId")))
    other = _id(row.get("to")) or "".join(texts(row.get("toObjectId")))
    return (one, other), (other, one)


def _id(end: object) -> str:
    return next(iter(texts(end.get("id"))), "") if isinstance(end, dict) else ""
