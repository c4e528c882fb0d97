from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest

from did.cache import MAX_KEPT, CachingResolver, KeptDocument, MemoryStore
from did.document import Document
from did.errors import (
    ChainError,
    DIDError,
    FeatureNotSupported,
    InvalidDocument,
    NodesDisagree,
    NotFound,
    Unreachable,
    UnsupportedMethod,
)
from did.resolver import Resolver

if TYPE_CHECKING:
    from collections.abc import Mapping

    from did.identifier import DID, DIDURL

WEB: Final = "did:web:example.com"
START: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)


class Site:
    """A method whose answer can be changed, and which counts how often it is asked."""

    parameters: Final = frozenset({"versionNumber"})

    def __init__(self, name: str = "web") -> None:
        self.name: Final = name
        self.asked = 0
        self.outcome: dict[str, Any] | DIDError | None = None
        self.metadata: dict[str, Any] = {}

    def resolve(
        self, did: DID, options: Mapping[str, str], /
    ) -> tuple[Document, Mapping[str, Any]]:
        self.asked += 1
        if isinstance(self.outcome, DIDError):
            raise self.outcome
        raw = {"id": str(did), "asked": self.asked} if self.outcome is None else self.outcome
        return Document.parse(raw), self.metadata | dict(options)

    def locate(self, url: DIDURL, _document: Document, /) -> tuple[str, ...]:
        return (f"https://example.com{url.path}",)


class Clock:
    """The time, which passes when it is told to."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


class House:
    """A resolver with a cache, and what it is made of."""

    def __init__(self) -> None:
        self.site = Site()
        self.chain = Site("ethr")
        self.key = Site("key")
        self.clock = Clock()
        self.store = MemoryStore()

    def resolver(self, *, offline: bool = False) -> CachingResolver:
        methods = {site.name: site for site in (self.site, self.chain, self.key)}
        return CachingResolver(
            Resolver(methods),
            self.store,
            methods={"web", "ethr"},
            max_age=HOUR,
            offline=offline,
            local=lambda did: did.method_specific_id.startswith("0x539:"),
            fixed_versions={"ethr"},
            clock=self.clock,
        )


@pytest.fixture
def house() -> House:
    return House()


def asked_of(resolver: CachingResolver, did: str = WEB, **options: str) -> Any:
    return resolver.resolve(did, **options).require().to_json()["asked"]


def test_a_young_answer_is_given_again_and_says_how_old_it_is(house: House) -> None:
    resolver = house.resolver()
    new = resolver.resolve(WEB)
    assert (new.retrieved, new.age) == (START, timedelta(0))
    house.clock.now += timedelta(minutes=12, milliseconds=1)
    kept = resolver.resolve(WEB)
    assert kept.require() == new.require()
    assert kept.require().to_json() == new.require().to_json()
    assert kept.resolution_metadata == {
        "contentType": "application/did",
        "retrieved": "2026-03-01T12:00:00Z",
        "age": 720,
    }
    assert house.site.asked == 1


def test_an_answer_that_is_too_old_is_asked_for_anew(house: House) -> None:
    resolver = house.resolver()
    assert asked_of(resolver) == 1
    house.clock.now += HOUR
    assert asked_of(resolver) == 1
    house.clock.now += timedelta(seconds=1)
    assert asked_of(resolver) == 2
    assert asked_of(resolver) == 2


def test_an_answer_from_the_future_is_no_answer(house: House) -> None:
    resolver = house.resolver()
    assert asked_of(resolver) == 1
    house.clock.now -= timedelta(seconds=1)
    assert asked_of(resolver) == 2


def test_who_wants_no_kept_answer_gets_a_new_one_which_is_kept(house: House) -> None:
    resolver = house.resolver()
    assert [asked_of(resolver), asked_of(resolver, noCache="true"), asked_of(resolver)] == [1, 2, 2]


def test_methods_that_need_no_network_and_local_chains_are_never_kept(house: House) -> None:
    for did in ("did:key:z6Mk", "did:ethr:0x539:0xab"):
        resolver = house.resolver()
        assert resolver.resolve(did).retrieved is None
        assert asked_of(resolver, did) == asked_of(house.resolver(offline=True), did) - 1
        assert house.store.load_document(did, "") is None


def test_offline_nobody_is_asked_and_what_is_kept_is_given_however_old(house: House) -> None:
    house.site.metadata = {"deactivated": True, "versionId": "1"}
    house.resolver().resolve(WEB)
    house.clock.now += timedelta(days=400)
    house.site.outcome = Unreachable("never asked")
    resolution = house.resolver(offline=True).resolve(WEB)
    assert resolution.require().to_json() == {"id": WEB, "asked": 1}
    assert resolution.document_metadata == {"deactivated": True, "versionId": "1"}
    assert resolution.deactivated
    assert resolution.retrieved == START
    assert resolution.age == timedelta(days=400)
    assert house.site.asked == 1


def test_offline_what_is_not_kept_is_out_of_reach(house: House) -> None:
    error = house.resolver(offline=True).resolve(WEB).error
    assert isinstance(error, Unreachable)
    assert error.hint == "go online: ask without --offline"
    assert house.site.asked == 0


def test_offline_a_new_answer_is_refused_in_the_words_of_the_standard(house: House) -> None:
    house.resolver().resolve(WEB)
    error = house.resolver(offline=True).resolve(WEB, noCache="true").error
    assert isinstance(error, FeatureNotSupported)


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(hours=1, seconds=1), "1 hour ago"),
        (timedelta(hours=49), "2 days ago"),
        (timedelta(hours=3), "3 hours ago"),
    ],
)
def test_when_the_network_fails_a_kept_answer_is_offered_and_not_used(
    house: House, age: timedelta, words: str
) -> None:
    resolver = house.resolver()
    resolver.resolve(WEB)
    house.clock.now += age
    house.site.outcome = Unreachable("example.com does not answer", hint="try again")
    resolution = resolver.resolve(WEB)
    assert isinstance(resolution.error, Unreachable)
    assert str(resolution.error) == "example.com does not answer"
    assert resolution.error.hint == f"--offline answers with what was retrieved {words}"
    assert resolution.error.__cause__ is house.site.outcome
    assert resolution.document is None
    assert house.resolver(offline=True).resolve(WEB).document is not None


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(seconds=5), "less than a minute ago"),
        (timedelta(minutes=2), "2 minutes ago"),
        (timedelta(seconds=-5), "less than a minute ago"),
    ],
)
def test_the_offer_is_made_too_where_a_young_answer_was_not_wanted(
    house: House, age: timedelta, words: str
) -> None:
    resolver = house.resolver()
    resolver.resolve(WEB)
    house.clock.now += age
    house.site.outcome = Unreachable("example.com does not answer")
    error = resolver.resolve(WEB, noCache="true").error
    assert error is not None
    assert error.hint == f"--offline answers with what was retrieved {words}"


def test_without_a_kept_answer_a_failure_is_as_it_was(house: House) -> None:
    house.site.outcome = Unreachable("example.com does not answer", hint="try again")
    error = house.resolver().resolve(WEB).error
    assert error is house.site.outcome
    assert house.site.outcome.hint == "try again"


@pytest.mark.parametrize("error", [NodesDisagree("two answers"), ChainError("no answer")])
def test_other_failures_offer_nothing(house: House, error: DIDError) -> None:
    resolver = house.resolver()
    resolver.resolve(WEB)
    house.site.outcome = error
    assert resolver.resolve(WEB, noCache="true").error is error
    assert error.hint is None


def test_what_is_known_to_be_gone_does_not_come_back_offline(house: House) -> None:
    resolver = house.resolver()
    resolver.resolve(WEB)
    house.site.outcome = NotFound("it is not there")
    assert isinstance(resolver.resolve(WEB, noCache="true").error, NotFound)
    assert isinstance(house.resolver(offline=True).resolve(WEB).error, Unreachable)


def test_what_is_no_answer_is_not_kept(house: House) -> None:
    resolver = house.resolver()
    for outcome in (NotFound("no"), InvalidDocument("bad"), {"id": "did:web:other.example"}):
        house.site.outcome = outcome
        assert resolver.resolve(WEB).error is not None
        assert house.store.load_document(WEB, "") is None
    house.site.outcome, house.site.metadata = None, {"versionId": 7}
    assert isinstance(resolver.resolve(WEB).error, InvalidDocument)
    assert house.store.load_document(WEB, "") is None


@pytest.mark.parametrize(
    "extra", [{"x": "x" * MAX_KEPT}, {"x": 10**5000}, {"x": 2**60}, {"x": "\ud800"}]
)
def test_what_cannot_be_kept_is_answered_all_the_same(
    house: House, extra: dict[str, object]
) -> None:
    house.site.outcome = {"id": WEB, **extra}
    resolver = house.resolver()
    assert resolver.resolve(WEB).require().raw["x"] == extra["x"]
    assert resolver.resolve(WEB).document is not None
    assert house.site.asked == 2


def test_each_version_is_kept_by_itself_and_every_spelling_of_it_is_one(house: House) -> None:
    resolver = house.resolver()
    assert asked_of(resolver) == 1
    assert asked_of(resolver, versionId="1") == 2
    assert asked_of(resolver, versionTime="2026-01-01T01:00:00.5+01:00") == 3
    assert asked_of(resolver, versionTime="2026-01-01T00:00:00Z") == 3
    assert asked_of(resolver, versionId="1") == 2
    assert asked_of(resolver, versionNumber="1") == 4


def test_a_version_that_never_changes_is_asked_for_once(house: House) -> None:
    resolver = house.resolver()
    did = "did:ethr:0x1:0xab"
    assert asked_of(resolver, did, versionId="1") == 1
    assert asked_of(resolver, did) == 2
    house.clock.now += timedelta(days=3650)
    assert asked_of(resolver, did, versionId="1") == 1
    assert asked_of(resolver, did) == 3
    assert asked_of(resolver, did, versionTime="2026-01-01T00:00:00Z") == 4
    house.clock.now += timedelta(days=1)
    assert asked_of(resolver, did, versionTime="2026-01-01T00:00:00Z") == 5


@pytest.mark.parametrize(
    ("document", "metadata"),
    [
        (b'{"id": "did:web:other.example"}', b"{}"),
        (b'{"id": "did:web:example.com", "service": 7}', b"{}"),
        (b'{"id": "did:web:example.com", "id": "did:web:example.com"}', b"{}"),
        (b"{", b"{}"),
        (b"\xff", b"{}"),
        (b"[" * 100_000, b"{}"),
        (b'{"id": "did:web:example.com"}', b"[]"),
        (b'{"id": "did:web:example.com"}', b'{"deactivated": 1}'),
        (b'{"id": "did:web:example.com"}' + b" " * MAX_KEPT, b"{}"),
    ],
)
def test_a_store_that_is_damaged_has_nothing(
    house: House, document: bytes, metadata: bytes
) -> None:
    house.store.keep_document(WEB, "", KeptDocument(document, metadata, START))
    assert isinstance(house.resolver(offline=True).resolve(WEB).error, Unreachable)
    assert asked_of(house.resolver()) == 1


def test_accept_and_relative_urls_are_of_the_asker_and_not_of_what_is_kept(house: House) -> None:
    house.site.outcome = {
        "id": WEB,
        "service": [{"id": "#s", "type": "S", "serviceEndpoint": "https://example.com/"}],
    }
    resolver = house.resolver()
    expanded = resolver.resolve(WEB, expandRelativeUrls="true", accept="application/did+json")
    assert expanded.require().to_json()["service"][0]["id"] == f"{WEB}#s"
    assert resolver.resolve(WEB).require().to_json() == house.site.outcome
    assert house.site.asked == 1


def test_urls_are_dereferenced_through_the_cache(house: House) -> None:
    resolver = house.resolver()
    answer = resolver.dereference_url(f"{WEB}/a")
    assert answer.content_stream == ["https://example.com/a"]
    assert answer.dereferencing_metadata["age"] == 0
    house.clock.now += timedelta(seconds=5)
    assert resolver.dereference_url(f"{WEB}/b").dereferencing_metadata == {
        "contentType": "text/uri-list",
        "retrieved": "2026-03-01T12:00:00Z",
        "age": 5,
    }
    assert isinstance(resolver.resolve("did:nobody:1").error, UnsupportedMethod)


def test_a_resolver_has_a_clock_of_its_own_and_every_did_of_a_method_is_far(house: House) -> None:
    resolver = CachingResolver(
        Resolver({"web": house.site}), MemoryStore(), methods=("web",), max_age=HOUR
    )
    before = datetime.now(UTC)
    retrieved = resolver.resolve(WEB).retrieved
    assert retrieved is not None
    assert before <= retrieved <= datetime.now(UTC)
    assert asked_of(resolver) == 1


def test_the_oldest_document_leaves_a_full_store() -> None:
    store = MemoryStore(2)
    kept = [KeptDocument(str(number).encode(), b"{}", START) for number in range(4)]
    store.keep_document("a", "", kept[0])
    store.keep_document("b", "", kept[1])
    store.keep_document("a", "", kept[2])
    store.keep_document("c", "", kept[3])
    assert store.load_document("b", "") is None
    assert store.load_document("a", "") == kept[2]
    store.drop_document("a", "")
    store.drop_document("a", "")
    assert store.load_document("a", "") is None
