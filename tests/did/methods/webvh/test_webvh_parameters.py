from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from did.encoding import encode_multikey
from did.errors import InvalidDID
from did.keys.secp256k1 import Secp256k1PrivateKey
from did.methods.webvh.parameters import NO_WITNESSES, Parameters, Witnesses, read_witnesses

if TYPE_CHECKING:
    from tests.did.methods.webvh.conftest import Forge

SCID: Final = "Qm" + "1" * 44
SECP256K1: Final = encode_multikey(Secp256k1PrivateKey(b"\1" * 32).public_key)


@pytest.fixture(scope="module")
def first(forge: Forge) -> dict[str, Any]:
    return {"method": "did:webvh:1.0", "scid": SCID, "updateKeys": [forge.multikey(1)]}


def test_what_a_first_entry_does_not_say_has_its_default(
    first: dict[str, Any], forge: Forge
) -> None:
    assert Parameters.first(first) == Parameters(
        method="did:webvh:1.0",
        scid=SCID,
        update_keys=(forge.multikey(1),),
        next_key_hashes=(),
        witnesses=NO_WITNESSES,
        watchers=(),
        portable=False,
        deactivated=False,
        ttl=3600,
    )


@pytest.mark.parametrize("name", ["method", "scid", "updateKeys"])
def test_a_first_entry_says_what_it_must(name: str, first: dict[str, Any]) -> None:
    with pytest.raises(InvalidDID, match=f"lacks the parameter '{name}'"):
        Parameters.first({key: value for key, value in first.items() if key != name})


def test_what_a_later_entry_does_not_say_stays(first: dict[str, Any], forge: Forge) -> None:
    said = {
        **first,
        "watchers": ["https://watcher.example/"],
        "witness": {"threshold": 1, "witnesses": [{"id": forge.witness(9)}]},
        "portable": True,
        "ttl": 60,
    }
    parameters = Parameters.first(said)
    assert parameters.then({}) == parameters
    changed = parameters.then({"ttl": 0, "watchers": [], "witness": {}, "portable": False})
    assert (changed.ttl, changed.watchers, changed.portable) == (0, (), False)
    assert changed.witnesses == NO_WITNESSES
    assert changed.update_keys == parameters.update_keys


@pytest.mark.parametrize(
    ("name", "field", "default"),
    [
        ("updateKeys", "update_keys", ()),
        ("nextKeyHashes", "next_key_hashes", ()),
        ("witness", "witnesses", NO_WITNESSES),
        ("watchers", "watchers", ()),
        ("ttl", "ttl", 3600),
    ],
)
def test_takes_the_null_of_early_logs_for_the_default(
    name: str, field: str, default: Any, first: dict[str, Any]
) -> None:
    assert getattr(Parameters.first(first).then({name: None}), field) == default


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("method", "did:webvh:0.5"),
        ("method", "did:webvh:1.0-rc1"),
        ("method", "did:webvh:99.0"),
        ("method", "did:tdw:1.0"),
        ("method", "DID:WEBVH:1.0"),
        ("method", None),
        ("method", 1.0),
        ("updateKeys", "z6Mk"),
        ("updateKeys", [1]),
        ("updateKeys", ["not a key"]),
        ("updateKeys", ["did:key:z6MkjchhfUsD6mmvni8mCdXHw216Xrm9bQe2mBH1P5RDjVJG"]),
        ("updateKeys", ["z6MkjchhfUsD6mmvni8mCdXHw216Xrm9bQe2mBH1P5RDjVJG"] * 2),
        ("updateKeys", [f"z{number:09}".replace("0", "1") for number in range(1000)]),
        ("updateKeys", {}),
        ("nextKeyHashes", [None]),
        ("nextKeyHashes", "Qm"),
        ("watchers", ["watcher.example"]),
        ("watchers", ["https://watcher.example/ x"]),
        ("portable", 1),
        ("portable", "true"),
        ("portable", None),
        ("deactivated", "false"),
        ("deactivated", None),
        ("ttl", -1),
        ("ttl", 2**31 + 1),
        ("ttl", 1.5),
        ("ttl", "3600"),
        ("ttl", True),
        ("weight", 1),
        ("prerotation", True),
        ("witness", []),
        ("witness", {"threshold": 1}),
        ("witness", {"threshold": 0, "witnesses": []}),
        ("witness", {"threshold": 1, "witnesses": []}),
        ("witness", {"threshold": 1, "witnesses": {}}),
        ("witness", {"threshold": 1, "witnesses": ["did:key:z6Mk"]}),
    ],
)
def test_refuses_what_the_specification_does_not_allow(
    name: str, value: Any, first: dict[str, Any]
) -> None:
    with pytest.raises(InvalidDID):
        Parameters.first({**first, name: value})
    with pytest.raises(InvalidDID):
        Parameters.first(first).then({name: value})


@pytest.mark.parametrize("scid", [None, "", "{SCID}", SCID[:-1], SCID + "1", SCID[:-1] + "0"])
def test_refuses_what_is_no_scid(scid: Any, first: dict[str, Any]) -> None:
    with pytest.raises(InvalidDID, match="scid"):
        Parameters.first({**first, "scid": scid})


def test_the_scid_is_said_once(first: dict[str, Any]) -> None:
    with pytest.raises(InvalidDID, match="in the first entry alone"):
        Parameters.first(first).then({"scid": SCID})


def test_portable_is_said_first_or_never(first: dict[str, Any]) -> None:
    for before in (True, False):
        with pytest.raises(InvalidDID, match="in the first entry or never"):
            Parameters.first({**first, "portable": before}).then({"portable": True})


def test_a_list_of_witnesses_survives_a_round_trip(forge: Forge) -> None:
    witnesses = Witnesses(2, (forge.witness(7), forge.witness(8), forge.witness(9)))
    assert read_witnesses("witness", witnesses.to_json()) == witnesses
    assert read_witnesses("witness", NO_WITNESSES.to_json()) == NO_WITNESSES
    assert witnesses
    assert not NO_WITNESSES


@pytest.mark.parametrize("threshold", [0, 3, -1, 1.5, "1", None, True])
def test_refuses_a_threshold_that_makes_no_sense(threshold: Any, forge: Forge) -> None:
    witnesses = [{"id": forge.witness(8)}, {"id": forge.witness(9)}]
    with pytest.raises(InvalidDID, match="threshold"):
        read_witnesses("witness", {"threshold": threshold, "witnesses": witnesses})


@pytest.mark.parametrize(
    "id_",
    [
        "z6MkjchhfUsD6mmvni8mCdXHw216Xrm9bQe2mBH1P5RDjVJG",
        "did:web:example.com",
        "did:key:z6Mk",
        f"did:key:{SECP256K1}",
        "did:key:z6MkjchhfUsD6mmvni8mCdXHw216Xrm9bQe2mBH1P5RDjVJG#x",
        1,
    ],
)
def test_refuses_a_witness_that_could_not_sign(id_: Any) -> None:
    with pytest.raises(InvalidDID):
        read_witnesses("witness", {"threshold": 1, "witnesses": [{"id": id_}]})


def test_refuses_a_witness_with_more_than_an_id_or_named_twice(forge: Forge) -> None:
    weighted = {"id": forge.witness(9), "weight": 2}
    with pytest.raises(InvalidDID, match="'id' alone"):
        read_witnesses("witness", {"threshold": 1, "witnesses": [weighted]})
    twice = [{"id": forge.witness(9)}] * 2
    with pytest.raises(InvalidDID, match="twice"):
        read_witnesses("witness", {"threshold": 1, "witnesses": twice})
