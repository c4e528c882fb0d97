"""The W3C's test suites that are run, and the repositories that they need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Checkout:
    """A repository of others', which lies under its name in the folder that is given.

    Attributes:
        owner: whose it is.
        name: its name, and that of its folder.
        commit: the commit that the figures of docs/conformance.md are of.
    """

    owner: str
    name: str
    commit: str


@dataclass(frozen=True, slots=True)
class Suite:
    """A suite for mocha.

    Attributes:
        title: what it is called in the table.
        checkout: where it comes from.
        tests: how many tests it has for one implementation, those left out by itself included.
        peer: how many of them Digital Bazaar's packages pass behind the same addresses, measured
            once, in November 2026.
        vectors: a repository whose files it reads, and where it looks for them.
        is_silent: whether it means proofs alone and does not say so; then it is run once more, with
            that said for it.
        options: what mocha is told beside the folder of the tests.
    """

    title: str
    checkout: Checkout
    tests: int
    peer: str = "–"
    vectors: tuple[Checkout, str] | None = None
    is_silent: bool = False
    options: tuple[str, ...] = ("--timeout", "30000", "--preserve-symlinks")

    @property
    def name(self) -> str:
        """The name of its repository."""
        return self.checkout.name


IMPLEMENTATIONS: Final = Checkout("w3c", "vc-test-suite-implementations", "a15c6cf")
ASSERTIONS: Final = Checkout("w3c-ccg", "data-integrity-test-suite-assertion", "8d84d18")
"""What the suites have of each other as packages that are on no registry."""

SUITES: Final = (
    Suite(
        "Verifiable Credentials Data Model 2.0",
        Checkout("w3c", "vc-data-model-2.0-test-suite", "6e07524"),
        65,
        peer="49 of 59",
    ),
    Suite(
        "Data Integrity EdDSA Cryptosuites",
        Checkout("w3c", "vc-di-eddsa-test-suite", "a62061b"),
        57,
        peer="56",
    ),
    Suite(
        "Data Integrity ECDSA Cryptosuites",
        Checkout("w3c", "vc-di-ecdsa-test-suite", "070efa3"),
        133,
        peer="125",
        vectors=(Checkout("w3c", "vc-di-ecdsa", "00781de"), "tests/input/vc-di-ecdsa"),
        is_silent=True,
    ),
    Suite(
        "Ed25519Signature2020",
        Checkout("w3c", "vc-di-ed25519signature2020-test-suite", "4b0b6c3"),
        30,
    ),
    Suite(
        "Bitstring Status List",
        Checkout("w3c", "vc-bitstring-status-list-test-suite", "5cdc562"),
        27,
        peer="19",
    ),
    Suite("did:key", Checkout("w3c-ccg", "did-key-test-suite", "870e964"), 16),
    Suite("VC-JOSE-COSE", Checkout("w3c", "vc-jose-cose-test-suite", "ff6be51"), 35),
    Suite(
        "Data Integrity BBS Cryptosuites",
        Checkout("w3c", "vc-di-bbs-test-suite", "75546c2"),
        87,
        peer="80",
        vectors=(Checkout("w3c", "vc-di-bbs", "e33bf8b"), "tests/input/vc-di-bbs"),
    ),
)
