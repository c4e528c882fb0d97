"""What is not passed, and why: each test by its name, with the clause that it contradicts.

A test that fails and is not named here is an unexplained miss, and the run ends badly. So does one
that is named here and does not fail any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.conformance.running import Run, Tried
    from tests.conformance.suites import Suite


class Why(StrEnum):
    """Whose matter a miss is."""

    WRONG = "the test is wrong"
    NOT_ASKED = "the standard does not ask for it"
    OURS = "ours to mend"
    UNKNOWN = "not explained"


@dataclass(frozen=True, slots=True)
class Miss:
    """A test that is not passed: what is in its name, whose matter that is, and the reason."""

    suite: str
    name: str
    why: Why
    reason: str


def _of(suite: str, names: Iterable[str], why: Why, reason: str) -> tuple[Miss, ...]:
    return tuple(Miss(suite, name, why, reason) for name in names)


MISSES: Final = (
    *_of(
        "vc-data-model-2.0-test-suite",
        ["The value of the relatedResource property MUST be one or more objects"],
        Why.WRONG,
        "It wants a credential issued with digests of the context of the data model as it was in"
        " July 2024. The Recommendation's appendix B.1 has others, and section 5.3 makes a digest"
        " that does not match an error. Its `digestMultibase` is a bare hash and no multihash.",
    ),
    *_of(
        "vc-data-model-2.0-test-suite",
        [
            "Enveloped Verifiable Presentations Holdfast The @context property",
            "Enveloped Verifiable Presentations Holdfast The id value of the object",
            "Enveloped Verifiable Presentations Holdfast The type value of the object",
        ],
        Why.WRONG,
        "The envelope's address is of the type `application/jwt` and not `application/vp+jwt`, the"
        " token has its presentation in a claim `vp`, which must not be there by VC-JOSE-COSE,"
        " section 3, and it answers another challenge than the test asks for.",
    ),
    *_of(
        "vc-di-ecdsa-test-suite",
        [
            "Algorithms - Verify Proof (ecdsa-jcs-2019)",
            "Algorithms - Verify Proof (ecdsa-rdfc-2019)",
            "If the length of signatures does not match the length of nonMandatory",
            "If the proofValue string does not start with u",
            "If the decodedProofValue does not start with the ECDSA-SD disclosure proof header",
        ],
        Why.NOT_ASKED,
        "It has the standard's own example verified, in which a `did:key` signs in the name of"
        " `https://vc.example/…`. Nothing says that the key is that issuer's, and the test does not"
        ' say `"checks": ["proof"]`: so everything is checked, and whoever could sign in another\'s'
        " name is refused.",
    ),
    *_of(
        "did-key-test-suite",
        ['If "didDocument.id" is not a valid DID, an `invalidDid` error MUST be raised'],
        Why.WRONG,
        "It wants a document beside the error. DID Resolution says that there is none where"
        " resolution fails, and a comment in the test says that this doesn't seem right.",
    ),
    *_of(
        "vc-jose-cose-test-suite",
        [
            "6. JWT Basic Credential Verification",
            "8. JWT Issuer Match Verification",
            "20. SD-JWT Basic Credential Verification",
            "21. SD-JWT Complex Credential Verification",
        ],
        Why.WRONG,
        "The token's `iat` is text. RFC 7519, section 4.1.6: it must be a number.",
    ),
    *_of(
        "vc-jose-cose-test-suite",
        ["4. JWT Complex Presentation Issuance", "7. JWT Presentation Verification"],
        Why.WRONG,
        "The `data:` address of the third credential ends in a line break: it is no URL (RFC 3986)."
        " The credentials themselves have an `iat` that is text, as in tests 6 and 8.",
    ),
    *_of(
        "vc-jose-cose-test-suite",
        ["5. JWT Issuance with Unknown Extensions"],
        Why.WRONG,
        "It wants a credential refused for members that its second context defines, by `@vocab`."
        " VCDM 2.0, section 5.2, lets a credential be extended so, and the suite's own description"
        " of the test says that such members are passed over.",
    ),
)


def explained(suite: Suite, test: Tried) -> Miss:
    """Why a test is not passed."""
    for miss in MISSES:
        if miss.suite == suite.name and miss.name in test.name:
            return miss
    return Miss(suite.name, test.name, Why.UNKNOWN, test.said)


def outdated(run: Run) -> tuple[Miss, ...]:
    """What is named here of a suite and does not fail."""
    return tuple(
        miss
        for miss in MISSES
        if miss.suite == run.suite.name and not any(miss.name in test.name for test in run.failed)
    )
