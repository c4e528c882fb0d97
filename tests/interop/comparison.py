"""DIDs at all of their versions, resolved by npm's ethr-did-resolver and by Holdfast."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from did.chain.hexadecimal import read_quantity
from did.chain.registry import history
from did.errors import DIDError
from did.identifier import DID
from did.methods.ethr import Ethr, Subject
from tests.interop.generations import DEFECT, generation, without
from tests.interop.lives import Life

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from did.chain import Chain
    from tests.interop.generations import Generation
    from tests.interop.packages import Packages

    Result = Mapping[str, Any]
    """The members `document` and `metadata`, or `error` alone, its code."""

FAR: Final = 10**9
"""A block that is not there yet."""


@dataclass(slots=True)
class Compared:
    """How many versions of a DID are the same as they are, and after which rules."""

    life: Life
    versions: int = 0
    equal: int = 0
    mapped: int = 0
    rules: Counter[str] = field(default_factory=Counter)
    differing: int = 0
    differences: list[str] = field(default_factory=list)

    def add(self, block: int | None, theirs: Result, ours: Result, known: Generation) -> None:
        """Compares the version as of a block, or the latest."""
        self.versions += 1
        if theirs == ours:
            self.equal += 1
            return
        rules, same = _mapped(theirs, ours, known, self._ended(block))
        if same == ours:
            self.mapped += 1
            self.rules.update(rules)
        else:
            url = _url(self.life.did, block)
            self.differing += 1
            self.differences += [f"{url} {what}" for what in _unlike(same, ours)]

    def _ended(self, block: int | None) -> set[str]:
        fragments = () if block is None else self.life.listed_still.get(block, ())
        return {f"{self.life.did}#{fragment}" for fragment in fragments}


def resolved(chain: Chain, url: str, packages: Packages, lives: Sequence[Life]) -> list[Compared]:
    """Compares the documents of all lives' DIDs, which are on the chain that is served at `url`."""
    compared = [Compared(life) for life in (*lives, *_without_documents(chain))]
    versions = [_versions(chain, found.life.did) for found in compared]
    question = {
        "url": url,
        "chainId": chain.chain_id,
        "registry": chain.registry,
        "dids": [
            [_url(found.life.did, block) for block in blocks]
            for found, blocks in zip(compared, versions, strict=True)
        ],
    }
    answer = packages.node(Path(__file__).with_name("resolve.mjs"), question)
    known = generation(packages.major("ethr-did-resolver"))
    method = Ethr({chain.chain_id: chain})
    for found, blocks, results in zip(compared, versions, answer, strict=True):
        for block, result in zip(blocks, results, strict=True):
            ours = _ours(method, found.life.did, block)
            found.add(block, _theirs(result), ours, known)
    return compared


def _without_documents(chain: Chain) -> list[Life]:
    network = f"did:ethr:{chain.chain_id:#x}"
    dids = {
        "a public key that is no point": f"{network}:0x02{'ff' * 32}",
        "an account that is too short": f"{network}:0x{'11' * 19}",
        "a network that is not known": f"did:ethr:0x7:0x{'11' * 20}",
    }
    return [Life(name, DID.parse(did)) for name, did in dids.items()]


def _versions(chain: Chain, did: DID) -> list[int | None]:
    """The latest, then blocks: each change and the two beside it, some more, and one to come."""
    try:
        subject = Subject.of(did)
    except DIDError:
        return [None]
    if subject.chain_id != chain.chain_id:
        return [None]
    last = read_quantity(chain.request("eth_blockNumber"))
    changes = {change.block for change in history(chain, subject.account)}
    near = {block + step for block in changes for step in (-1, 0, 1)}
    return [None, *sorted({block for block in near if block <= last} | {0, last // 2, last}), FAR]


def _url(did: DID, block: int | None) -> str:
    return str(did) if block is None else f"{did}?versionId={block}"


def _ours(method: Ethr, did: DID, block: int | None) -> Result:
    try:
        document, metadata = method.resolve(did, {} if block is None else {"versionId": str(block)})
    except DIDError as error:
        return {"error": error.code}
    return {"document": document.to_json(), "metadata": dict(metadata)}


def _theirs(result: Mapping[str, Any]) -> Result:
    if (error := result["didResolutionMetadata"].get("error")) is not None:
        return {"error": error}
    return {"document": result["didDocument"], "metadata": result["didDocumentMetadata"]}


def _mapped(
    theirs: Result, ours: Result, known: Generation, ended: set[str]
) -> tuple[list[str], Result]:
    """Theirs without the differences that are known, and which these are."""
    if "error" in theirs or "error" in ours:
        rule = known.refusals.get((theirs.get("error", ""), ours.get("error", "")))
        return ([rule], ours) if rule else ([], theirs)
    rules, document = [], theirs["document"]
    for name, rule_of in known.rules.items():
        before, document = document, rule_of(document, ours["document"])
        rules += [name] if document != before else []
    before, document = document, without(document, ended)
    rules += [DEFECT] if document != before else []
    return rules, {**theirs, "document": document}


def _unlike(theirs: Any, ours: Any, path: str = "") -> Iterator[str]:
    """Where two pieces of JSON differ, and how."""
    match theirs, ours:
        case dict(), dict():
            for name in {**theirs, **ours}:
                yield from _unlike(theirs.get(name), ours.get(name), f"{path}/{name}")
        case list(), list() if sorted(map(str, theirs)) != sorted(map(str, ours)):
            for one in (one for one in theirs if one not in ours):
                yield f"{path}: {one!r} is theirs alone"
            for one in (one for one in ours if one not in theirs):
                yield f"{path}: {one!r} is ours alone"
        case _ if theirs != ours:
            yield f"{path}: theirs {theirs!r}, ours {ours!r}"
