"""A worker's death at many calls of one job: at each the process is forked, and only in the copy does it die.

So what comes before a death is played once, and each copy plays what follows, and tells of its end through a pipe.
"""

import asyncio
import gc
import json
import os
import traceback
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.clock import Clock
from sandbox.world.mortal import Fate, Harm

Chosen = Callable[[int], tuple[Harm, ...]]
"""What is to befall the call of this number, each harm in a copy of its own."""
Told = dict[str, Any]


class Deaths(Fate):
    """`made` counts the calls that workers made to vendors."""

    def __init__(self, clock: Clock, chosen: Chosen) -> None:
        super().__init__(clock)
        self.made = 0
        self._chosen, self._seen = chosen, 0
        self._told: list[Told] = []
        self._pipe: int | None = None

    def at(self, number: int) -> Harm | None:
        if self._pipe is None and number > self._seen and " " in self.steps[-1]:  # method and path: a vendor's
            self._seen = number
            self.made += 1
            for harm in self._chosen(self.made):
                if self._copied():
                    self.doomed, self.harm = number, harm
                    break
        return super().at(number)

    def _copied(self) -> bool:
        """True in the copy; False in this process, once the copy has come to its end."""
        reading, writing = os.pipe()
        gc.freeze()  # or the copy would have to touch all there is
        loop = asyncio.get_running_loop()
        pid = os.fork()
        if not pid:
            asyncio._set_running_loop(loop)  # which is that of the other process otherwise
            os.close(reading)
            self._pipe = writing
            return True
        os.close(writing)
        with os.fdopen(reading) as pipe:
            text = pipe.read()
        os.waitpid(pid, 0)
        gc.unfreeze()
        if not text:
            raise RuntimeError(f"nothing was heard of the job after a death at call {self.made} ({self.steps[-1]})")
        self._told.append(json.loads(text))
        return False

    def give_up(self) -> None:
        """After an error that nobody foresaw. Does not return in a copy, which has nothing to tell."""
        if self._pipe is not None:
            traceback.print_exc()
            os._exit(1)

    def end(self, told: Mapping[str, Any]) -> list[Told]:
        """What the copies told of their ends. Does not return in a copy."""
        if self._pipe is None:
            return self._told
        where = f"{self.harm} call {self.made}"
        differences = [f"{where}: {difference}" for difference in told["differences"]]
        with os.fdopen(self._pipe, "w") as pipe:
            pipe.write(json.dumps({**told, "differences": differences}))
        os._exit(0)
