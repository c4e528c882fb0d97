from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wallet.given import Given
from wallet.messages import text as rendered
from wallet.recognizing import LONGEST, Recognized, What, recognize
from wallet.recognizing.recognized import TITLES
from wallet.vault.phrase import Language, RecoveryPhrase, words_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wallet.actions.result import Result

    Does = Callable[..., Result]

DID = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
CREDENTIAL: dict[str, Any] = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "type": ["VerifiableCredential", "Degree"],
    "issuer": DID,
    "credentialSubject": {"id": DID, "gpa": "3.9"},
    "proof": {"type": "DataIntegrityProof"},
}
PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"
PEM = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----"
OFFER = {"credential_issuer": "https://uni.example", "credential_configuration_ids": ["Degree"]}
DCQL = {"credentials": [{"id": "a", "meta": {"type_values": [["Degree"]]}}]}


def facts(found: Recognized) -> dict[str, str]:
    return {str(label): value for label, value in found.facts}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", What.NOTHING),
        (" \n\t ", What.NOTHING),
        ("show me my degree", What.WORDS),
        ("给我看看我的学位证书", What.WORDS),
        (DID, What.DID),
        (f"  {DID}#key-1\n", What.DID),
        ("did:", What.WORDS),
        (json.dumps(CREDENTIAL), What.CREDENTIAL),
        ("\ufeff" + json.dumps(CREDENTIAL), What.CREDENTIAL),
        (json.dumps({"type": "VerifiablePresentation", "@context": []}), What.UNREADABLE),
        (json.dumps({"type": ["VerifiableCredential"]}), What.UNREADABLE),
        (json.dumps({"id": DID, "authentication": []}), What.DID_DOCUMENT),
        (json.dumps({"type": "PresentationRequest"}), What.UNREADABLE),
        (json.dumps(OFFER), What.OFFER),
        (json.dumps({"dcql_query": DCQL, "client_id": "x509_san_dns:a.example"}), What.ASKED),
        ('{"a": 1}', What.JSON),
        ("[1, 2]", What.JSON),
        ('{"a": 1', What.UNREADABLE),
        ('{"a": 1, "a": 2}', What.UNREADABLE),
        ("[" * 5_000, What.UNREADABLE),
        ("eyJhbGciOiJub25lIn0.e30.", What.UNREADABLE),
        ("eyJhbGciOiJub25lIn0.e30.AA~WyJhIl0~", What.UNREADABLE),
        ("https://example.org/a?b=c", What.LINK),
        ("https:example", What.WORDS),
        ("https://", What.UNREADABLE),
        ("https://[::1", What.UNREADABLE),
        ("openid4vp://?request_uri=https%3A%2F%2Fshop.example%2Fr", What.ASKED),
        ("openid-credential-offer://?credential_offer=%7B", What.UNREADABLE),
        ("openid-credential-offer://", What.OFFER),
        ("mailto:mei@example.org", What.WORDS),
        ("/home/mei/degree.json", What.FILE),
        ("degree.json", What.FILE),
        ("file:///tmp/a%20b.json", What.FILE),
        ("'/home/mei/my degree.json' /tmp/b.jwt", What.FILE),
        ("C:\\Users\\mei\\degree.json", What.FILE),
        ("import degree.json please", What.WORDS),
        (PHRASE, What.RECOVERY_PHRASE),
        (PEM, What.PRIVATE_KEY),
        ("x" * (LONGEST + 1), What.UNREADABLE),
        ("凭" * (LONGEST // 2), What.UNREADABLE),
        ("\x1b]52;c;aGk=\x07", What.WORDS),
        ("\ud800", What.WORDS),
    ],
)
def test_says_what_a_text_is(text: str, kind: What) -> None:
    assert recognize(text).kind is kind


def test_what_the_wallet_itself_makes_is_recognized(
    do: Does, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    do("create_did", method="key", name="mei")
    for form in ("di", "jwt", "jwt-vc"):
        made = do("issue_credential", type="Degree", subject="mei", issuer="mei",
                  claims={"gpa": form}, format=form).made  # fmt: skip
        raw = do("show_credential", credential=made).data["credential"]
        found = recognize(raw if isinstance(raw, str) else json.dumps(raw))
        assert found.kind is What.CREDENTIAL
        assert facts(found)["Type"] == "Degree"
        shown = do("present_credential", credential=made, verifier=DID, format=form).saved
        assert shown is not None
        assert recognize(shown.read_text()).kind is What.PRESENTATION
    request = do("request_presentation", holder=DID, type="Degree", claims=["gpa"]).saved
    assert request is not None
    found = recognize(request.read_text())
    assert (found.kind, facts(found)["Type"], facts(found)["Claims"]) == (
        What.REQUEST,
        "Degree",
        "gpa",
    )


def test_an_offer_says_who_offers_what_and_that_it_is_for_later() -> None:
    link = f"openid-credential-offer://?credential_offer={quote(json.dumps(OFFER))}"
    for text in (link, link.replace("openid-credential-offer", "HAIP-VCI"), json.dumps(OFFER)):
        found = recognize(text)
        assert found.kind is What.OFFER
        assert facts(found) == {"Issuer": "https://uni.example", "Type": "Degree"}
        assert "later version" in str(found.warning)
    by_reference = recognize(
        "openid-credential-offer://?credential_offer_uri=https%3A%2F%2Fa.example"
    )
    assert facts(by_reference) == {"To be fetched from": "https://a.example"}
    assert recognize(
        f"https://wallet.example/?credential_offer={quote(json.dumps(OFFER))}"
    ).kind is (What.OFFER)


def test_a_request_by_link_says_who_asks_for_what() -> None:
    query = quote(json.dumps(DCQL))
    found = recognize(
        f"openid4vp://?client_id=shop.example&response_uri=https%3A%2F%2Fshop.example%2Fa&dcql_query={query}"
    )
    assert facts(found) == {
        "Verifier": "shop.example",
        "Answered to": "https://shop.example/a",
        "Type": "Degree",
    }
    assert found.link["client_id"] == "shop.example"


@pytest.mark.parametrize(
    "link",
    [
        "openid4vp://?client_id=good.example&client_id=evil.example",
        "openid4vp://?" + "&".join(f"p{n}=1" for n in range(200)),
        "openid4vp://?request=" + "x" * 70_000,
        "openid-credential-offer://?credential_offer=%5B1%5D",
        'openid-credential-offer://?credential_offer={"credential_issuer":1}',
        "openid4vp://?dcql_query=%FF",
        "openid4vp://?dcql_query=" + "%5B" * 10_000,
    ],
)
def test_a_link_that_says_two_things_or_too_much_is_unreadable(link: str) -> None:
    assert recognize(link).kind is What.UNREADABLE


def test_a_web_link_tells_where_it_leads_and_what_to_mind() -> None:
    found = recognize("https://bank.example@evil.example/login")
    assert facts(found) == {"Host": "evil.example"}
    assert "evil.example" in str(found.warning)
    assert "on the way" in str(recognize("http://example.org").warning)
    assert recognize("https://example.org").warning is None


@pytest.mark.parametrize(
    "text",
    [
        PHRASE.upper(),
        f"my words are: {PHRASE}, keep them",
        "\n".join(f"{n}. {word}" for n, word in enumerate(PHRASE.split(), 1)),
        PHRASE.replace("winner", "winer", 1),
        f'{{"note": "{PHRASE}"}}',
        RecoveryPhrase(bytes(16), Language.CHINESE).expose_secret(),
        RecoveryPhrase(bytes(range(32)), Language.CHINESE).expose_secret().replace(" ", ""),
        RecoveryPhrase(bytes(range(16)), Language.CHINESE).expose_secret().replace(" ", ""),
    ],
)
def test_a_recovery_phrase_is_known_however_it_is_written(text: str) -> None:
    found = recognize(text)
    assert found.kind is What.RECOVERY_PHRASE
    assert found.is_secret
    assert "never paste" in str(found.warning)
    assert found.facts == ()
    assert PHRASE not in repr(found)
    assert found.shown(text) != text


@pytest.mark.parametrize(
    "text",
    [
        PHRASE.rpartition(" ")[0].rpartition(" ")[0],
        "please show the degree that my university gave me about computer science last year",
        "请把我的大学学位证书出示给那个学校的老师看一下可以吗",
        "我要把这个给他看一下吧",
    ],
)
def test_what_people_say_is_no_recovery_phrase(text: str) -> None:
    assert recognize(text).kind is What.WORDS


@pytest.mark.parametrize(
    "text",
    [
        PEM,
        f"here it is:\n{PEM}",
        PEM.replace("PRIVATE", "ENCRYPTED PRIVATE"),
        PEM.replace("PRIVATE", "OPENSSH PRIVATE"),
        json.dumps({"kty": "OKP", "crv": "Ed25519", "x": "a", "d": "b"}),
        json.dumps({"keys": [{"kty": "EC", "d": "b"}]}),
        json.dumps({**CREDENTIAL, "key": {"privateKeyJwk": {}}}),
        '{"kty": "OKP", "d": "b",}',
        "AGE-SECRET-KEY-1" + "Q" * 58,
        "xprv" + "9" * 107,
    ],
)
def test_a_private_key_is_known_however_it_is_written(text: str) -> None:
    found = recognize(text)
    assert found.kind is What.PRIVATE_KEY
    assert found.is_secret


def test_a_public_key_and_a_certificate_are_no_private_ones() -> None:
    assert recognize(json.dumps({"kty": "OKP", "crv": "Ed25519", "x": "a"})).kind is What.JSON
    assert recognize(PEM.replace("PRIVATE", "PUBLIC")).kind is What.UNREADABLE


def test_paths_are_what_a_terminal_writes_that_a_file_is_dropped_on() -> None:
    for text, paths in [
        ("'/a b/c.json'", ("/a b/c.json",)),
        ("/a\\ b/c.json", ("/a b/c.json",)),
        ("/a b/c.json", ("/a b/c.json",)),
        ("/a/b.json /c/d.json", ("/a/b.json", "/c/d.json")),
        ('"~/x.json" ./y.jwt', ("~/x.json", "./y.jwt")),
        ("file://localhost/home/a%20b", ("/home/a b",)),
        ("file://elsewhere/tmp/a", ("file://elsewhere/tmp/a",)),
    ]:
        assert recognize(text).paths == paths


def test_every_kind_has_a_title_in_both_languages() -> None:
    assert TITLES.keys() == set(What)
    assert all(rendered(title, "zh") != rendered(title, "en") for title in TITLES.values())


HOSTILE = st.one_of(
    st.text(max_size=400),
    st.text(
        st.sampled_from('{}[]":,\\did:openid4vp://?&=%eyJ.-_~/\'"\ud800\u202e\x1b '), max_size=200
    ),
    st.binary(max_size=200).map(lambda data: base64.urlsafe_b64encode(data).decode()),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "type",
                        "id",
                        "issuer",
                        "credential_issuer",
                        "dcql_query",
                        "kty",
                        "d",
                        "credentials",
                        "meta",
                        "query",
                        "verifiableCredential",
                        "proof",
                        "credential_configuration_ids",
                        "credentialSubject",
                    ]
                ),
                inner,
                max_size=5,
            )
        ),
        max_leaves=20,
    ).map(json.dumps),
)


@given(HOSTILE)
@example('{"type": ["PresentationRequest", {}], "query": []}')
@example('{"type": "EnvelopedVerifiableCredential", "id": 5}')
@example("openid4vp://?dcql_query=" + quote('{"credentials": [{"meta": {"type_values": [[]]}}]}'))
def test_no_text_whatever_is_an_error(text: str) -> None:
    found = recognize(text)
    assert found.kind in What
    assert rendered(found.title, "zh")


@pytest.mark.parametrize(
    "text",
    [
        "eyJ" + "A" * (LONGEST - 10),
        "a " * (LONGEST // 2),
        "'" * LONGEST,
        "word " * (LONGEST // 5),
        "/" * LONGEST,
        "-----BEGIN " * (LONGEST // 11),
        "[" + "{}," * (LONGEST // 3 - 2) + "{}]",
        '{"a":"' + "\\u0000" * (LONGEST // 6 - 10) + '"}',
        "xprv" * (LONGEST // 4),
    ],
    ids=range(9),
)
def test_the_longest_text_is_looked_at_in_a_moment(text: str) -> None:
    # Anything that grew with the square of the length would take hours.
    assert recognize(text).kind in What


def test_the_lists_of_words_are_those_of_bip_39() -> None:
    assert all(len(words_of(language)) == 2048 for language in Language)


def test_a_credential_of_which_a_part_can_be_shown_is_one(do: Does) -> None:
    do("create_did", method="key", name="school")
    mei = str(do("create_did", method="key", name="mei").made)
    made = do(
        "issue_credential",
        type="Degree",
        subject=mei,
        claims={"grade": "1"},
        issuer="school",
        format="sd-jwt",
    )
    token = str(made.data["credential"])
    assert recognize(token).kind is What.CREDENTIAL
    assert facts(recognize(token))["Type"] == "Degree"
    assert Given.of(token).raw == token.encode()
