from __future__ import annotations

import json
import subprocess
import sys
import threading
from contextlib import closing, contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final

import pytest

from did.chain import ManyNodes
from did.chain.embedded import EmbeddedChain
from did.chain.embedded.serving import serve
from did.errors import ChainError, FeatureNotSupported, NotFound, UnknownNetwork, Unreachable
from did.fetch import StaticFetch
from did.methods.ethr import ethr_did
from did.methods.web import location, web_did, web_document
from wallet.cache import Cache
from wallet.resolution import (
    CACHE_FILE,
    CHAIN_FILE,
    Chains,
    node_chain,
    opened_resolver,
    resolver_for,
)
from wallet.settings import NodeSettings, use_chain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STRANGER: Final = "0x5B38Da6a701c568545dCfcB03FcB875f56beddC4"
WEB: Final = web_did("example.com")
PAGES: Final = {location(WEB): json.dumps(web_document(WEB, ())).encode()}
TEZOS: Final = "tz1TzrmTBSuiVHV2VfMnGRMYvTEPCP42oSM8"
HEAVY: Final = {
    "did.chain.embedded",
    "did.chain.node",
    "did.chain.registry",
    "did.https",
    "did.methods.ethr.resolution",
    "did.methods.web",
    "did.methods.webvh",
    "didkit",
    "eth",
    "ssl",
    "tomlkit",
    "wallet.foreign",
    "wallet.vault",
}


def loaded(program: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-P", "-c", f"import sys; {program}; print(*sys.modules)"],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return set(done.stdout.split())


@pytest.fixture
def chains(home: Path) -> Iterator[Chains]:
    with closing(Chains(home)) as opened:
        yield opened


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[EmbeddedChain, str]]:
    """Somebody's chain, and the address of a node that speaks for it."""
    accounts = {STRANGER: 10**18}
    with (
        EmbeddedChain.create(tmp_path / "theirs.db", accounts=accounts) as chain,
        serve(chain, port=0) as server,
    ):
        yield chain, server.url


@contextmanager
def website(pages: dict[str, bytes]) -> Iterator[int]:
    """A web server of this machine; its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: Any) -> None:
            """Nothing is said of who asks what."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_resolver_loads_no_rules_before_somebody_asks_for_them() -> None:
    made = (
        "from pathlib import Path; from wallet.resolution import Chains, opened_resolver;"
        "resolver = opened_resolver(Chains(Path('/nowhere')))"
    )
    assert loaded(made) & HEAVY == set()
    key = "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
    assert loaded(f"{made}; resolver.resolve('did:key:{key}').require()") & HEAVY == set()


def test_each_method_loads_its_own_rules_alone() -> None:
    made = (
        "from pathlib import Path; from did.fetch import StaticFetch;"
        "from wallet.cache import Cache; from wallet.resolution import Chains, resolver_for;"
        "home = Path('/nowhere');"
        "resolver = resolver_for(Chains(home), Cache(home / 'c'), fetch=StaticFetch({}))"
    )
    web = loaded(f"{made}; resolver.resolve('did:web:example.com')")
    assert web & HEAVY == {"did.methods.web"}
    scid = "QmTebgaxXaGMtbMarQBugQrRMxgHvtDSEsL4ETSgLEocj7"
    webvh = loaded(f"{made}; resolver.resolve('did:webvh:{scid}:example.com')")
    assert webvh & HEAVY == {"did.methods.webvh"}


@pytest.mark.parametrize(
    ("did", "known"),
    [
        ("did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK", True),
        (f"did:pkh:eip155:1:{STRANGER}", True),
        (f"did:pkh:tezos:NetXdQprcVkpaWU:{TEZOS}", True),
        ("did:web:example.com", True),
        ("did:web:example.org", False),
        (f"did:tz:{TEZOS}", False),
        (f"did:ethr:0x1:{STRANGER}", False),
        ("did:example:123", False),
    ],
)
def test_every_method_is_asked_for_its_own(chains: Chains, did: str, *, known: bool) -> None:
    with closing(Cache(chains.home / CACHE_FILE)) as cache:
        resolution = resolver_for(chains, cache, fetch=StaticFetch(PAGES)).resolve(did)
    assert (resolution.error is None) == known
    if known:
        assert str(resolution.require().did) == did


def test_a_path_means_what_its_method_says(chains: Chains) -> None:
    own = chains.chosen()
    with closing(Cache(chains.home / CACHE_FILE)) as cache:
        resolver = resolver_for(chains, cache, fetch=StaticFetch(PAGES))
        for did in (WEB, ethr_did(STRANGER, own.chain_id)):
            found = resolver.dereference_url(f"{did}/whois")
            assert isinstance(found.error, NotFound)
            assert "no meaning" in str(found.error)


def test_a_parameter_is_taken_where_its_method_has_it(chains: Chains) -> None:
    with closing(Cache(chains.home / CACHE_FILE)) as cache:
        resolver = resolver_for(chains, cache, fetch=StaticFetch(PAGES))
        refused = resolver.resolve(WEB, versionNumber="1").error
        assert refused is not None
        assert "versionNumber" in str(refused)
        scid = "QmTebgaxXaGMtbMarQBugQrRMxgHvtDSEsL4ETSgLEocj7"
        asked = resolver.resolve(f"did:webvh:{scid}:example.com", versionNumber="1").error
        assert isinstance(asked, NotFound)  # it was looked for, and there is no log


def test_what_the_network_said_is_kept_in_the_folder_and_given_offline(chains: Chains) -> None:
    with closing(Cache(chains.home / CACHE_FILE)) as cache:
        online = resolver_for(chains, cache, fetch=StaticFetch(PAGES))
        first = online.resolve(WEB)
        assert first.age == timedelta(0)
    assert (chains.home / CACHE_FILE).exists()
    offline = opened_resolver(Chains(chains.home), offline=True)
    kept = offline.resolve(WEB)
    assert kept.require().raw == first.require().raw
    assert first.retrieved is not None
    assert kept.retrieved == first.retrieved.replace(microsecond=0)
    assert kept.age is not None
    assert isinstance(offline.resolve(WEB, noCache=True).error, FeatureNotSupported)
    other = offline.resolve("did:web:example.org").error
    assert isinstance(other, Unreachable)
    assert "go online" in str(other.hint)


def test_a_document_is_asked_for_anew_when_it_is_too_old(chains: Chains) -> None:
    with closing(Cache(chains.home / CACHE_FILE)) as cache:
        resolver_for(chains, cache, fetch=StaticFetch(PAGES)).resolve(WEB).require()
        gone = StaticFetch({})
        assert resolver_for(chains, cache, fetch=gone).resolve(WEB).error is None
        anew = resolver_for(chains, cache, fetch=gone, max_age=timedelta(0))
        assert isinstance(anew.resolve(WEB, noCache=True).error, NotFound)


def test_offline_the_chain_of_ones_own_is_asked_and_no_other(
    chains: Chains, served: tuple[EmbeddedChain, str]
) -> None:
    theirs, url = served
    use_chain(chains.home, theirs.chain_id, NodeSettings((url,), theirs.registry))
    embedded = chains.embedded()
    assert embedded is not None
    mine, other = (ethr_did(STRANGER, chain.chain_id) for chain in (embedded, theirs))
    assert chains.is_embedded(mine)
    assert not chains.is_embedded(other)
    with closing(Cache(chains.home / CACHE_FILE)) as cache:
        offline = resolver_for(chains, cache, offline=True)
        assert offline.resolve(mine).age is None
        assert offline.resolve(mine).error is None
        assert isinstance(offline.resolve(other).error, Unreachable)
        assert resolver_for(chains, cache).resolve(other).error is None
        assert offline.resolve(other).error is None


def test_a_chain_is_known_by_the_settings_or_is_ones_own(
    chains: Chains, served: tuple[EmbeddedChain, str]
) -> None:
    theirs, url = served
    own = chains.chosen()
    assert own is chains.embedded() is chains(own.chain_id)
    assert chains(theirs.chain_id) is None
    use_chain(chains.home, theirs.chain_id, NodeSettings((url,), theirs.registry))
    chosen = chains.chosen()
    assert chosen is chains(theirs.chain_id)
    assert (chosen.chain_id, chosen.registry) == (theirs.chain_id, theirs.registry)
    assert chosen.request("eth_chainId") == hex(theirs.chain_id)
    assert chains(own.chain_id) is own


def test_several_nodes_of_a_chain_take_over_from_one_another(
    tmp_path: Path, served: tuple[EmbeddedChain, str]
) -> None:
    theirs, url = served
    dead = "http://127.0.0.1:9/"
    use_chain(tmp_path, theirs.chain_id, NodeSettings((dead, url), theirs.registry))
    with closing(Chains(tmp_path)) as chains, closing(Cache(tmp_path / CACHE_FILE)) as cache:
        chain = chains(theirs.chain_id)
        assert isinstance(chain, ManyNodes)
        assert len(chain.nodes) == 2
        did = ethr_did(STRANGER, theirs.chain_id)
        assert resolver_for(chains, cache).resolve(did).require().did == did
    use_chain(tmp_path, theirs.chain_id, NodeSettings((dead,), theirs.registry))
    with closing(Chains(tmp_path)) as chains, closing(Cache(tmp_path / CACHE_FILE)) as cache:
        resolution = resolver_for(chains, cache, max_age=timedelta(0)).resolve(did, noCache=True)
        assert isinstance(resolution.error, Unreachable)


@pytest.mark.parametrize("url", ["ftp://x", "http://node.example/", "https://me:key@node.example"])
def test_a_node_that_must_not_be_asked_is_refused(url: str) -> None:
    with pytest.raises(ChainError):
        node_chain(5, (url,), None)


def test_the_registry_is_the_published_one_or_the_one_that_deploying_makes() -> None:
    sepolia = node_chain(11_155_111, ("https://node.example",), None)
    assert sepolia.registry == "0x03d5003bf0e79C5F5223588F347ebA39AfbC3818"
    first, second = (node_chain(number, ("https://node.example",), None) for number in (5**9, 7**9))
    assert first.registry != second.registry


def test_without_a_chain_file_no_chain_is_chosen(tmp_path: Path) -> None:
    with closing(Chains(tmp_path)) as chains:
        assert chains.embedded() is None
        with pytest.raises(ChainError, match="has no chain") as refused:
            chains.chosen()
        assert CHAIN_FILE in str(refused.value.hint)
        with closing(Cache(tmp_path / CACHE_FILE)) as cache:
            resolution = resolver_for(chains, cache).resolve(ethr_did(STRANGER, 5**9))
        assert isinstance(resolution.error, UnknownNetwork)


def test_what_was_opened_can_be_closed_twice_and_opened_again(
    chains: Chains, served: tuple[EmbeddedChain, str]
) -> None:
    theirs, url = served
    use_chain(chains.home, theirs.chain_id, NodeSettings((url,), theirs.registry))
    for _ in range(2):
        assert chains.chosen().request("eth_blockNumber") == "0x0"
        assert chains.embedded() is not None
        chains.close()
        chains.close()


def test_a_server_of_ones_own_is_asked_where_the_settings_say_so(tmp_path: Path) -> None:
    pages: dict[str, bytes] = {}
    with website(pages) as port:
        did = web_did("localhost", port)
        pages["/.well-known/did.json"] = json.dumps(web_document(did, ())).encode()
        refused = opened_resolver(Chains(tmp_path)).resolve(did).error
        assert refused is not None
        assert refused.undecided
        (tmp_path / "config.toml").write_text("private_hosts = true\n")
        assert opened_resolver(Chains(tmp_path)).resolve(did).require().did == did
