"""HubSpot's side: what people moved or edited is put back, our own writes are let be, and no page is skipped."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from tandem.model import KEY, Kind, Ref
from tandem.sync.hubspot_changes import Looked, look
from tandem.sync.shop import portal_of
from tests.sync.weeks import Week, played

OWNER = "70000001"
SHOWN = 310
"""Seconds until HubSpot's search shows everything."""


async def looked(week: Week, walks: Sequence[str] = ("orders", "line_items"), seconds: float = 800) -> list[Looked]:
    return await look(week.shop, week.vendors(), week.ports(), week.clock.now + timedelta(seconds=seconds), walks)


def found(runs: Sequence[Looked]) -> int:
    assert all(one.ended == "done" for one in runs)
    return sum(one.counts["moved"] + one.counts["changed"] for one in runs)


def ids(week: Week, name: str) -> list[str]:
    return [one.id for one in week.hubspot.portal.store(name).records.values() if one.properties.get(KEY)]


def edit(week: Week, plural: str, id_: str, **properties: str) -> None:
    week.hubspot.actions["edit"](object_type=plural, record_id=id_, properties=properties)


def test_our_own_writes_are_no_news() -> None:
    week = Week(1)

    async def play() -> None:
        await week.begin()
        for _ in range(3):
            week.trade()
            await week.windows()
            await week.settle()
            await week.live(SHOWN)
            assert found(await looked(week)) == 0
        assert week.due() == 0

    played(week, play())


EDITS: dict[str, tuple[str, dict[str, str]]] = {
    "an order's text": ("orders", {"hs_order_note": "typed over"}),
    "a line's price": ("line_items", {"price": "7"}),
    "a line's name": ("line_items", {"name": "typed over"}),
}


@pytest.mark.parametrize("edited", EDITS)
def test_what_people_type_over_is_put_back_once(edited: str) -> None:
    week = Week(1)
    name, properties = EDITS[edited]

    async def play() -> None:
        await week.begin()
        await week.live(SHOWN)
        assert found(await looked(week)) == 0
        edit(week, name, ids(week, name)[0], **properties)
        assert not week.verdict().agrees
        await week.live(SHOWN)
        assert found(await looked(week)) == 1
        await week.settle()
        assert week.verdict().agrees, list(map(str, week.verdict().differences))
        written = week.written()
        for _ in range(3):
            await week.live(SHOWN)
            assert found(await looked(week)) == 0
        assert week.written() == written

    played(week, play())


def test_a_change_that_is_none_of_ours_is_let_be() -> None:
    """HubSpot's own properties, and those of other apps, change a record too."""
    week = Week(1)

    async def play() -> None:
        await week.begin()
        edit(week, "orders", ids(week, "orders")[0], hubspot_owner_id=OWNER)
        await week.live(SHOWN)
        assert found(await looked(week)) == 0

    played(week, play())


def test_thousands_of_one_moment_are_all_looked_at() -> None:
    """An import stamps all its records alike: more than a search can reach."""
    week = Week(1)

    async def play() -> None:
        await week.begin()
        await week.live(SHOWN)
        await looked(week)
        many = 10_450
        portal = await portal_of(week.store, week.shop)
        for number in range(many):
            values = {
                "hs_order_name": "imported",
                "hs_pipeline": portal.pipeline,
                "hs_pipeline_stage": portal.first_stage,
            }
            values[KEY] = f"{week.shop}:order:{number}"
            week.hubspot.actions["create"](object_type="orders", properties=values)
        stamps = {one.updated for one in week.hubspot.portal.store("orders").records.values()}
        assert len(stamps) < 20
        await week.live(SHOWN)
        [orders] = await looked(week, ["orders"])
        assert orders.ended == "done"
        refs = {Ref(week.shop, Kind.ORDER, str(number)) for number in range(many)}
        assert refs <= week.store.records.keys()

    played(week, play())
