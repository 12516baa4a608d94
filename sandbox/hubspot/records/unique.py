"""The index of unique values: who holds which, kept in step with every write.

`store.unique[property][value]` is the first holder; those that came to hold the same value are its rivals, which
happens where the check is racy or an archived record returns. A contact's additional addresses are in
`store.secondary`.
"""

from collections.abc import Mapping

from sandbox.hubspot.model import Record, Store

EMAIL = "email"
ADDITIONAL = "hs_additional_emails"


def addresses(text: str | None) -> list[str]:
    """The members of a `;` list of e-mail addresses."""
    return [part for part in (text or "").split(";") if part]


def reindex(store: Store, record: Record, before: Mapping[str, str], after: Mapping[str, str]) -> None:
    """Let the index follow a record whose values were `before` and are `after`."""
    for name, holders in store.unique.items():
        old, new = before.get(name), after.get(name)
        if old is not None and old != new:
            _release(store, holders, name, old, record.id)
        if new is not None:
            _claim(store, holders, name, new, record.id)
    if ADDITIONAL in before or ADDITIONAL in after:
        old_addresses, new_addresses = addresses(before.get(ADDITIONAL)), addresses(after.get(ADDITIONAL))
        for address in old_addresses:
            if address not in new_addresses:
                _release(store, store.secondary, ADDITIONAL, address, record.id)
        for address in new_addresses:
            _claim(store, store.secondary, ADDITIONAL, address, record.id)


def _claim(store: Store, holders: dict[str, str], name: str, value: str, record_id: str) -> None:
    if holders.setdefault(value, record_id) != record_id:
        rivals = store.rivals.setdefault((name, value), [])
        if record_id not in rivals:
            rivals.append(record_id)


def _release(store: Store, holders: dict[str, str], name: str, value: str, record_id: str) -> None:
    rivals = store.rivals.get((name, value), [])
    if holders.get(value) != record_id:
        if record_id in rivals:
            rivals.remove(record_id)
    elif rivals:
        holders[value] = rivals.pop(0)
    else:
        del holders[value]
