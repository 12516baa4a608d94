"""How bad a random day is."""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Weather:
    """How bad a day is. Probabilities are of each call, webhook, bell; `harms` of a thousand steps of workers."""

    call_faults: float
    webhook_faults: float
    lost_bells: float
    harms: float
    latency: float
    pump: float
    people: bool
    shared: bool

    @classmethod
    def drawn(cls, random: Random) -> "Weather":
        return cls(
            call_faults=random.choice((0.0, 0.002, 0.01, 0.05)),
            webhook_faults=random.choice((0.0, 0.05, 0.3)),
            lost_bells=random.choice((0.0, 0.1, 0.5)),
            harms=random.choice((0.0, 2.0, 10.0, 40.0)),
            latency=random.choice((0.0, 0.15, 1.0)),
            pump=random.choice((0.5, 1.0, 5.0)),
            people=random.random() < 0.5,
            shared=random.random() < 0.2,
        )
