"""`holdfast bundle`: what verifying a credential needs, in one file, signed by one of your DIDs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from did.errors import DIDError
from wallet.actions.proposal import Proposal, Statement
from wallet.actions.registry import Action, Kind, Parameter
from wallet.actions.result import Result
from wallet.actions.signed_files import own_signer, prepare_file
from wallet.entries import credential as stored_credential
from wallet.errors import BadInput, NoSuchEntry
from wallet.files import at_home, read_file, write_new
from wallet.messages import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from did.fetch import Fetch
    from wallet.wallet import Wallet


def bundle(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """Verify anew, asking everybody, and pack what they said."""
    # Deferred: few commands pack a bundle.
    from wallet.bundle import Recorder  # noqa: PLC0415
    from wallet.judging import policy_of  # noqa: PLC0415
    from wallet.verify.pipeline import verify  # noqa: PLC0415
    from wallet.verify.report import VERDICTS  # noqa: PLC0415

    reference = arguments["credential"]
    data = _document(wallet, reference)
    signer = own_signer(wallet, arguments.get("signer"))
    recorder = Recorder(wallet.chains, lambda: _fetch(wallet), wallet.clock)
    report = verify(
        data, sources=recorder.sources, at=wallet.clock(), policy=policy_of(wallet.home)
    )
    try:
        packed = recorder.bundle()
    except DIDError as error:
        raise BadInput(f"the evidence cannot be packed: {error}", hint=error.hint) from error
    prepared = prepare_file(wallet, signer, packed.to_json())
    target = at_home(Path(arguments["output"]))

    def perform() -> Result:
        saved = write_new(target, prepared.finish())
        return Result(
            say("packed what verifying {document} needs", document=reference),
            data={
                "file": str(saved),
                "signer": signer.id,
                "addresses": sorted(packed.bodies),
                "chains": len(packed.chains),
                "verdict": report.verdict.value,
            },
            report=report,
            made=str(saved),
            saved=saved,
            next=say(
                "to verify by it: holdfast verify {document} --bundle {file} --bundle-signer {did}",
                document=reference,
                file=saved,
                did=signer.id,
            ),
        )

    statement = Statement(
        say("Pack and sign what verifying {document} needs", document=reference),
        facts=(
            (say("Verdict"), say(VERDICTS[report.verdict])),
            (say("From addresses"), ", ".join(sorted(packed.bodies)) or say("none")),
            (say("From chains"), str(len(packed.chains))),
            (say("Signer"), signer.described),
            (say("Saved as"), str(target)),
        ),
        warnings=(say("it tells whoever gets it what the credential points to"),),
    )
    return Proposal("bundle_evidence", statement, prepared.binding, perform)


def _document(wallet: Wallet, reference: str) -> bytes:
    try:
        return stored_credential(wallet.index, reference).credential.raw
    except NoSuchEntry:
        return read_file(reference)


def _fetch(wallet: Wallet) -> Fetch:
    # Deferred: most credentials need no web.
    from did.https import HTTPSFetch  # noqa: PLC0415

    return HTTPSFetch(allow_private=wallet.chains.settings().private_hosts)


BUNDLE_EVIDENCE: Final = Action(
    name="bundle_evidence",
    verb=("bundle",),
    help="Pack what verifying a credential needs into a file, for a place without a network",
    example="holdfast bundle diploma.json --output evidence.json",
    parameters=(
        Parameter(
            "credential",
            Kind.CREDENTIAL,
            "a file, or one of your credentials",
            required=True,
            literal=True,
        ),
        Parameter("output", Kind.PATH, "the file to write", required=True, flag="--output"),
        Parameter("signer", Kind.DID, "the DID that signs it", flag="--signer"),
    ),
    propose=bundle,
    planned=False,
)
