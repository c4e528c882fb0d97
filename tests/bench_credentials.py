"""Credentials issued and verified, as tables: `make bench`. On this machine; nothing is asserted.

A mark is what a verification may take, in milliseconds. Where npm has a package that verifies the
same, it does so beside, in the same minute.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

sys.path.append(str(Path(__file__).parents[1]))  # the tests are not installed

from did.methods import METHODS
from did.resolver import Resolver
from tests.interop.credentials.measuring import figure, met, show, timed
from tests.interop.credentials.mechanisms import (
    CHALLENGE,
    DOMAIN,
    ISSUER,
    MECHANISMS,
    Mechanism,
    credential,
    now,
    propose,
    secure,
    unsigned,
)
from tests.interop.credentials.parts import PARTS, SCRIPT, times
from tests.interop.credentials.peer import Peer, installed
from tests.interop.credentials.starts import batches, cold_starts
from tests.interop.packages import CannotRun
from tests.wallet.credentials.mdoc.issuer import NOW, Authority, Making, der, new_key
from wallet.credentials.formats.mdoc import open_mdoc
from wallet.verify.pipeline import verify
from wallet.verify.policy import Policy, Root
from wallet.verify.report import Verdict
from wallet.verify.sources import Sources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.interop.packages import Packages

VERIFICATIONS: Final = 1000
ISSUES: Final = 300
PEER_VERIFICATIONS: Final = 100


@dataclass(frozen=True, slots=True)
class Mark:
    """What a verification may take, in ms: `limit`, and the bare signature's time if `beside`."""

    limit: float
    beside: bool = False

    def at(self, bare: float) -> float:
        """The limit where the bare signature takes that long."""
        return self.limit + bare if self.beside else self.limit


TOKENS: Final = tuple(
    Mechanism(f"vc+jwt {alg}", "vc+jwt", algorithm, "")
    for alg, algorithm in (
        ("EdDSA", "Ed25519"),
        ("ES256", "P-256"),
        ("ES384", "P-384"),
        ("ES512", "P-521"),
        ("ES256K", "secp256k1"),
    )
)
MARKS: Final = {
    "eddsa-rdfc-2022": Mark(0.7),
    "eddsa-jcs-2022": Mark(0.25),
    "ecdsa-rdfc-2019 P-256": Mark(1.0),
    "ecdsa-rdfc-2019 P-384": Mark(0.6, beside=True),
    "vc+jwt EdDSA": Mark(0.25),
    "vc+jwt ES256": Mark(0.25),
    "vc+jwt ES384": Mark(0.2, beside=True),
    "vc+jwt ES512": Mark(0.2, beside=True),
    "vc+jwt ES256K": Mark(0.2, beside=True),
    "JWT VC EdDSA": Mark(0.25),
    "JWT VC ES256": Mark(0.25),
    "JWT VC ES256K": Mark(0.2, beside=True),
    "sd-jwt": Mark(0.6),
    "ecdsa-sd-2023": Mark(2.5),
    "bbs-2023": Mark(25),
}


def main() -> None:
    """Measure and print."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        packages, peer = _npm(stack)
        spread = ("95 %", "processor", "a second")
        show(
            (
                "ms",
                "issue",
                *spread,
                "verify",
                *spread,
                "signature",
                "mark",
                "",
                "npm",
                "times ours",
            ),
            [
                *(_measured(mechanism, peer) for mechanism in (*MECHANISMS, *TOKENS)),
                *_parts(packages),
                _mdoc(),
            ],
        )
        cold_starts(folder, packages)
        batches(folder)


def _npm(stack: ExitStack) -> tuple[Packages | None, Peer | None]:
    try:
        packages = installed()
    except CannotRun as error:
        sys.stdout.write(f"npm's packages are not measured: {error}\n\n")
        return None, None
    return packages, stack.enter_context(Peer(packages))


def _measured(mechanism: Mechanism, peer: Peer | None) -> tuple[str, ...]:
    at = now()
    document, key = unsigned(mechanism, at), mechanism.party(ISSUER).key
    secured = credential(mechanism, at)
    proposed = propose(mechanism, document, at)
    signature = key.sign(proposed.signing_bytes)
    sources, when = Sources(Resolver(METHODS)), datetime.now(UTC)
    assert verify(secured, sources=sources, at=when).verdict is Verdict.VALID
    issuing = timed(ISSUES, lambda: secure(mechanism, document, at))
    verifying = timed(VERIFICATIONS, lambda: verify(secured, sources=sources, at=when))
    bare = timed(ISSUES, lambda: key.public_key.verify(signature, proposed.signing_bytes)).median
    mark = MARKS.get(mechanism.name)
    limit = None if mark is None else mark.at(bare)
    theirs = None
    if peer is not None and mechanism.peer:
        theirs = statistics.median(peer.times(mechanism, secured, PEER_VERIFICATIONS))
    return (
        mechanism.name,
        *issuing.cells,
        *verifying.cells,
        figure(bare),
        figure(limit),
        met(verifying.median, limit),
        figure(theirs),
        "" if theirs is None else f"{theirs / verifying.median:.1f}",
    )


def _parts(packages: Packages | None) -> Iterator[tuple[str, ...]]:
    """What is shown of a credential; `issue` is what its issuer gives the holder for that."""
    with ExitStack() as stack:
        peer = None if packages is None else stack.enter_context(Peer(packages, SCRIPT))
        for parts in PARTS:
            at, sources = now(), Sources(Resolver(METHODS))
            shown = parts.show(parts.issue(at), at)
            asked = (CHALLENGE, DOMAIN) if parts.suite == "sd-jwt" else (None, None)
            judged = partial(
                verify,
                shown,
                sources=sources,
                at=datetime.now(UTC),
                challenge=asked[0],
                domain=asked[1],
            )
            assert judged().verdict is Verdict.VALID
            issuing, verifying = timed(ISSUES, partial(parts.issue, at)), timed(ISSUES, judged)
            limit = MARKS[parts.suite].limit
            theirs = None
            if peer is not None:
                theirs = statistics.median(times(peer, parts, shown, PEER_VERIFICATIONS))
            yield (
                f"{parts.suite} shown",
                *issuing.cells,
                *verifying.cells,
                "",
                figure(limit),
                met(verifying.median, limit),
                figure(theirs),
                "" if theirs is None else f"{theirs / verifying.median:.1f}",
            )


def _mdoc() -> tuple[str, ...]:
    """An mdoc of seven elements under a trusted root: nothing issues them here."""
    authority, key = Authority(), new_key()
    made = Making(authority, key).make()
    sources, policy = Sources(Resolver(METHODS)), Policy(roots=(Root(der(authority.root)),))
    assert verify(made, sources=sources, at=NOW, policy=policy).verdict is Verdict.VALID
    verifying = timed(VERIFICATIONS, lambda: verify(made, sources=sources, at=NOW, policy=policy))
    signature = open_mdoc(made)[0].proof.issued.signature
    bare = timed(ISSUES, lambda: signature.check(key.public_key())).median
    return ("mdoc ES256", *[""] * 4, *verifying.cells, figure(bare), "", "", "", "")


if __name__ == "__main__":
    main()
