"""What older measurements found, as rows."""

from bench import audit, cold_start, cost, orders, outage, reconcile, webhook
from bench.figures import Run, share
from bench.results import Row, Value, progress
from bench.simulated import DELAY
from sandbox.cloud import stack
from sandbox.cloud.account import client
from sandbox.cloud.emulator import Emulator
from sandbox.world.loop import run

UNDER: dict[str, Value] = {
    "latency_s": DELAY[0],
    "hubspot_limit": "190 calls/10 s, 5 searches/s",
    "shopify_limit": "100 points/s, 2,000 at once",
    "seed": 0,
}
LOADS = ((1, 60), (5, 60), (20, 60), (100, 30), (300, 6))
LARGE_LOADS = ((1, 600), (5, 600), (20, 600), (100, 300), (300, 60))
MS = 1000


def latency(*, large: bool = False) -> list[Row]:
    """B2: from a webhook to a complete order, open loop."""
    return [_latency(one, rate) for (rate, _), one in _runs(LARGE_LOADS if large else LOADS)]


def _runs(loads: tuple[tuple[int, int], ...]) -> list[tuple[tuple[int, int], Run]]:
    return list(zip(loads, orders.virtual(loads), strict=True))


def _latency(one: Run, rate: int) -> Row:
    figures: dict[str, Value] = {"orders_per_s": rate, "orders": one.orders}
    figures |= {f"{name}_s": round(share(one.seconds, part), 2) for name, part in PARTS.items() if one.seconds}
    figures |= {
        "calls_per_order": round(one.traffic.calls / one.orders, 3),
        "writes": one.traffic.writes,
        "429s": one.traffic.refused,
    }
    over = [f"{one.traffic.refused} times over the limit by itself"] if one.traffic.refused else []
    return Row("B2", "Tandem", f"{rate}/s", figures, UNDER, [*one.differences, *over])


PARTS = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}


def acknowledged(*, large: bool = False) -> list[Row]:
    """B3: to acknowledge a webhook. The same at any size."""
    return [_acknowledged(one) for one in webhook.rows()]


def _acknowledged(one: webhook.Acknowledged) -> Row:
    figures: dict[str, Value] = {"aws_calls": round(one.calls, 2), "p50_ms": round(one.p50, 1)}
    figures["p99_ms"] = round(one.p99, 1)
    if one.instructions is not None:
        figures["million_instructions"] = round(one.instructions, 2)
    under: dict[str, Value] = {"events": webhook.EVENTS, "one": "after the other", "aws": "emulated, on loopback"}
    return Row("B3", "Tandem" if one.handler == "shopify_webhook" else "one message", one.event, figures, under)


def costs(*, large: bool = False) -> list[Row]:
    """B5: what a million events cost, and peers that are modelled."""
    events, rates = (4_000, (20.0, 100.0)) if large else (400, (2.0, 20.0))
    emulator = Emulator()
    emulator.start()
    try:
        table = client("dynamodb", emulator.endpoint)
        found = [one for rate in rates for one in cost.measure(table, rate, events)]
    finally:
        emulator.stop()
    under: dict[str, Value] = {**UNDER, "prices": f"us-east-1, {cost.PRICES['date']}", "acts_of_each_mix": events}
    rows = [_cost("Tandem", f"{one.mix}, {one.rate:g}/s", one.usd, under, one.differences) for one in found]
    modelled: dict[str, Value] = {"prices": under["prices"], "modelled": "no call was counted"}
    peers = [(name, cost.priced(used)) for name, used in cost.PRICES["peers"].items()]
    return rows + [_cost(name.partition(" (")[0], "each event", usd, modelled, []) for name, usd in peers]


def _cost(subject: str, size: str, usd: dict[str, float], under: dict[str, Value], differences: list[str]) -> Row:
    parts: dict[str, Value] = {f"usd_{name.replace(' ', '_')}": round(amount, 2) for name, amount in usd.items()}
    return Row("B5", subject, size, {"usd_a_million": round(sum(usd.values()), 2), **parts}, under, differences)


def starts(*, large: bool = False) -> list[Row]:
    """B6: cold starts, and what is shipped."""
    shipped, found = cold_start.rows()
    under: dict[str, Value] = {"python": stack.here().python, "runs": cold_start.RUNS, "bytecode": "there"}
    rows = []
    for one in found:
        name = one.name.strip()
        peer = name.startswith("peer: ")
        figures: dict[str, Value] = {"cpu_ms": round(one.cpu), "mb": round(one.memory), "modules": one.modules}
        if one.instructions is not None:
            figures["million_instructions"] = round(one.instructions, 1)
        size = "with its clients" if name == "with its clients" else "import"
        subject = "ShopifyWebhookFunction" if name == "with its clients" else name.removeprefix("peer: ")
        rows.append(Row("B6", f"peer {subject}" if peer else subject, size, figures, under))
    for name, (unzipped, zipped) in shipped.items():
        weight: dict[str, Value] = {"mb_unzipped": round(unzipped, 2), "mb_zipped": round(zipped, 3)}
        rows.append(Row("B6", name, "shipped", weight, {"limit_mb": cold_start.LIMIT_MB}))
    return rows


def reconciled(*, large: bool = False) -> list[Row]:
    """B7: to find nothing changed, and to find all that was changed by hand."""
    sizes = (200, 2_000, 20_000) if large else (200, 2_000)
    rows = [_pass(reconcile.still(size), size) for size in sizes]
    for name, calls in reconcile.PEERS.items():
        subject = name.partition(":")[0]
        figures: dict[str, Value] = {"hubspot_calls": calls(reconcile.SCALE)}
        rows.append(Row("B7", subject, f"{reconcile.SCALE:,} records", figures, {"computed": name}))
    audited = 5_000 if large else 1_000
    progress(f"audits of {audited:,} orders driven apart by hand")
    return rows + [_audited(one, audited) for one in audit.measure(audited, [0.0, *audit.SHARES])]


def _pass(one: reconcile.Pass, orders_: int) -> Row:
    figures: dict[str, Value] = {
        "records": one.records,
        "hubspot_calls": one.hubspot,
        "shopify_calls": one.shopify,
        "kb": round(one.kilobytes, 1),
        "writes": one.written,
    }
    return Row("B7", "Tandem, nothing changed", f"{orders_:,} orders", figures, UNDER, one.differences)


def _audited(one: audit.Figures, orders_: int) -> Row:
    figures: dict[str, Value] = {
        "records": one.records,
        "changes": one.injected,
        "recall": round(one.recall, 4),
        "precision": round(one.precision, 4),
        "hubspot_calls": one.hubspot,
        "shopify_calls": one.shopify,
        "repair_calls": one.repair,
        "virtual_s": round(one.seconds),
    }
    subject = f"Tandem, audit at {100 * one.share:g} % of drift"
    return Row("B7", subject, f"{orders_:,} orders", figures, UNDER, [*one.wrong, *one.differences])


def outages(*, large: bool = False) -> list[Row]:
    """B9: HubSpot down while the shop goes on."""
    hours = 24 if large else 3
    progress(f"HubSpot down for {hours} h")
    shop = outage.Shop()
    found = run(shop.clock, outage.outage(shop, hours))
    figures: dict[str, Value] = {
        "changes": found.changes,
        "rows_due_at_its_end": found.rows,
        "calls_tried_meanwhile": found.tries,
        "live_done_s": round(found.live),
        "all_done_s": round(found.drain),
        "least_possible_s": round(found.least),
        "calls": found.calls,
        "early_bulk": found.early,
    }
    lost = [f"{found.wrong} differences by the oracle"] if found.wrong else []
    parked = [f"{found.parked} rows parked"] if found.parked else []
    under: dict[str, Value] = {**UNDER, "latency_s": 0, "changes_an_hour": outage.CHANGES_AN_HOUR}
    return [Row("B9", "Tandem", f"{hours} h down", figures, under, [*lost, *parked])]
