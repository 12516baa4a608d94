"""What HubSpot answers to reads, by the keys that were asked for."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from tandem.errors import Rejected, Unavailable
from tandem.hubspot.answers import Json, refusal, rows, texts
from tandem.model import Found, Listed

MERGED = "hs_merged_object_ids"
EMAIL = "email"
ADDITIONAL = "hs_additional_emails"

Asked = Mapping[str, Sequence[str]]
"""The keys of a caller by their normal form, which is what HubSpot is asked for."""


def asked(keys: Iterable[str], by: str | None) -> Asked:
    """HubSpot compares addresses in lower case; an empty key would refuse the whole batch."""
    found: dict[str, list[str]] = {}
    for key in dict.fromkeys(keys):
        if normal := _normal(key, by):
            found.setdefault(normal, []).append(key)
    return found


def keyed_by(by: str | None) -> tuple[str, ...]:
    """The properties that tell under which key a record was found: the survivor of a merge answers to every old id."""
    if by is None:
        return (MERGED,)
    return (EMAIL, ADDITIONAL) if by == EMAIL else (by,)


def matched(answer: Json, asked: Asked, properties: Sequence[str], by: str | None) -> dict[str, Found]:
    """Records by the keys as the caller wrote them."""
    records: dict[str, Found] = {}
    for row in results(answer):
        one = found(row, properties)
        records |= {key: one for answers_to in _keys(row, by) for key in asked.get(answers_to, ())}
    return records


def results(answer: Json) -> list[Json]:
    """The rows of a read. Its errors should be of what is not there; Rejected for any other."""
    if not isinstance(answer.get("results"), list):
        raise Unavailable("HubSpot answers a read without results.")
    for row in rows(answer, "errors"):
        if (error := refusal(row)).code != "gone":
            raise Rejected(error.text, error.code)
    return rows(answer, "results")


def found(row: Json, properties: Sequence[str]) -> Found:
    id_ = next(iter(texts(row.get("id"))), None)
    if id_ is None:
        raise Unavailable("HubSpot answers with a record that has no id.")
    values = _values(row)
    return Found(id_, {name: values[name] for name in properties if name in values})


def listed(row: Json, properties: Sequence[str], linked: Sequence[str]) -> Listed:
    """A record of a listing; of each of `linked` the first page of its links."""
    one = found(row, properties)
    told = row.get("associations")
    links = {name: _ids(told, name) for name in linked}
    archived = row.get("archivedAt")
    return Listed(
        one.id, one.properties, links, datetime.fromisoformat(archived) if isinstance(archived, str) else None
    )


def links_of(told: object, name: str) -> Json:
    """A listed record's links to one object, which HubSpot calls `line items` here and `line_items` elsewhere."""
    of = told.get(name.replace("_", " "), told.get(name)) if isinstance(told, dict) else None
    return of if isinstance(of, dict) else {}


def _ids(told: object, name: str) -> tuple[str, ...]:
    """Each once, though there is an entry for each type of link."""
    return tuple(dict.fromkeys(id_ for row in rows(links_of(told, name), "results") for id_ in texts(row.get("id"))))


def after(answer: Json) -> str | None:
    """Where the next page starts."""
    paging = answer.get("paging")
    following = paging.get("next") if isinstance(paging, dict) else None
    return next(iter(texts(following.get("after"))), None) if isinstance(following, dict) else None


def _normal(key: str, by: str | None) -> str:
    return key.strip().lower() if by == EMAIL else key.strip()


def _keys(row: Json, by: str | None) -> set[str]:
    """Every key this record answers to, in normal form."""
    values = _values(row)
    told = texts(row.get("id")) if by is None else []
    for name in keyed_by(by):
        value = values.get(name) or ""
        told += value.split(";") if name in (MERGED, ADDITIONAL) else [value]
    return {_normal(one, by) for one in told}


def _values(row: Json) -> dict[str, str | None]:
    values = row.get("properties")
    return values if isinstance(values, dict) else {}
