"""Stages: what a row's facts say by the rules, moved in HubSpot. Nothing else moves them."""

from collections.abc import Sequence

from tandem.mapping.stages import decide
from tandem.model import Kind, Mark, NotWritten, Record, Ref, Write
from tandem.portal import Portal
from tandem.sync.announce import announce
from tandem.sync.outcome import Done, Failed, Outcome
from tandem.sync.shop import portal_of, rules_of
from tandem.sync.worker import Outcomes, Vendors, World


async def sync(rows: Sequence[Record], vendors: Vendors, world: World) -> Outcomes:
    """Put these orders where the rules say. No call for one that is there, to our knowledge."""
    shop = rows[0].ref.shop
    portal, rules = await portal_of(world.store, shop), await rules_of(world.store, shop)
    outcomes: dict[Ref, Outcome] = {}
    moves: dict[str, tuple[Record, str]] = {}
    for row in rows:
        if row.link is None:
            outcomes[row.ref] = Done("gone")
            continue
        decision = decide(row.facts, rules, portal)
        what = tuple(f"unknown word {word}" for word in decision.unknown)
        if decision.stage is None:
            outcomes[row.ref] = Done("skipped", {"stage": None}, what)
        elif decision.stage == row.stage:
            outcomes[row.ref] = Done("unchanged", {}, what)
        else:
            moves[row.link] = (row, decision.stage)
    if moves:
        outcomes |= await _move(moves, portal, vendors, world)
    return outcomes


async def _move(moves: dict[str, tuple[Record, str]], portal: Portal, vendors: Vendors, world: World) -> Outcomes:
    writes = [
        Write(link, {"hs_pipeline": portal.pipeline, "hs_pipeline_stage": stage}) for link, (_, stage) in moves.items()
    ]
    answers = await vendors.hubspot.update("orders", writes)
    outcomes: dict[Ref, Outcome] = {}
    gone: list[Record] = []
    for link, (row, stage) in moves.items():
        answer = answers[link]
        if not isinstance(answer, NotWritten):
            outcomes[row.ref] = Done("written", {"stage": stage, "link": answer.id}, ("stage",))
        elif answer.code == "gone":
            gone.append(row)
            outcomes[row.ref] = Done("gone", {"stage": None, "link": None})
        else:
            outcomes[row.ref] = Failed(answer.code, answer.text)
    await _put_back(gone, world)
    return outcomes


async def _put_back(rows: Sequence[Record], world: World) -> None:
    """Orders that somebody deleted in HubSpot: their own rows forget them, and write them again or say why not."""
    forget = {"link": None, "digest": None, "associated": None}
    marks = [Mark(Ref(row.ref.shop, Kind.ORDER, row.ref.id), "deleted in HubSpot", fields=forget) for row in rows]
    await announce(marks, world)
