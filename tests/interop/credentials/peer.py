"""npm's packages for credentials, and a process of node that has them."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from tests.interop.credentials.mechanisms import CHALLENGE, DOMAIN
from tests.interop.packages import CannotRun, Packages
from wallet.credentials.contexts import SHIPPED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.interop.credentials.mechanisms import Mechanism, Party

# npm takes away what is in a folder and is not asked for: ours is apart from that of did:ethr.
FOLDER: Final = Path(__file__).parents[3] / ".venv" / "interop-credentials"
SCRIPT: Final = Path(__file__).with_name("peer.mjs")
QUESTIONS: Final = Path(__file__).with_name("questions.mjs")
"""What stands behind each script."""
PACKAGES: Final = {
    "@digitalbazaar/bbs-2023-cryptosuite": "2.0.1",
    "@digitalbazaar/bls12-381-multikey": "2.1.0",
    "@digitalbazaar/data-integrity": "2.5.0",
    "@digitalbazaar/did-method-key": "5.3.0",
    "@digitalbazaar/ecdsa-jcs-2019-cryptosuite": "1.0.0",
    "@digitalbazaar/ecdsa-multikey": "1.8.0",
    "@digitalbazaar/ecdsa-rdfc-2019-cryptosuite": "1.3.0",
    "@digitalbazaar/ecdsa-sd-2023-cryptosuite": "3.4.1",
    "@digitalbazaar/ed25519-multikey": "1.3.1",
    "@digitalbazaar/ed25519-signature-2020": "5.4.0",
    "@digitalbazaar/ed25519-verification-key-2020": "4.2.0",
    "@digitalbazaar/eddsa-jcs-2022-cryptosuite": "1.0.0",
    "@digitalbazaar/eddsa-rdfc-2022-cryptosuite": "1.3.0",
    "@digitalbazaar/vc": "7.3.0",
    "@digitalbazaar/vc-bitstring-status-list": "2.0.1",
    "@sd-jwt/sd-jwt-vc": "0.19.0",
    "did-jwt": "8.0.18",
    "did-jwt-vc": "4.0.16",
    "did-resolver": "4.1.0",
    "jsonld-signatures": "11.6.0",
    "key-did-resolver": "4.0.0",
}
CONTEXTS: Final = (
    "https://www.w3.org/2018/credentials/v1",
    "https://www.w3.org/ns/credentials/v2",
    "https://www.w3.org/ns/credentials/undefined-terms/v2",
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/data-integrity/v2",
    "https://w3id.org/security/multikey/v1",
    "https://w3id.org/security/suites/ed25519-2020/v1",
)
"""What the documents that are compared, and DID documents of theirs, are written in."""


def node(script: Path = SCRIPT) -> tuple[str, ...]:
    """Runs a script as text, so that its imports are looked for where the packages are."""
    text = "".join(file.read_text("utf-8") for file in (script, QUESTIONS))
    return ("node", "--input-type=module", "--eval", text)


class Refused(Exception):
    """The peer was asked and could not do it; the message is its own."""


def installed() -> Packages:
    """The packages, in the versions above, installed where they are not there yet.

    Raises:
        Missing: there is no node or no npm.
        CannotRun: npm cannot install them.
    """
    packages = Packages.installed(FOLDER)
    packages._install(PACKAGES)
    return packages


class Peer:
    """A process that answers one question after another; use it as a context."""

    def __init__(self, packages: Packages, script: Path = SCRIPT) -> None:
        self._process: Final = subprocess.Popen(
            node(script),
            cwd=packages.root,
            env=environment(packages),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        self.ask(knowledge())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def issue(self, mechanism: Mechanism, document: Mapping[str, Any], by: Party) -> bytes:
        """A credential that the peer secured. Raises `Refused`."""
        return _bytes(self.ask({**_by(mechanism, by), "ask": "issue", "document": document}))

    def present(self, mechanism: Mechanism, document: Mapping[str, Any], by: Party) -> bytes:
        """A presentation that the peer secured, for `CHALLENGE` and `DOMAIN`. Raises `Refused`."""
        asked = {"ask": "present", "document": document, "challenge": CHALLENGE, "domain": DOMAIN}
        return _bytes(self.ask({**_by(mechanism, by), **asked}))

    def objection(self, mechanism: Mechanism, secured: bytes, *, presents: bool) -> str | None:
        """Why what is secured does not hold, in the peer's words; None where it does."""
        answer = self.ask(verification(mechanism, secured, presents=presents))
        return None if answer is None else str(answer)

    def times(self, mechanism: Mechanism, secured: bytes, times: int) -> Sequence[float]:
        """What each of that many verifications took, in milliseconds, once the peer is warm."""
        asked = verification(mechanism, secured, presents=False)
        answer: Sequence[float] = self.ask({**asked, "ask": "time", "times": times})
        return answer

    def status_list(self, mechanism: Mechanism, by: Party, **members: Any) -> bytes:
        """A status list that the peer made and secured. Raises `Refused`."""
        return _bytes(self.ask({**_by(mechanism, by), "ask": "list", **members}))

    def status(self, mechanism: Mechanism, credential: bytes, listed: bytes) -> bool:
        """Whether the status of a credential is set in a list. Raises `Refused`."""
        documents = {"document": json.loads(credential), "list": json.loads(listed)}
        return bool(self.ask({"ask": "status", "mechanism": _named(mechanism), **documents}))

    def ask(self, question: Mapping[str, Any]) -> Any:
        """The answer to a question of the script. Raises `Refused`."""
        pipes = self._process.stdin, self._process.stdout
        assert pipes[0] is not None
        assert pipes[1] is not None
        try:
            pipes[0].write(f"{json.dumps(question)}\n")
            pipes[0].flush()
            line = pipes[1].readline()
        except BrokenPipeError as error:
            raise CannotRun("node has ended") from error
        if not line:
            raise CannotRun("node has ended")
        answer = json.loads(line)
        if "error" in answer:
            raise Refused(answer["error"])
        return answer["value"]


def knowledge() -> dict[str, Any]:
    """The question that makes a peer know the contexts."""
    return {"ask": "know", "documents": {url: {"@context": SHIPPED[url]} for url in CONTEXTS}}


def verification(mechanism: Mechanism, secured: bytes, *, presents: bool) -> dict[str, Any]:
    """The question whether what is secured holds."""
    document = secured.decode() if mechanism.is_jwt else json.loads(secured)
    asked = {"challenge": CHALLENGE, "domain": DOMAIN} if presents else {}
    return {"ask": "verify", "mechanism": _named(mechanism), "document": document, **asked}


def environment(packages: Packages) -> dict[str, str]:
    """Variables for node: no settings of this machine's, neither proxies nor a person's own."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    return {**kept, "HOME": str(packages.root)}


def _named(mechanism: Mechanism) -> dict[str, str]:
    return {
        "suite": mechanism.suite,
        "algorithm": mechanism.algorithm,
        "peer": mechanism.peer,
    }


def _by(mechanism: Mechanism, party: Party) -> dict[str, Any]:
    key = {"jwk": party.jwk(), "did": party.did, "method": party.method}
    return {"mechanism": _named(mechanism), "key": key}


def _bytes(secured: object) -> bytes:
    return (secured if isinstance(secured, str) else json.dumps(secured)).encode()
