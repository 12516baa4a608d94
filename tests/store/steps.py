"""Random steps: every method of the Store port, three workers, rival leases, faults and races, by Hypothesis."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from tandem.model import Kind, Priority
from tests.store.calls import LANES, REFS, START, Race, Step

moments = st.none() | st.integers(-100, 100).map(lambda seconds: START + timedelta(seconds=seconds))
changes = st.fixed_dictionaries(
    {},
    optional={
        "link": st.none() | st.sampled_from(["7", "8"]),
        "digest": st.none() | st.just("d"),
        "version": moments,
        "facts": st.none() | st.just({"tags": ("a", "b"), "n": 1, "inner": {"x": None}}),
        "children": st.none() | st.dictionaries(st.sampled_from("ab"), st.just("9")),
        "associated": st.none() | st.just({"contacts": "5"}),
        "error": st.none() | st.just("why"),
        "stage": st.none() | st.just("open"),
        "attempts": st.integers(0, 3),
        "deleted": st.none() | st.booleans(),
        "claimed_by": st.none(),
        "checkout": st.none() | st.just("77"),
        "order": st.none() | st.just("1"),
        "written_at": moments,
    },
)
refused_changes = st.sampled_from([{"marks": 1}, {"fence": 1}, {"due_at": None}, {"no_such_field": 1}])
refs = st.sampled_from(REFS)
several = st.lists(refs, min_size=1, max_size=4, unique=True)
one = refs.map(lambda ref: [ref])
lanes = st.just(LANES[0]) | st.sampled_from(LANES)
priorities = st.sampled_from(Priority)
workers = st.sampled_from("abc")
seconds = st.sampled_from([0.5, 5, 60])
limits = st.sampled_from([1, 2, 9])
words = st.sampled_from(["suspects#1", "suspects#2", "suspects#\u00e9", "suspects", "loose#1", "a"])
names = st.lists(words, min_size=1, max_size=4, unique=True)
values = st.sampled_from([{"on": [1.5, None]}, {}, {"text": "\u00e9\U0001f600", "pair": (1, 2)}])


def step(name: str, faults: str = "", /, **arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Step]:
    """`faults` are those this step may meet, where they mean the same in both stores."""
    fault = st.sampled_from(["", "", "", *faults.split()])
    return st.builds(Step, st.just(name), workers, st.fixed_dictionaries(arguments), fault)


MARK = step(
    "mark",
    "lost refused",
    ref=refs,
    priority=priorities,
    seen=moments,
    deleted=st.booleans(),
    fields=changes,
    version=moments,
)
LEASE = step("lease", "lost refused", lane=lanes, seconds=seconds)
RENEW = step("renew", "lost refused", seconds=seconds)
RELEASE = step("release", "lost refused", anyway=st.booleans())
CLOSE = step("close", "lost refused", seconds=seconds)
COMMIT = step(
    "commit",
    "lost refused",
    refs=one,
    behind=st.sampled_from([0, 0, 1]),
    fields=changes,
    end=st.sampled_from(["clean", "later", "parked"]),
)
CLAIM = step("claim", "lost refused", ref=refs, seconds=seconds)
DRAW = step("draw", "lost refused", tokens=st.sampled_from([1, 2, 2.5, 10]), patience=st.integers(0, 8))
HOLD = step("hold", "lost refused", seconds=seconds)
PROBE = step("probe", "lost refused", seconds=seconds)
LIFT = step("lift", "lost refused")
SAVE = step("save_job", "lost refused", name=words, behind=st.sampled_from([0, 0, 1]), cursor=st.none() | words)
PUT = step("put_setting", "lost refused", name=words, value=values | st.none())

WRITES = (MARK, LEASE, RENEW, RELEASE, CLOSE, COMMIT, CLAIM, DRAW, HOLD, PROBE, LIFT, SAVE, PUT)
MANY = (
    step("mark_many", refs=several, priority=priorities),
    step("mark", ref=refs, fields=refused_changes),
    step("commit", refs=several, behind=st.just(0), fields=changes, end=st.sampled_from(["clean", "later", "parked"])),
    step("commit", refs=one, behind=st.just(0), fields=refused_changes, end=st.just("clean")),
    step("note", "undone", refs=several | st.just([REFS[0]] * 30)),
    step("put_notes", "undone", names=names | st.just([f"many#{n}" for n in range(30)]), value=values),
)
READS = (
    step("closed", lane=lanes),
    step("due", lane=lanes, priority=priorities, limit=limits),
    step("read", "undone", refs=several),
    step("setting", name=words),
    step("job", name=words),
    step("notes", "undone", names=names),
    step("notes_after", prefix=words | st.just("suspects#"), after=st.none() | words, limit=limits),
    step("rows", kind=st.sampled_from(Kind), after=st.none() | st.sampled_from("012"), limit=limits),
    step("parked", limit=limits),
)
PASS = st.builds(Step, st.just("pass"), workers, st.fixed_dictionaries({"seconds": seconds | st.just(0.0)}))
sound = st.one_of(WRITES).map(lambda one: one._replace(fault=""))
RACE = st.builds(Race, sound, sound, st.integers(0, 2))

part = st.lists(st.one_of(*WRITES, *WRITES, *MANY, *READS, PASS, PASS, RACE, RACE, RACE), max_size=10)
plays = st.tuples(*[part] * 5).map(lambda parts: [step for part in parts for step in part])
"""Of parts, for a list alone is seldom longer than five."""
