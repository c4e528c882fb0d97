"""Cryptosuites of Data Integrity 1.0, section 3: ways to read a document, listed in `SUITES`.

Those with which a part of a document can be shown are made and judged in other steps, and listed in
`SELECTIVE_SUITES`.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Protocol

from wallet.credentials.errors import UnsupportedFormat
from wallet.credentials.formats.data_integrity.suites.jcs import Jcs
from wallet.credentials.formats.data_integrity.suites.keys import KEY_KINDS
from wallet.credentials.formats.data_integrity.suites.rdfc import Ed25519Signature2020, Rdfc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from did.bbs.parties import Holder
    from did.keys import PublicKey
    from wallet.credentials.jsonld import Contexts

PROOF_TYPE: Final = "DataIntegrityProof"
"""The type of every proof that names a cryptosuite. A suite older than these is a type itself."""


class Suite(Protocol):
    """How a document and the options of its proof become the bytes that are signed."""

    @property
    def name(self) -> str:
        """The value of `cryptosuite`; or the type of the proof, where that says it all."""
        ...

    @property
    def algorithms(self) -> tuple[str, ...]:
        """The algorithms of the keys it signs with, as `did.keys` and `KEY_KINDS` name them."""
        ...

    @property
    def contexts(self) -> tuple[str, ...]:
        """Contexts of which any one gives its proofs their meaning; none where none is needed."""
        ...

    def options(self, document: Mapping[str, Any], options: Mapping[str, Any], /) -> dict[str, Any]:
        """The options that go into a new proof of the document, given those a person chose."""
        ...

    def signing_bytes(
        self,
        document: Mapping[str, Any],
        options: Mapping[str, Any],
        contexts: Contexts,
        algorithm: str | None = None,
        /,
    ) -> bytes:
        """The bytes to be signed: transformation and hashing of the two, joined.

        `document` is without its proofs, but for those that the new one builds on; `options` is a
        proof without its `proofValue`; `algorithm` is that of the key, or else the suite's first.

        Raises:
            ProofInvalid: the options do not fit the document.
            InvalidCredential, UnknownContext, TooComplex, UnsupportedFormat: they cannot be
                canonicalized.
        """
        ...


SUITES: Final[Mapping[str, Suite]] = MappingProxyType(
    {
        suite.name: suite
        for suite in (
            Rdfc("eddsa-rdfc-2022", ("Ed25519",)),
            Jcs("eddsa-jcs-2022", ("Ed25519",)),
            Rdfc("ecdsa-rdfc-2019", ("P-256", "P-384")),
            Jcs("ecdsa-jcs-2019", ("P-256", "P-384")),
            Ed25519Signature2020(),
        )
    }
)


class SelectiveSuite(Protocol):
    """How some statements of a document are shown under the signature that was over all of them.

    An issuer gives the holder a base proof, and the holder a verifier a proof derived from it. How
    they are made is for the module of the suite to say: `sign_base` and `derive`.
    """

    @property
    def name(self) -> str:
        """The value of `cryptosuite`."""
        ...

    @property
    def algorithms(self) -> tuple[str, ...]:
        """The algorithms of the issuers' keys, as `did.keys` names them."""
        ...

    @property
    def contexts(self) -> tuple[str, ...]:
        """Contexts of which any one gives its proofs their meaning."""
        ...

    def is_base(self, proof: Mapping[str, Any], /) -> bool:
        """Whether a proof of this suite is a base proof, which is for its holder alone."""
        ...

    def verify(
        self,
        document: Mapping[str, Any],
        proof: Mapping[str, Any],
        key: PublicKey,
        contexts: Contexts,
        /,
    ) -> None:
        """Return where a derived proof holds for the document, which is without its proofs.

        Raises:
            ProofInvalid: it does not, or is a base proof.
            InvalidCredential, UnknownContext, TooComplex, UnsupportedFormat: they cannot be
                canonicalized.
        """
        ...

    def verify_base(
        self,
        document: Mapping[str, Any],
        proof: Mapping[str, Any],
        key: PublicKey,
        contexts: Contexts,
        holder: Holder | None = None,
        /,
    ) -> None:
        """Return where a base proof holds, as its holder finds out. Raises as `verify`.

        `holder` knows the secret that a proof may be bound to.
        """
        ...


_SELECTIVE: Final = {
    "ecdsa-sd-2023": ("wallet.credentials.formats.data_integrity.suites.ecdsa_sd", "ECDSA_SD"),
    "bbs-2023": ("wallet.credentials.formats.data_integrity.suites.bbs", "BBS"),
}


class _SelectiveSuites(Mapping[str, SelectiveSuite]):
    """The suites by name, each loaded when its first proof is met."""

    __slots__ = ()

    def __getitem__(self, name: str) -> SelectiveSuite:
        module, constant = _SELECTIVE[name]
        found: SelectiveSuite = getattr(import_module(module), constant)
        return found

    def __contains__(self, name: object) -> bool:
        return name in _SELECTIVE

    def __iter__(self) -> Iterator[str]:
        return iter(_SELECTIVE)

    def __len__(self) -> int:
        return len(_SELECTIVE)


SELECTIVE_SUITES: Final[Mapping[str, SelectiveSuite]] = _SelectiveSuites()

PROOF_TYPES: Final[Mapping[str, Suite]] = MappingProxyType(
    {name: suite for name, suite in SUITES.items() if isinstance(suite, Ed25519Signature2020)}
)
"""The suites that are a type of proof of their own and name no cryptosuite."""

_DEFAULTS: Final[Mapping[str, str]] = MappingProxyType(
    {"Ed25519": "eddsa-rdfc-2022", "P-256": "ecdsa-rdfc-2019", "P-384": "ecdsa-rdfc-2019"}
)
TOKENS_ALONE: Final[Mapping[str, str]] = MappingProxyType({"P-521": "ES512", "secp256k1": "ES256K"})
"""The algorithms of keys that no suite signs with, and how JOSE calls the signatures they make."""


def suite_named(name: str | None) -> Suite:
    """The suite of that name that signs a document whole.

    Raises:
        UnsupportedFormat: there is none.
    """
    suite = SUITES.get(name or "")
    if suite is not None:
        return suite
    if name in SELECTIVE_SUITES:
        raise UnsupportedFormat(f"{name} signs no document whole, but statements to be shown")
    known = ", ".join((*SUITES, *SELECTIVE_SUITES))
    raise UnsupportedFormat(
        f"the cryptosuite {name!r} is not supported", hint=f"supported: {known}"
    )


def selective_suite_of(
    type: str,  # noqa: A002 - the standard's word
    cryptosuite: str | None,
) -> SelectiveSuite | None:
    """The suite of selective disclosure of such a proof, or None where it is of another kind."""
    return SELECTIVE_SUITES.get(cryptosuite or "") if type == PROOF_TYPE else None


def suite_of(type: str, cryptosuite: str | None) -> Suite:  # noqa: A002 - as above
    """The suite of a proof with that `type` and `cryptosuite` that is over a document whole.

    Raises:
        UnsupportedFormat: there is none.
    """
    if type == PROOF_TYPE and cryptosuite not in PROOF_TYPES:
        return suite_named(cryptosuite)
    if type in PROOF_TYPES and cryptosuite is None:
        return PROOF_TYPES[type]
    raise UnsupportedFormat(
        f"a proof of the type {type!r} with the cryptosuite {cryptosuite!r} is not supported"
    )


def default_suite(public_key: PublicKey) -> str:
    """The name of the suite that a key signs with where nobody asks for another.

    Raises:
        UnsupportedFormat: no suite of Data Integrity signs with such a key.
    """
    name = _DEFAULTS.get(public_key.algorithm)
    if name is None:
        raise UnsupportedFormat(
            f"no cryptosuite of Data Integrity signs with a key of {public_key.algorithm}",
            hint=f"issue a JWT, which {TOKENS_ALONE[public_key.algorithm]} can sign"
            if public_key.algorithm in TOKENS_ALONE
            else f"sign with a DID whose key is one of {', '.join(KEY_KINDS)}",
        )
    return name
