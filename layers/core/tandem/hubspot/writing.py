"""Writing many records: every input answered for itself, whatever HubSpot says of the batch (reference §5.6)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from tandem.errors import OutcomeUnknown
from tandem.hubspot.answers import Json, Refusal, refusal, rows, texts
from tandem.hubspot.batches import RECORDS, in_batches
from tandem.model import KEY, NotWritten, Write, Written

KEPT = frozenset({KEY, "hs_currency_code", "hs_line_item_currency_code"})
"""Never left out: without its key a record is made twice, without its currency its amounts are wrong."""
MISSING = "REQUIRED_FIELD"

Send = Callable[[Sequence[Write]], Awaitable[dict[str, Any] | Refusal]]
"""Makes one call of at most a hundred inputs."""
Answers = dict[str, Written | Refusal]


async def write(writes: Sequence[Write], by: str | None, send: Send) -> dict[str, Written | NotWritten]:
    """Write each; a property that HubSpot will not take is left out, and the rest sent once more.

    `by` is the property that the keys are values of, None for record ids.
    """
    wanted = _coalesced(writes)
    answers = await _round(list(wanted.values()), by, send)
    left_out = {key: _at_fault(wanted[key], answer) for key, answer in answers.items() if isinstance(answer, Refusal)}
    again = [
        _without(wanted[key], faults)
        for key, faults in left_out.items()
        if faults or not _names_any(wanted[key], answers[key])
    ]
    if by is None:
        answers |= {one.key: Written(one.key) for one in again if not one.properties}
        again = [one for one in again if one.properties]
    answers |= await _round(again, by, send)
    return {key: _told(answer, left_out.get(key, {})) for key, answer in answers.items()}


def _coalesced(writes: Sequence[Write]) -> dict[str, Write]:
    """By key, for HubSpot refuses a batch that names one record twice."""
    wanted: dict[str, Write] = {}
    for one in writes:
        if wanted.setdefault(one.key, one) != one:
            raise ValueError(f"two writes of different content for {one.key}")
    return wanted


def _at_fault(one: Write, answer: Refusal) -> dict[str, str]:
    """HubSpot's codes of the properties that can be left out of this write."""
    return {
        name: code
        for name, code in answer.faults.items()
        if name in one.properties and name not in KEPT and code != MISSING
    }


def _names_any(one: Write, answer: Written | Refusal) -> bool:
    """False where the call was refused for properties that this write does not even have."""
    return (
        isinstance(answer, Written)
        or not answer.concerns_every_input
        or not one.properties.keys().isdisjoint(answer.faults)
    )


def _without(one: Write, names: Mapping[str, str]) -> Write:
    return Write(one.key, {name: value for name, value in one.properties.items() if name not in names})


def _told(answer: Written | Refusal, left_out: Mapping[str, str]) -> Written | NotWritten:
    if isinstance(answer, Written):
        return Written(answer.id, answer.new, left_out)
    return NotWritten(answer.code, answer.text, answer.existing, answer.correlation)


async def _round(writes: Sequence[Write], by: str | None, send: Send) -> Answers:
    answers: Answers = {}
    for part in await in_batches(writes, RECORDS, lambda part: _settle(part, by, send)):
        answers |= part
    return answers


async def _settle(writes: Sequence[Write], by: str | None, send: Send) -> Answers:
    """One call, and where it was refused as a whole, as many as tell which inputs are at fault: 2 log2(n) for one."""
    answer = await send(writes)
    if isinstance(answer, Refusal):
        if len(writes) == 1 or answer.concerns_every_input:
            return {one.key: answer for one in writes}
        answers: Answers = {}
        parts = _halves(writes)
    else:
        answers, unnamed = _matched(answer, {one.key for one in writes}, by)
        silent = [one for one in writes if one.key not in answers]
        if not silent:
            return answers
        if not unnamed:
            raise OutcomeUnknown(f"HubSpot's answer leaves out {len(silent)} of {len(writes)} records to be written.")
        if len(silent) == 1:
            return answers | {silent[0].key: unnamed[0]}
        parts = [silent] if answers else _halves(silent)
    for part in parts:
        answers |= await _settle(part, by, send)
    return answers


def _halves(writes: Sequence[Write]) -> list[Sequence[Write]]:
    middle = len(writes) // 2
    return [writes[:middle], writes[middle:]]


def _matched(answer: Json, keys: set[str], by: str | None) -> tuple[Answers, list[Refusal]]:
    """Results and errors by key, never by position; errors that name none of the keys beside."""
    answers: Answers = {}
    for row in rows(answer, "results"):
        key, id_ = _key_of(row, by), next(iter(texts(row.get("id"))), None)
        if key in keys and id_:
            answers[key] = _archived(id_) if row.get("archived") is True else Written(id_, row.get("new") is True)
    unnamed = []
    for row in rows(answer, "errors"):
        found = refusal(row)
        named = found.keys & keys
        answers |= dict.fromkeys(named, found)
        if not named:
            unnamed.append(found)
    return answers, unnamed


def _key_of(row: Json, by: str | None) -> str:
    """The trace id, which is the key; else the key property of the result, or its id."""
    properties = row.get("properties")
    values = properties if isinstance(properties, dict) else {}
    told = (row.get("objectWriteTraceId"), row.get("id") if by is None else values.get(by))
    return next((key for one in told for key in texts(one)), "")


def _archived(id_: str) -> Refusal:
    text = f"The archived HubSpot record {id_} holds its key: restore it in HubSpot, or let it be deleted for good."
    return Refusal("conflict", text, existing=id_)
