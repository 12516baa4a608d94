"""What the demo says: a line for each step, and one that moves while something is under way."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

QUIET_SECONDS = 5.0
"""Between two lines of progress where lines cannot move."""
GREEN, RED, DIM, PLAIN = "\x1b[32m", "\x1b[31m", "\x1b[2m", "\x1b[0m"


class Screen:
    """Writes to standard output. `lively`: a terminal, with colours and a line that moves."""

    def __init__(self) -> None:
        self.lively = sys.stdout.isatty()
        self._moving = False
        self._told = 0.0

    def line(self, text: str = "") -> None:
        self._settle()
        self._write(f"{text}\n")

    def title(self, text: str) -> None:
        self.line()
        self.line(f"── {text} ".ljust(100, "─"))

    def good(self, text: str) -> None:
        self.line(f"  {self._in(GREEN, '✓')} {text}")

    def bad(self, text: str) -> None:
        self.line(f"  {self._in(RED, '✗')} {text}")

    def note(self, text: str) -> None:
        self.line(f"    {self._in(DIM, text)}")

    def moving(self, text: str) -> None:
        """Replaces itself in a terminal; elsewhere a line now and then."""
        if self.lively:
            self._write(f"\r\x1b[K    {text}")
            self._moving = True
        elif time.monotonic() - self._told > QUIET_SECONDS:
            self._told = time.monotonic()
            self._write(f"    {text}\n")

    @contextmanager
    def step(self, text: str) -> Iterator[list[str]]:
        """A step with the time it took. What is appended to the list is told with it."""
        began = time.monotonic()
        told: list[str] = []
        self.moving(f"{text} ...")
        yield told
        self.good(f"{text:<44} {time.monotonic() - began:6.1f} s   {'; '.join(told)}".rstrip())

    def _settle(self) -> None:
        if self._moving:
            self._write("\r\x1b[K")
            self._moving = False

    def _in(self, colour: str, text: str) -> str:
        return f"{colour}{text}{PLAIN}" if self.lively else text

    def _write(self, text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()
