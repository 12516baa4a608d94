"""All bugs there are."""

from collections.abc import Sequence

from tests.zoo import carts, contacts, records, walks, workers
from tests.zoo.planting import Bug

BUGS: Sequence[Bug] = [
    one
    for module in (workers, records, contacts, carts, walks)
    for one in vars(module).values()
    if isinstance(one, Bug)
]
