"""Commitments to the holder's secret: given to an issuer, who binds a credential to it (bbs-2023).

The file is JSON: `type` ("HolderCommitment"), `suite`, `issuer` (the DID that it is for), and
`commitmentWithProof`, in multibase base64url.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from did.base_encodings import NotEncoded, decode_base64url, encode_base64url
from wallet.actions.proposal import Proposal, Statement
from wallet.actions.registry import Action, Kind, Parameter
from wallet.actions.result import Result
from wallet.actions.securing import BBS_SUITE
from wallet.credentials.strict_json import read_json
from wallet.entries import contact_or_did, name_of, names
from wallet.errors import BadInput
from wallet.files import free_path, read_file, write_new
from wallet.messages import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.wallet import Wallet

TYPE: Final = "HolderCommitment"
_LONGEST: Final = 1_000
"""Characters; a commitment to one secret has 144 bytes."""


def commit(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """A commitment for one issuer. Nothing of the secret can be found out by it."""
    issuer = contact_or_did(wallet.vault, arguments["issuer"])
    did = str(issuer.did)
    name = f"commitment-{sha256(did.encode()).hexdigest()[:8]}.json"
    target = (
        Path(arguments["output"])
        if "output" in arguments
        else free_path(wallet.home / "outbox" / name)
    )

    def perform() -> Result:
        commitment = encode_base64url(wallet.vault.bbs_holder(did).commitment())
        written = {
            "type": TYPE,
            "suite": BBS_SUITE,
            "issuer": did,
            "commitmentWithProof": f"u{commitment}",
        }
        saved = write_new(target, json.dumps(written, indent=2).encode() + b"\n")
        return Result(
            say("committed to your secret for {issuer}", issuer=issuer.label),
            data={"file": str(saved), "commitment": written},
            made=str(saved),
            saved=saved,
            next=say("give the file to the issuer"),
        )

    statement = Statement(
        say("Let {issuer} bind a credential to a secret of yours", issuer=issuer.label),
        facts=(
            (say("Issuer"), name_of(did, names(wallet.vault))),
            (say("Secret"), say("out of the recovery phrase; it is told to nobody")),
            (say("Saved as"), str(target)),
        ),
        warnings=(say("the issuer can tell that two of your commitments are yours"),),
    )
    return Proposal(MAKE_COMMITMENT.name, statement, did.encode(), perform)


def read_commitment(file: str, *, issuer: str) -> bytes:
    """The commitment in a file. Raises as `commitment_in`; InvalidJSON: it is not strict JSON."""
    return commitment_in(read_json(read_file(file)), issuer=issuer)


def commitment_in(value: object, *, issuer: str) -> bytes:
    """The commitment in the JSON of a file, with its proof; whether that holds is not looked at.

    Raises:
        BadInput: it holds none, or one that was made for another issuer.
    """
    match value:
        case {"type": "HolderCommitment", "issuer": str(meant), "commitmentWithProof": str(text)}:
            if meant != issuer:
                raise BadInput(
                    f"the commitment was made for {meant!r:.200}, and {issuer} would sign",
                    hint="its holder opens it for that issuer alone: ask for another",
                )
        case _:
            raise BadInput("it holds no commitment", hint="holdfast commitment --help")
    try:
        if text.startswith("u") and len(text) <= _LONGEST:
            return decode_base64url(text[1:])
    except NotEncoded:
        pass
    raise BadInput("the commitment is not in multibase base64url, which begins with 'u'")


MAKE_COMMITMENT: Final = Action(
    name="make_commitment",
    verb=("commitment",),
    help="Let an issuer bind a credential to a secret of yours (bbs-2023)",
    example="holdfast commitment --issuer Uni --output commitment.json",
    parameters=(
        Parameter(
            "issuer",
            Kind.CONTACT,
            "who is to issue the credential",
            required=True,
            flag="--issuer",
            literal=True,
        ),
        Parameter("output", Kind.PATH, "the file to write", flag="--output"),
    ),
    propose=commit,
    planned=False,
)
