"""Switches: every doubt has a default with a reason, and takes nothing it does not know."""

import pytest

from sandbox.hubspot.simulator import HubSpot
from sandbox.switches import Switch, Switches

TABLE = (
    Switch("weather", ("rain", "sun"), "Is it wet?", "It mostly is."),
    Switch("wind", ("none", "storm"), "Does it blow?", "It was still."),
)


def test_the_first_value_is_the_default() -> None:
    switches = Switches(TABLE)
    assert (switches["weather"], switches["wind"]) == ("rain", "none")


def test_a_world_may_start_otherwise() -> None:
    assert Switches(TABLE, {"wind": "storm"})["wind"] == "storm"


def test_an_unknown_value_is_refused_and_changes_nothing() -> None:
    switches = Switches(TABLE)
    with pytest.raises(ValueError, match="takes one of: rain, sun"):
        switches.set("weather", "snow")
    assert switches["weather"] == "rain"


def test_an_unknown_switch_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="there are: weather, wind"):
        Switches(TABLE).set("tide", "high")
    with pytest.raises(KeyError):
        Switches(TABLE)["tide"]


def test_json_tells_value_default_and_reason() -> None:
    switches = Switches(TABLE, {"weather": "sun"})
    assert switches.as_json()["weather"] == {
        "value": "sun",
        "default": "rain",
        "values": ["rain", "sun"],
        "doubt": "Is it wet?",
        "why": "It mostly is.",
    }


def test_every_hubspot_switch_is_a_real_choice_with_a_question_and_a_reason() -> None:
    names = [switch.name for switch in HubSpot.switch_table]
    assert len(set(names)) == len(names)
    for switch in HubSpot.switch_table:
        assert len(set(switch.values)) == len(switch.values) >= 2, switch.name
        assert switch.doubt.endswith("?"), switch.name
        assert switch.why.endswith((".", ")")), switch.name
