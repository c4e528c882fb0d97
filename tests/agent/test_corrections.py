from __future__ import annotations

import pytest

from agent.corrections import Corrections

EARLIER = {"weight": "12 kilos", "colour": "brown"}


@pytest.mark.parametrize(
    ("message", "changed"),
    [
        ("sorry, the weight should be 14 kilos", {"weight": "14 kilos"}),
        ("the weight should be 12.5 kilos", {"weight": "12.5 kilos"}),
        ("make the colour grey, rest is fine", {"colour": "grey"}),
        ("change the colour from brown to dark grey", {"colour": "dark grey"}),
        ("colour grey, sorry", {"colour": "grey"}),
        ("no, weight 14 kilos", {"weight": "14 kilos"}),
        ("grey, not brown", {"colour": "grey"}),
        ("it should be 14 kilos, not 12", {"weight": "14 kilos"}),
        ("not brown, grey", {"colour": "grey"}),
        ("grey instead of brown please", {"colour": "grey"}),
    ],
)
def test_a_claim_that_is_told_anew_has_that_value(message: str, changed: dict[str, str]) -> None:
    found = Corrections(EARLIER, message)
    assert found.certain() == EARLIER | changed
    assert found.merged(EARLIER.items()) == EARLIER | changed


@pytest.mark.parametrize("message", ["leave out the weight", "no, drop the weight please"])
def test_a_claim_that_is_to_be_left_out_goes(message: str) -> None:
    assert Corrections(EARLIER, message).certain() == {"colour": "brown"}


@pytest.mark.parametrize(
    "message",
    [
        "the colour should be nicer",
        "the colour was hard to see, sorry",
        "the rest of the colour should be grey",
        "weight is not all that counts",
        "colour me surprised",
        "make it grey",
        "drop the weight and come over",
        "what should the weight be?",
        "sorry, the weight of it all is on me",
    ],
)
def test_talk_that_has_a_claims_name_in_it_corrects_nothing(message: str) -> None:
    assert Corrections(EARLIER, message).certain() is None


@pytest.mark.parametrize(
    ("message", "drafted", "changed"),
    [
        ("it should be grey", [("weight", "grey")], {"colour": "grey"}),
        ("should be 14 kilos", [("colour", "14 kilos")], {"weight": "14 kilos"}),
        ("that should have gone to Bo Lark", [("weight", "gone to Bo Lark")], {}),
        ("the weight was 14 kilos", [("colour", "weight was 14 kilos")], {"weight": "14 kilos"}),
        ("no, to Bo", [("colour", "brown")], {}),
        ("and breed beagle", [("breed", "beagle")], {"breed": "beagle"}),
        ("颜色: colour改成grey吧", [("weight", "grey")], {"colour": "grey"}),
    ],
)
def test_what_the_model_mixed_up_goes_to_the_claim_it_is_like(
    message: str, drafted: list[tuple[str, str]], changed: dict[str, str]
) -> None:
    assert Corrections(EARLIER, message).merged(drafted, ("Bo", "Lark")) == EARLIER | changed


def test_a_claim_that_is_named_and_that_the_model_left_out_goes() -> None:
    found = Corrections(EARLIER, "他的weight不用写")
    assert found.merged([("colour", "brown")]) == {"colour": "brown"}
