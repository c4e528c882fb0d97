"""Credentials of which parts are shown, made by Holdfast and by npm's packages, in every mixture.

Keys are of fixed seeds and protect nothing; documents hold the five claims of `mechanisms`.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, assert_never

from did.bbs.parties import KeyIssuer
from did.encoding import encode_multikey, to_jwk
from did.keys.bls12381 import Bls12381G2PrivateKey
from did.keys.p256 import P256PrivateKey
from tests.interop.credentials.judging import Row, objection
from tests.interop.credentials.mechanisms import (
    CHALLENGE,
    CHANGED,
    CLAIMS,
    DOMAIN,
    HOLDER,
    ISSUER,
    Party,
    party,
)
from tests.interop.credentials.peer import Refused
from wallet.credentials.formats.data_integrity.selective.pointers import never_withheld
from wallet.credentials.formats.data_integrity.suites import bbs, ecdsa_sd
from wallet.credentials.formats.jose.claims import numeric_date
from wallet.credentials.formats.sd_jwt.securing import issuance, showing
from wallet.credentials.issuing import unsigned_credential
from wallet.credentials.strict_json import write_json
from wallet.credentials.timestamps import write_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from typing import Literal

    from tests.interop.credentials.peer import Peer

    Suite = Literal["sd-jwt", "ecdsa-sd-2023", "bbs-2023"]

SCRIPT: Final = Path(__file__).with_name("parts.mjs")
SHOWN: Final = ("number", "level")
"""The claims that are shown; the value of the first is what is changed in an attack."""
_SECRET: Final = bytes((*range(1, 32), 7))
_BLS: Final = Bls12381G2PrivateKey(_SECRET)


@dataclass(frozen=True, slots=True)
class Parts:
    """A mechanism of selective disclosure; `peer` is the package that has it, too."""

    suite: Suite
    peer: str

    def issue(self, at: datetime) -> bytes:
        """What an issuer gives a holder, made by Holdfast."""
        issuer, holder = party("P-256", ISSUER), party("P-256", HOLDER)
        match self.suite:
            case "sd-jwt":
                made = issuance(
                    CLAIMS,
                    type="https://hospital.example/licence",
                    issuer=issuer.did,
                    verification_method=issuer.method,
                    signer=issuer.key,
                    issued=at,
                    draw=secrets.token_bytes,
                    subject=holder.did,
                    holder=holder.key.public_key,
                )
                return made.finish(issuer.key.sign(made.proposal.signing_bytes))
            case "ecdsa-sd-2023":
                assert isinstance(issuer.key, P256PrivateKey)
                unsigned = self.unsigned(at)
                mandatory = never_withheld(unsigned)
                proof = ecdsa_sd.sign_base(unsigned, _options(self, at), mandatory, issuer.key)
                return write_json({**unsigned, "proof": proof})
            case "bbs-2023":
                unsigned = self.unsigned(at)
                mandatory = never_withheld(unsigned)
                signer = KeyIssuer(_BLS)
                proof = bbs.sign_base(unsigned, _options(self, at), mandatory, signer)
                return write_json({**unsigned, "proof": proof})
            case _:
                assert_never(self.suite)

    def show(self, held: bytes, at: datetime) -> bytes:
        """What a verifier gets, made by Holdfast: `SHOWN`, and what must be."""
        holder = party("P-256", HOLDER)
        if self.suite == "sd-jwt":
            made = showing(
                held,
                [(name,) for name in SHOWN],
                nonce=CHALLENGE,
                audience=DOMAIN,
                created=at,
                signer=holder.key,
            )
            assert made.binding is not None
            return made.finish(holder.key.sign(made.binding.signing_bytes))
        suite = bbs if self.suite == "bbs-2023" else ecdsa_sd
        return write_json(suite.derive(json.loads(held), self.pointers()))

    def unsigned(self, at: datetime) -> dict[str, Any]:
        """The credential before it is secured; as one with a proof by parts, or as a token."""
        issuer, holder = self.issuer(), party("P-256", HOLDER)
        if self.suite == "sd-jwt":
            return {
                "iss": issuer["did"],
                "iat": numeric_date(at),
                "vct": "https://hospital.example/licence",
                "sub": holder.did,
                "cnf": {"jwk": to_jwk(holder.key.public_key)},
                "claims": CLAIMS,
            }
        return unsigned_credential(
            issuer=issuer["did"],
            subject=holder.did,
            type="NursingLicence",
            claims=CLAIMS,
            valid_from=at,
            valid_until=at + timedelta(days=365),
        )

    def pointers(self) -> list[str]:
        """What is shown, as JSON pointers."""
        return [f"/credentialSubject/{name}" for name in SHOWN]

    def issuer(self) -> dict[str, Any]:
        """The issuer's key and DID, for another's program."""
        if self.suite != "bbs-2023":
            return _key(party("P-256", ISSUER))
        multikey = encode_multikey(_BLS.public_key)
        return {
            "raw": {"secret": _SECRET.hex(), "public": _BLS.public_key.raw.hex()},
            "did": f"did:key:{multikey}",
            "method": f"did:key:{multikey}#{multikey}",
        }


PARTS: Final = (
    Parts("sd-jwt", "@sd-jwt/sd-jwt-vc"),
    Parts("ecdsa-sd-2023", "@digitalbazaar/ecdsa-sd-2023-cryptosuite"),
    Parts("bbs-2023", "@digitalbazaar/bbs-2023-cryptosuite"),
)


def compared_parts(peer: Peer, at: datetime) -> Iterator[Row]:
    """Each mechanism: issued by one, shown by one, and verified by the other and by both."""
    for parts in PARTS:
        ours = parts.issue(at)
        theirs = _peers(peer, parts, "issue", document=parts.unsigned(at), key=parts.issuer())
        for what, held in (("ours", ours), ("theirs", theirs)):
            shown = parts.show(held, at)
            shown_by_peer = _derived(peer, parts, held, at)
            yield Row(
                parts.suite,
                f"shown, of {what}",
                ours=tuple(_refusals("they refuse what we show", said(peer, parts, shown))),
                theirs=tuple(_refusals("we refuse what they show", judged(parts, shown_by_peer))),
                changed=tuple(_taken(peer, parts, (shown, shown_by_peer))),
            )


def said(peer: Peer, parts: Parts, shown: bytes) -> str | None:
    """Why what is shown does not hold, in the peer's words; None where it does."""
    answer = peer.ask(question(parts, shown))
    return None if answer is None else str(answer)


def times(peer: Peer, parts: Parts, shown: bytes, count: int) -> Sequence[float]:
    """What each of that many verifications took the peer, in milliseconds, once it is warm."""
    answer: Sequence[float] = peer.ask({**question(parts, shown), "ask": "time", "times": count})
    return answer


def judged(parts: Parts, shown: bytes) -> str | None:
    """Why Holdfast does not take it for valid; None where it does."""
    return objection(shown, presents=parts.suite == "sd-jwt")


def question(parts: Parts, shown: bytes) -> dict[str, Any]:
    """The question whether what is shown holds."""
    return {**_asking(parts, "verify"), "document": _document(parts, shown)}


def _derived(peer: Peer, parts: Parts, held: bytes, at: datetime) -> bytes:
    selective = list(SHOWN) if parts.suite == "sd-jwt" else parts.pointers()
    return _peers(
        peer,
        parts,
        "derive",
        document=_document(parts, held),
        selective=selective,
        holder=_key(party("P-256", HOLDER)),
        iat=numeric_date(at),
    )


def _taken(peer: Peer, parts: Parts, shown: tuple[bytes, bytes]) -> Iterator[str]:
    for whose, one in zip(("ours", "theirs"), shown, strict=True):
        altered = _altered(parts, one)
        if said(peer, parts, altered) is None:
            yield f"they take {whose} with a changed claim"
        if judged(parts, altered) is None:
            yield f"we take {whose} with a changed claim"


def _altered(parts: Parts, shown: bytes) -> bytes:
    """With a claim that nobody signed; of a token, with one disclosure fewer than was bound."""
    if parts.suite == "sd-jwt":
        token, first, *rest = shown.split(b"~")
        assert first
        return b"~".join((token, *rest))
    before, after = (text.encode() for text in CHANGED)
    assert before in shown
    return shown.replace(before, after)


def _refusals(what: str, reason: str | None) -> Iterator[str]:
    if reason is not None:
        yield f"{what}: {reason}"


def _peers(peer: Peer, parts: Parts, ask: str, **members: Any) -> bytes:
    try:
        answer = peer.ask({**_asking(parts, ask), **members})
    except Refused as error:
        raise Refused(f"{parts.suite}, {ask}: {error}") from error
    return (answer if isinstance(answer, str) else json.dumps(answer)).encode()


def _asking(parts: Parts, ask: str) -> dict[str, Any]:
    return {
        "ask": ask,
        "suite": parts.suite,
        "mandatory": ["/issuer", "/validFrom", "/validUntil"],
        "issuer": to_jwk(party("P-256", ISSUER).key.public_key),
        "challenge": CHALLENGE,
        "domain": DOMAIN,
    }


def _document(parts: Parts, secured: bytes) -> Any:
    return secured.decode() if parts.suite == "sd-jwt" else json.loads(secured)


def _key(of: Party) -> dict[str, Any]:
    return {"jwk": of.jwk(), "did": of.did, "method": of.method}


def _options(parts: Parts, at: datetime) -> Mapping[str, Any]:
    return {
        "created": write_timestamp(at),
        "verificationMethod": parts.issuer()["method"],
        "proofPurpose": "assertionMethod",
    }
