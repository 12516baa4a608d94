"""A wrong run scores nothing: its figures are shown nowhere, drawn nowhere, and hold nothing."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench import __main__ as main
from bench import drawings, holds, results
from bench.results import Row

RIGHT = Row("B1", "Tandem", "500 orders", {"calls_per_order": 0.0625, "orders_per_s": 80.0}, {"latency_s": 0.15})
PEER = Row("B1", "naive script", "500 orders", {"calls_per_order": 8.5}, {"latency_s": 0.15})
WRONG = Row("B1", "floor", "500 orders", {"calls_per_order": 0.0471}, {"latency_s": 0.15}, ["4 orders, should be 5"])


def test_a_wrong_runs_figures_are_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    results.show([RIGHT, PEER, WRONG])
    shown = capsys.readouterr().out
    assert "0.0625" in shown
    assert "0.0471" not in shown
    [line] = [line for line in shown.splitlines() if line.startswith("  floor")]
    assert results.WRONG in line
    assert "against floor, 500 orders: 4 orders, should be 5" in shown
    assert "under: latency_s 0.15" in shown


def test_a_wrong_runs_figures_are_not_in_the_json_or_the_charts() -> None:
    told = json.dumps(results.as_json([RIGHT, WRONG]))
    assert "0.0471" not in told
    assert results.from_json(json.loads(told))[0] == RIGHT
    drawn = drawings.drawings([RIGHT, WRONG])["calls-per-order.svg"]
    assert "0.0625" in drawn
    assert "0.0471" not in drawn


def test_columns_stay_aligned_when_all_runs_of_a_table_are_wrong() -> None:
    assert results.tables([WRONG])["B1"][1] == ["floor", "500 orders", results.WRONG]
    [head, right, wrong] = results.tables([RIGHT, WRONG])["B1"]
    assert len(head) == len(right) == len(wrong)


def test_ratios_are_those_of_right_runs_of_one_size() -> None:
    rows = [RIGHT, PEER, WRONG]
    assert results.ratio(rows, "calls_per_order", "naive script", "Tandem", "500 orders") == 8.5 / 0.0625
    assert results.ratio(rows, "calls_per_order", "Tandem", "floor", "500 orders") is None
    assert results.ratio(rows, "calls_per_order", "naive script", "Tandem", "5,000 orders") is None


@pytest.mark.parametrize(("calls", "word"), [(0.05, "aim reached"), (0.08, "held"), (0.2, "MISSED")])
def test_what_must_hold_is_held_to(calls: float, word: str) -> None:
    row = Row("B1", "Tandem", "500 orders", {"calls_per_order": calls}, {})
    [found] = [one for one in holds.held([row]) if one.value is not None]
    assert found.cells()[-1] == word
    assert found.missed == (word == "MISSED")


def test_of_several_sizes_the_largest_counts_for_calls_and_the_worst_for_limits() -> None:
    small = Row("B1", "Tandem", "500 orders", {"calls_per_order": 0.2, "429s": 3}, {})
    large = Row("B1", "Tandem", "5,000 orders", {"calls_per_order": 0.07, "429s": 0}, {})
    values = {one.hold.figure: one.value for one in holds.held([small, large]) if one.value is not None}
    assert values == {"calls_per_order": 0.07, "429s": 3}


def test_a_wrong_run_holds_nothing() -> None:
    assert all(one.value is None for one in holds.held([WRONG]))


def test_charts_are_well_formed_whatever_the_names() -> None:
    rows = [Row("B1", "a <b> & c", "5 orders", {"calls_per_order": 1.0, "orders_per_s": 2.0}, {}), RIGHT]
    latency = [
        Row("B2", "Tandem", f"{rate}/s", {"orders_per_s": rate, "p50_s": 0.5, "p99_s": 2.5}, {}) for rate in (1, 300)
    ]
    found = drawings.drawings([*rows, *latency])
    assert set(found) == {"calls-per-order.svg", "first-run.svg", "latency.svg"}
    for drawing in found.values():
        assert ElementTree.fromstring(drawing).tag.endswith("svg")


def test_a_run_of_some_keeps_the_rows_of_the_others(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    other = Row("B10", "Tandem", "1 app", {"left": 1}, {})
    path.write_text(json.dumps(results.as_json([PEER, other])))
    assert main.kept(path, [RIGHT]) == [RIGHT, other]


def test_a_wrong_run_fails_the_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(main, "measure", lambda names, large: [WRONG])
    monkeypatch.setattr("sys.argv", ["bench", "B1"])
    with pytest.raises(SystemExit, match="1 runs are wrong"):
        main.main()
