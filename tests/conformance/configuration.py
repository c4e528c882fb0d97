"""What a suite is told of the server: its addresses, and for which tests each of them is meant.

A suite reads `localConfig.cjs`. The file says only where to find this, so that the token, which a
server asks of whoever wants a signature, is in the environment and in no file.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tests.conformance.jose_cose import FEATURES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

VARIABLE: Final = "HOLDFAST_CONFORMANCE"
FILE: Final = "localConfig.cjs"
CONTENT: Final = f"module.exports = JSON.parse(process.env.{VARIABLE});\n"

NAME: Final = "Holdfast"
CURVES: Final = ("P-256", "P-384")
VERSIONS: Final = ("1.1", "2.0")


@dataclass(frozen=True, slots=True)
class Issuing:
    """An address for one securing mechanism.

    Attributes:
        path: the part of the address that says which; empty for the one a server prefers.
        tags: what the suites call it.
        algorithm: of the key that it signs with.
        derives: whether it shows parts of what it issued.
    """

    path: str
    tags: tuple[str, ...]
    algorithm: str
    derives: bool = False


ISSUING: Final = (
    Issuing("", ("vc2.0", "BitstringStatusList"), "Ed25519"),
    Issuing("/jwt", ("EnvelopingProof",), "Ed25519"),
    Issuing("/eddsa-rdfc-2022", ("eddsa-rdfc-2022",), "Ed25519"),
    Issuing("/eddsa-jcs-2022", ("eddsa-jcs-2022",), "Ed25519"),
    Issuing("/Ed25519Signature2020", ("Ed25519Signature2020",), "Ed25519"),
    Issuing("/ecdsa-rdfc-2019", ("ecdsa-rdfc-2019",), "P-256"),
    Issuing("/ecdsa-rdfc-2019", ("ecdsa-rdfc-2019",), "P-384"),
    Issuing("/ecdsa-jcs-2019", ("ecdsa-jcs-2019",), "P-256"),
    Issuing("/ecdsa-sd-2023", ("ecdsa-sd-2023",), "P-256", derives=True),
    Issuing("/bbs-2023", ("bbs-2023",), "BLS12381G2", derives=True),
)


@dataclass(frozen=True, slots=True)
class Server:
    """A server to be tried.

    Attributes:
        address: without a path.
        issuers: the DID that issues with a key of an algorithm.
        token: what is sent where something is signed; empty if nothing is asked for.
        verifier: the address at which credentials are verified, where that is another.
    """

    address: str
    issuers: Mapping[str, str]
    token: str = ""
    verifier: str = ""

    def configuration(self) -> str:
        """What the suites are told, as JSON."""
        told = {
            "settings": {"enableInteropTests": False, "testAllImplementations": False},
            "implementations": [self._implementation()],
        }
        return json.dumps(told)

    def _implementation(self) -> dict[str, Any]:
        known = tuple(issuing for issuing in ISSUING if issuing.algorithm in self.issuers)
        return {
            "name": NAME,
            "implementation": NAME,
            "issuers": [self._endpoint(issuing, "credentials/issue") for issuing in known],
            "verifiers": [self._verifier(known)],
            "vpVerifiers": [
                {"id": self.address, "endpoint": f"{self.address}/presentations/verify"}
                | {"tags": ["vc2.0", "EnvelopingProof"]}
            ],
            "vcHolders": [
                self._endpoint(issuing, "credentials/derive")
                for issuing in known
                if issuing.derives
            ],
            "didResolvers": [
                {"id": self.address, "endpoint": f"{self.address}/identifiers", "tags": ["did-key"]}
            ],
            "jose-cose": {"features": dict.fromkeys(FEATURES, True)},
        }

    def _endpoint(self, issuing: Issuing, verb: str) -> dict[str, Any]:
        return {
            "id": self.issuers[issuing.algorithm],
            "endpoint": f"{self.address}{issuing.path}/{verb}",
            "tags": [*issuing.tags, *(["vcHolder"] if issuing.derives else ())],
            "supports": {"vc": list(VERSIONS)},
            "supportedEcdsaKeyTypes": [issuing.algorithm],
            "headers": {"Authorization": f"Bearer {self.token}"} if self.token else {},
        }

    def _verifier(self, known: tuple[Issuing, ...]) -> dict[str, Any]:
        return {
            "id": self.address,
            "endpoint": f"{self.verifier or self.address}/credentials/verify",
            "tags": list(_tags(known)),
            "supports": {"vc": list(VERSIONS)},
            "supportedEcdsaKeyTypes": list(CURVES),
        }


def _tags(known: tuple[Issuing, ...]) -> Iterator[str]:
    for issuing in known:
        yield from issuing.tags
