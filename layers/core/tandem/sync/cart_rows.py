"""The rows of carts: one under the checkout's token stands for the cart, one under its number says which that is.

Where no token is known, the row of the number stands for the cart, until a webhook tells the token.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tandem.model import Mark, Record, Ref
from tandem.sync.announce import announce
from tandem.sync.intent import note
from tandem.sync.outcome import Done, Later, Outcome
from tandem.sync.worker import World

NUMBER = re.compile(r"[0-9]{1,19}", re.ASCII)
LOOKS = tuple(timedelta(minutes=minutes, seconds=15) for minutes in (10, 15, 25, 40))
"""After the buyer's last step, when to look whether Shopify lists the checkout: it does after 10 minutes, or never."""
STEPS = ("checkouts/create", "checkouts/update")
"""What tells of a buyer who may still be there."""
TAKEN = ("link", "version", "digest", "children", "associated", "stage", "order")
"""What a row passes on to the one that stands for the cart from now on; all but the digest, so that it is written."""


def number_of(row: Record) -> str | None:
    return row.ref.id if NUMBER.fullmatch(row.ref.id) else row.checkout


def token_of(row: Record) -> str:
    return "" if NUMBER.fullmatch(row.ref.id) else row.ref.id


def other_of(row: Record) -> str | None:
    """The id of the row that stands for this one's cart, where that is another."""
    return row.facts.get("token")


async def standing(rows: Sequence[Record], world: World) -> tuple[list[Record], dict[Ref, Outcome]]:
    """The rows that stand for carts, and what became of the others: their news go where they belong."""
    fresh = {row.ref: _numbered(row) for row in rows if token_of(row) and row.checkout and not row.link}
    there = await world.store.read(sorted(set(fresh.values()))) if fresh else {}
    mine: list[Record] = []
    others: list[tuple[Record, str]] = []
    for row in sorted(rows, key=token_of, reverse=True):
        numbered = there.get(_numbered(row), Record(_numbered(row)))
        other = other_of(row) or other_of(numbered)
        if other and other != row.ref.id:
            others.append((row, other))
            continue
        if row.ref not in fresh:
            mine.append(row)
            continue
        one, there[numbered.ref] = await _introduce(row, numbered, world)
        mine.append(one)
    return mine, await hand_over(others, world)


def _numbered(row: Record) -> Ref:
    return replace(row.ref, id=number_of(row) or row.ref.id)


async def _introduce(row: Record, numbered: Record, world: World) -> tuple[Record, Record]:
    """Let the number's row say whose it is, and take the cart over that was made in its name.

    Its row lets go of the cart first: a cart without a row is found by its key, one with two would be written by both.
    """
    if other_of(numbered) == row.ref.id and not numbered.link:
        return row, numbered
    alias = {"token": row.ref.id}
    await note([(numbered, {"facts": alias, **dict.fromkeys(TAKEN)})], world)
    if numbered.link:
        taken: dict[str, Any] = {name: getattr(numbered, name) for name in TAKEN if getattr(numbered, name)}
        taken |= {"digest": None, "facts": {"key": numbered.facts.get("key", numbered.ref.id)}}
        await note([(row, taken)], world)
        row = replace(row, **taken)
    return row, replace(numbered, facts=alias, link=None)


async def hand_over(others: Sequence[tuple[Record, str]], world: World) -> dict[Ref, Outcome]:
    """Tell the rows that stand for these carts. Each given one is then an alias of that."""
    marks = [
        Mark(replace(row.ref, id=other), row.cause, row.priority, deleted=row.deleted, fields=_told(row))
        for row, other in others
    ]
    await announce(marks, world)
    return {row.ref: Done("handed over", {"facts": {"token": other}}) for row, other in others}


def _told(row: Record) -> Mapping[str, Any]:
    return {name: value for name, value in (("checkout", number_of(row)), ("order", row.order)) if value}


def waits(row: Record, now: datetime) -> Later | None:
    """Whether a checkout cannot be listed yet, so that it need not be asked for: its buyer was there just now."""
    if row.link or row.version or row.deleted or row.order or row.cause not in STEPS or row.seen is None:
        return None
    pause = LOOKS[0] - (now - min(row.due_since or now, row.seen))
    return Later("the buyer may still be there", pause) if pause > timedelta() else None


def not_listed(row: Record, now: datetime) -> Outcome:
    """Of a checkout that Shopify does not list. It may come: look again for a while."""
    quiet = now - row.seen if row.seen and row.cause in STEPS else LOOKS[-1]
    pause = next((look - quiet for look in LOOKS if look > quiet), None)
    if row.order or row.deleted or pause is None:
        return Done("not abandoned")
    return Later("the checkout is not listed as abandoned", pause)
