"""A server with a wallet of three DIDs and a status list, in this process, for a file of tests."""

from __future__ import annotations

import shutil
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import httpx2
import pytest
import pytest_asyncio

from wallet.actions import ACTIONS
from wallet.actions.consent import Answer, By, decide, offered, run
from wallet.actions.journal import Asker
from wallet.judging import Asked
from wallet.serving.app import application
from wallet.serving.bearer import Bearer
from wallet.serving.grant import ACTION, Grant
from wallet.serving.issuing import Issuing
from wallet.serving.limits import Limits
from wallet.serving.lists import Lists
from wallet.serving.pool import Pool
from wallet.serving.signing import Signing
from wallet.vault.secret import Secret
from wallet.verify.policy import Policy
from wallet.wallet import Wallet, open_wallet

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from wallet.actions.result import Result

TOKEN: Final = "a-token-that-nobody-guesses"
HOST: Final = "localhost:8741"
ADDRESS: Final = f"https://{HOST}"
LIST: Final = f"{ADDRESS}/status/passes"
KEYS: Final = {
    "ed": "Ed25519",
    "p256": "P-256",
    "p384": "P-384",
    "bls": "BLS12381G2",
    "k1": "secp256k1",
}


def done(wallet: Wallet, action: str, **arguments: Any) -> Result:
    """An action, done with a yes."""
    propose = ACTIONS[action].propose
    assert propose is not None
    proposal = propose(wallet, arguments)
    return run(wallet, proposal, decide(proposal, Answer(yes=True, by=By.PROMPT)))


@dataclass(frozen=True, slots=True)
class Served:
    """A client of a server, and what its wallet is."""

    client: httpx2.AsyncClient
    wallet: Wallet = field(repr=False)
    grant: Grant
    digest: str

    @property
    def dids(self) -> dict[str, str]:
        """By name."""
        return {one.name: one.id for one in self.grant.signers}

    async def post(self, path: str, body: Any, *, token: str | None = TOKEN) -> httpx2.Response:
        """What is answered to JSON."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return await self.client.post(path, json=body, headers=headers)

    async def issued(self, path: str = "", **members: Any) -> dict[str, Any]:
        """A credential of the server."""
        answer = await self.post(
            f"{path}/credentials/issue", {"credential": credential(self.dids["ed"], **members)}
        )
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()["verifiableCredential"]
        return found


def credential(issuer: str, **members: Any) -> dict[str, Any]:
    """One that says little."""
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": issuer,
        "credentialSubject": {"id": "did:example:alice", "name": "Alice"},
        **members,
    }


@asynccontextmanager
async def served_by(
    wallet: Wallet, *, lists: tuple[str, ...] = (), limits: Limits | None = None
) -> AsyncIterator[Served]:
    """A server whose DIDs are all of the wallet's."""
    grant = Grant.of(wallet, address=ADDRESS, lists=lists)
    proposal = offered(wallet, ACTION, lambda: grant.proposal(wallet), asked=Asker.SCRIPT)
    run(wallet, proposal, decide(proposal, Answer(yes=True, by=By.FLAG)))
    limits = limits or Limits()
    asked = Asked(wallet.home, Policy(offline=True))
    async with Pool(asked, size=1, patience=limits.judging_seconds) as pool:
        issuing = Issuing(wallet, grant, digest=proposal.digest)
        lists_ = Lists(wallet, grant, digest=proposal.digest)
        signing = Signing(issuing, lists_, Bearer(TOKEN), pool)
        await signing.publish()
        app = application(
            pool, signing, address=ADDRESS, hosts=(HOST,), limits=limits, tell=pytest.fail
        )
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url=ADDRESS) as client:
            yield Served(client, wallet, grant, proposal.digest)
        signing.close()


@pytest.fixture(scope="module")
def issuing_wallet(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wallet]:
    folder = tmp_path_factory.mktemp("served")
    home = shutil.copytree(template, folder / "wallet")
    with open_wallet(home, Secret("correct horse battery staple")) as wallet:
        for name, algorithm in KEYS.items():
            done(wallet, "create_did", method="key", name=name, algorithm=algorithm)
        output = str(folder / "passes.json")
        done(wallet, "create_status_list", name="passes", url=LIST, issuer="ed", output=output)
        yield wallet


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(issuing_wallet: Wallet) -> AsyncIterator[Served]:
    async with served_by(issuing_wallet) as found:
        yield found
