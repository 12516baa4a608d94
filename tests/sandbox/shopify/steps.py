"""A capture played step by step: recorded ids are learned on the way and put in place of ours."""

from typing import Any

from tests.sandbox.shopify.front import Front
from tests.sandbox.shopify.replay import learn, mapped, replayed


class Steps:
    """`ids` maps recorded ids to ours. `seconds` pass after each step."""

    def __init__(self, front: Front, seconds: float = 0) -> None:
        self.front = front
        self.seconds = seconds
        self.ids: dict[str, str] = {}

    def play(self, query: str, variables: Any, recording: Any, **options: Any) -> Any:
        """Ask as recorded, demand what was recorded, learn its ids; returns our answer."""
        answer = self.front.post(query, mapped(variables, self.ids)).json()
        self.front.wait(self.seconds)
        replayed(answer, recording, **options)
        learn(self.ids, answer, recording)
        return answer
