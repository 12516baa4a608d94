"""Webhooks on their way out: retries by the timetable, faults on the road, patience, requests in flight."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import pytest

from sandbox.clock import Clock
from tests.sandbox.toy import Toy

Answer = Callable[[httpx.Request], httpx.Response]


class Hearer:
    """A receiver that answers with the given statuses, then with 200, and remembers when it heard what."""

    def __init__(self, toy: Toy, *statuses: int) -> None:
        self.heard: list[tuple[float, str]] = []
        self._toy = toy
        self._start = toy.clock.now
        self._statuses = list(statuses)
        toy.connect(self)

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.heard.append(((self._toy.clock.now - self._start).total_seconds(), request.content.decode()))
        return httpx.Response(self._statuses.pop(0) if self._statuses else 200)

    @property
    def bodies(self) -> list[str]:
        return [body for _, body in self.heard]


def test_nothing_leaves_before_somebody_flushes() -> None:
    toy = Toy()
    hearer = Hearer(toy)
    toy.outbox.post(toy.webhook())
    assert hearer.heard == []
    asyncio.run(toy.run(0))
    assert hearer.bodies == ["toy 0"]


def test_retries_come_at_their_times_until_one_is_accepted() -> None:
    toy = Toy()
    hearer = Hearer(toy, 500, 404)
    delivered: list[bool] = []
    toy.outbox.post(toy.webhook(delivered=lambda: delivered.append(True)))
    asyncio.run(toy.run(100))
    assert hearer.heard == [(0.0, "toy 0"), (10.0, "toy 1"), (30.0, "toy 2")]
    assert delivered == [True]
    assert toy.outbox.waiting == 0


def test_patience_ends() -> None:
    toy = Toy()
    hearer = Hearer(toy, 500, 500, 500, 500)
    given_up: list[bool] = []
    toy.outbox.post(toy.webhook(given_up=lambda: given_up.append(True)))
    asyncio.run(toy.run(1_000))
    assert hearer.bodies == ["toy 0", "toy 1", "toy 2"]
    assert given_up == [True]


def test_a_refusal_ends_it_where_4xx_is_not_retried() -> None:
    toy = Toy()
    hearer = Hearer(toy, 410)
    toy.outbox.post(toy.webhook(retries_4xx=False))
    asyncio.run(toy.run(1_000))
    assert hearer.bodies == ["toy 0"]
    hearer = Hearer(toy, 503)
    toy.outbox.post(toy.webhook(retries_4xx=False))
    asyncio.run(toy.run(1_000))
    assert hearer.bodies == ["toy 0", "toy 1"]


def test_no_receiver_is_a_failed_attempt() -> None:
    toy = Toy()
    toy.outbox.post(toy.webhook(waits=()))
    asyncio.run(toy.run(1))
    assert [(call.status, call.fault) for call in toy.log.calls] == [(None, "ConnectError")]


def test_a_dropped_webhook_is_never_sent_but_is_in_the_log() -> None:
    toy = Toy()
    hearer = Hearer(toy)
    toy.faults.add("drop", "webhook toy", times=1)
    toy.outbox.post(toy.webhook())
    toy.outbox.post(toy.webhook("next"))
    asyncio.run(toy.run(1_000))
    assert hearer.bodies == ["next 0"]
    assert [call.fault for call in toy.log.calls] == ["drop", None]


def test_a_duplicate_is_sent_twice_and_counts_once() -> None:
    toy = Toy()
    hearer = Hearer(toy)
    delivered: list[bool] = []
    toy.faults.add("duplicate")
    toy.outbox.post(toy.webhook(delivered=lambda: delivered.append(True)))
    asyncio.run(toy.run(1))
    assert hearer.bodies == ["toy 0", "toy 0"]
    assert delivered == [True]


def test_a_postponed_webhook_comes_within_its_range() -> None:
    toy = Toy()
    hearer = Hearer(toy)
    toy.faults.add("postpone", seconds=[3_600, 7_200])
    toy.outbox.post(toy.webhook())
    asyncio.run(toy.run(86_400))
    [(after, _)] = hearer.heard
    assert 3_600 <= after <= 7_200


def test_reordered_webhooks_overtake_each_other() -> None:
    toy = Toy()
    hearer = Hearer(toy)
    toy.faults.add("reorder", seconds=[0, 60])
    for number in range(20):
        toy.outbox.post(toy.webhook(str(number)))
    asyncio.run(toy.run(60))
    assert sorted(hearer.bodies) == sorted(f"{number} 0" for number in range(20))
    assert hearer.bodies != [f"{number} 0" for number in range(20)]


def receiver_that_takes(
    clock: Clock, seconds: float, log: list[str]
) -> Callable[[httpx.Request], Awaitable[httpx.Response]]:
    async def send(request: httpx.Request) -> httpx.Response:
        log.append(f"in {request.content.decode()}")
        await clock.sleep(seconds)
        log.append(f"out {request.content.decode()}")
        return httpx.Response(200)

    return send


async def let_time_pass(toy: Toy, seconds: int) -> None:
    """A scheduler: whatever can run does, then the clock moves a second, and what is ready leaves."""
    tasks = []
    for _ in range(seconds):
        tasks.append(asyncio.create_task(toy.outbox.flush()))
        for _ in range(10):
            await asyncio.sleep(0)
        toy.clock.advance(1)
    await asyncio.gather(*tasks)


def test_an_answer_after_five_seconds_is_too_late() -> None:
    toy, log = Toy(), list[str]()
    toy.connect(receiver_that_takes(toy.clock, 6, log))
    toy.outbox.post(toy.webhook(waits=(10.0,)))
    asyncio.run(let_time_pass(toy, 30))
    assert log == ["in toy 0", "in toy 1"]
    assert [call.fault for call in toy.log.calls] == ["TimeoutError", "TimeoutError"]


def test_an_answer_within_five_seconds_is_in_time() -> None:
    toy, log = Toy(), list[str]()
    toy.connect(receiver_that_takes(toy.clock, 4, log))
    toy.outbox.post(toy.webhook())
    asyncio.run(let_time_pass(toy, 30))
    assert log == ["in toy 0", "out toy 0"]
    assert [call.status for call in toy.log.calls] == [200]


@pytest.mark.parametrize(("at_once", "most"), [(2, 2), (None, 5)])
def test_no_more_requests_are_in_flight_than_the_receiver_asked_for(at_once: int | None, most: int) -> None:
    toy, log = Toy(), list[str]()
    toy.connect(receiver_that_takes(toy.clock, 3, log))
    for number in range(5):
        toy.outbox.post(toy.webhook(str(number), at_once=at_once))
    asyncio.run(let_time_pass(toy, 20))
    in_flight = peak = 0
    for line in log:
        in_flight += 1 if line.startswith("in") else -1
        peak = max(peak, in_flight)
    assert peak == most
    assert sum(line.startswith("out") for line in log) == 5
