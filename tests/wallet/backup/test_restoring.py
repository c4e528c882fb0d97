from __future__ import annotations

import errno
import json
from typing import TYPE_CHECKING, Any

import pytest

from did.keys import ALGORITHMS
from did.private_jwk import unsafe_encode_private_jwk
from wallet.backup.comparing import ChainStands
from wallet.backup.errors import OtherWallet
from wallet.backup.reading import opened
from wallet.backup.restoring import merge, restore_over
from wallet.entries import credentials, dids
from wallet.errors import BadInput
from wallet.journal.journal import Journal
from wallet.trash import deleted
from wallet.vault.derivation import KeyPath
from wallet.vault.errors import RecordNotFound
from wallet.vault.header import FLOOR
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.wallet import create_wallet, open_wallet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wallet.actions.result import Result
    from wallet.wallet import Wallet

    Does = Callable[..., Result]


def bare(wallet: Wallet) -> list[tuple[object, ...]]:
    """The records, but for the place in the order that the vault gives them."""
    return [
        (r.kind, r.id, r.version, r.created, r.body)
        for r in wallet.vault.each()
        if (r.kind, r.id) != (Kind.SETTING, "journal")  # the head, which goes on
    ]


def wallet_journal(wallet: Wallet) -> list[Any]:
    return Journal(wallet.vault, wallet.clock).everything()


def test_a_restored_wallet_has_every_record_as_it_was_and_in_its_order(
    small: Wallet, backups: Any, tmp_path: Path
) -> None:
    before = bare(small)
    file = backups.write(small)
    assert file.stat().st_mode & 0o777 == 0o600
    restored = backups.restore(file, tmp_path / "again")
    with backups.open(tmp_path / "again") as again:
        assert bare(again)[:-1] == before
        assert wallet_journal(again)[-1]["action"] == "restore_backup"
        assert again.vault.unsafe_expose_phrase() == small.vault.unsafe_expose_phrase()
        assert again.chains.embedded().request("eth_blockNumber") == "0x1"
        assert (again.home / "config.toml").read_text() == "private_hosts = true  # at home\n"
    assert restored.counts["record credential"] == 1
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_fresh_backup_holds_all_that_the_wallet_has(small: Wallet, backups: Any) -> None:
    compared = backups.compare(backups.write(small), small)
    assert compared.is_complete
    assert compared.same_phrase
    assert compared.chain is ChainStands.SAME
    assert compared.named == ()


def test_what_came_or_changed_since_is_named(small: Wallet, backups: Any, do: Does) -> None:
    file = backups.write(small)
    do("issue_credential", type="Badge", issuer="school", subject="school", claims={"n": "2"})
    do("delete_credential", credential="Degree")
    do("add_service", did="work", endpoint="https://work.example")
    (small.home / "config.toml").unlink()
    compared = backups.compare(file, small)
    assert not compared.is_complete
    assert compared.lacking["credential"] == 1
    assert compared.since["credential"] == 1
    assert compared.chain is ChainStands.BEHIND
    assert "config.toml" in compared.files


def test_a_merge_adds_what_is_lacking_and_changes_nothing(
    small: Wallet, backups: Any, do: Does
) -> None:
    file = backups.write(small)
    degree = credentials(small.vault)[0].id
    do("delete_credential", credential="Degree")
    small.vault.put(Kind.CONTACT, {"name": "Mei", "did": "did:web:a.example"}, id="Mei")
    (small.home / "config.toml").write_text("# mine\n", encoding="utf-8")
    journal = len(small.vault.all(Kind.JOURNAL))
    compared = backups.compare(file, small)
    assert compared.changed["contact"] == 1
    with opened(file, [backups.key]) as parts:
        merge(parts, backups.source(small), compared, backups.note)
    assert [one.id for one in credentials(small.vault)] == [degree]
    assert small.vault.get(Kind.CONTACT, "Mei").body["did"] == "did:web:a.example"
    assert (small.home / "config.toml").read_text() == "# mine\n"
    assert len(small.vault.all(Kind.JOURNAL)) == journal + 1


def test_a_merge_into_a_wallet_recovered_from_its_phrase_brings_the_chain(
    small: Wallet, backups: Any, tmp_path: Path
) -> None:
    file = backups.write(small)
    phrase = small.vault.unsafe_expose_phrase()
    home = tmp_path / "recovered"
    with create_wallet(home, Secret("another passphrase"), phrase=phrase, kdf=FLOOR)[0] as bare_one:
        compared = backups.compare(file, bare_one)
        assert compared.chain is ChainStands.FRESH
        with opened(file, [backups.key]) as parts:
            merge(parts, backups.source(bare_one), compared, backups.note)
    with backups.open(home) as merged:
        assert merged.chains.embedded().request("eth_blockNumber") == "0x1"
        assert [own.name for own in dids(merged.vault)] == ["school", "work"]


def test_an_extra_word_travels_and_without_it_the_keys_are_others(
    small: Wallet, backups: Any, tmp_path: Path
) -> None:
    words = small.vault.unsafe_expose_phrase()
    phrase = words.with_extra_word(Secret("zylphora 学位"))
    passphrase = Secret("another passphrase")
    with create_wallet(tmp_path / "one", passphrase, phrase=phrase, kdf=FLOOR)[0] as one:
        file = backups.write(one)
        key = one.vault.public_key(KeyPath.ethr(0))
        assert backups.compare(file, one).same_phrase
    assert not backups.compare(file, small).same_phrase
    backups.restore(file, tmp_path / "again")
    with backups.open(tmp_path / "again") as again:
        assert again.vault.unsafe_expose_phrase() == phrase
        assert again.vault.public_key(KeyPath.ethr(0)) == key
    assert small.vault.public_key(KeyPath.ethr(0)) != key


@pytest.fixture
def imported(small: Wallet, do: Does, tmp_path: Path) -> Wallet:
    """The same with an imported key."""
    key = ALGORITHMS["P-256"].private_key(b"\x07" * 32)
    file = tmp_path / "key.json"
    file.write_text(json.dumps(unsafe_encode_private_jwk(key)), encoding="ascii")
    do("import_key", file=str(file), name="office")
    return small


def signs(wallet: Wallet) -> bool:
    own = dids(wallet.vault)[-1]
    signer = wallet.registrars["key"].signing(own).signer
    return own.name == "office" and signer.public_key.verify(signer.sign(b"message"), b"message")


def test_an_imported_key_is_sealed_anew_for_the_wallet_it_is_restored_to(
    imported: Wallet, backups: Any, tmp_path: Path
) -> None:
    file = backups.write(imported)
    (before,) = imported.vault.all(Kind.KEY)
    assert backups.compare(file, imported).is_complete
    restored = backups.restore(file, tmp_path / "again")
    assert restored.counts["key"] == 1
    with backups.open(tmp_path / "again") as again:
        (after,) = again.vault.all(Kind.KEY)
        assert (after.id, after.created) == (before.id, before.created)
        assert after.body != before.body
        assert signs(again)
        compared = backups.compare(file, again)
        assert compared.counts["key"] == 1
        assert compared.changed.get("key") is None


def test_a_merge_brings_an_imported_key_that_is_lacking(
    imported: Wallet, backups: Any, tmp_path: Path
) -> None:
    file = backups.write(imported)
    phrase = imported.vault.unsafe_expose_phrase()
    home = tmp_path / "recovered"
    with create_wallet(home, Secret("another passphrase"), phrase=phrase, kdf=FLOOR)[0] as bare_one:
        compared = backups.compare(file, bare_one)
        assert compared.lacking["key"] == 1
        with opened(file, [backups.key]) as parts:
            merge(parts, backups.source(bare_one), compared, backups.note)
        assert signs(bare_one)
        kept = bare_one.vault.all(Kind.KEY)
    with backups.open(home) as again:
        compared = backups.compare(file, again)
        with opened(file, [backups.key]) as parts:
            merge(parts, backups.source(again), compared, backups.note)
        assert again.vault.all(Kind.KEY) == kept


def test_a_merge_of_a_wallet_with_other_keys_is_refused(
    small: Wallet, backups: Any, tmp_path: Path
) -> None:
    file = backups.write(small)
    with create_wallet(tmp_path / "other", Secret("another passphrase"), kdf=FLOOR)[0] as other:
        compared = backups.compare(file, other)
        assert not compared.same_phrase
        with opened(file, [backups.key]) as parts, pytest.raises(OtherWallet):
            merge(parts, backups.source(other), compared, backups.note)
        assert not any(other.vault.each())


def test_a_replaced_wallet_is_kept_and_its_journal_goes_on(
    small: Wallet, backups: Any, tmp_path: Path
) -> None:
    file = backups.write(small)
    home, kept = tmp_path / "other", tmp_path / "other.before"
    other = create_wallet(home, Secret("another passphrase"), kdf=FLOOR)[0]
    Journal(other.vault, other.clock).append({"action": "mine"})
    other.vault.put(Kind.CONTACT, {"name": "old", "did": "did:web:a.example"}, id="old")
    other.chains.close()
    with opened(file, [backups.key]) as parts:
        restore_over(parts, home, backups.new(), earlier=other.vault, kept=kept)
    with backups.open(home) as now, open_wallet(kept, Secret("another passphrase")) as before:
        actions = [entry["action"] for entry in wallet_journal(now)]
        assert "mine" in actions
        assert actions[-2:] == ["carry_journal", "restore_backup"]
        assert len(actions) == len(wallet_journal(small)) + 3
        before.vault.get(Kind.CONTACT, "old")
        with pytest.raises(RecordNotFound):
            now.vault.get(Kind.CONTACT, "old")


def test_nothing_is_restored_where_something_is(
    small: Wallet, backups: Any, tmp_path: Path
) -> None:
    file = backups.write(small)
    with pytest.raises(BadInput, match="not empty"):
        backups.restore(file, small.home)
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(BadInput, match="no folder"):
        backups.restore(file, tmp_path / "file")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BadInput, match="no folder"):
        backups.restore(file, tmp_path / "link")


def test_a_backup_is_never_written_over_another_file(small: Wallet, backups: Any) -> None:
    file = backups.write(small)
    before = file.read_bytes()
    with pytest.raises(BadInput, match="exists already"):
        backups.write(small)
    assert file.read_bytes() == before


def test_a_record_that_is_there_is_not_restored_over(small: Wallet) -> None:
    record = small.vault.all(Kind.CONTACT)[0]
    assert not small.vault.restore(record)


def test_what_was_deleted_is_in_a_backup_and_can_be_brought_back_from_it(
    small: Wallet, do: Does, backups: Any, tmp_path: Path
) -> None:
    do("delete_credential", credential="Degree")
    backups.restore(backups.write(small), tmp_path / "again")
    with backups.open(tmp_path / "again") as again:
        assert credentials(again.vault) == ()
        assert [one.name for one in deleted(again.vault, again.clock())] == ["Degree"]


def test_a_merge_deletes_nothing_that_the_backup_has_among_the_deleted(
    small: Wallet, do: Does, backups: Any
) -> None:
    do("delete_credential", credential="Degree")
    file = backups.write(small)
    do("undelete_credential", credential="Degree")
    shown = backups.compare(file, small)
    with opened(file, [backups.key]) as parts:
        merge(parts, backups.source(small), shown, backups.note)
    assert [entry.name for entry in credentials(small.vault)] == ["Degree"]
    assert deleted(small.vault, small.clock()) == ()


def test_what_failed_in_the_middle_can_be_written_down(
    wallet: Wallet, backups: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):  # more than a chunk, so that the vault is being read when it fails
        wallet.vault.put(Kind.CONTACT, {"note": "x" * 40_000}, id=f"c{number}")

    def full(*_: object, **__: object) -> bytes:
        raise OSError(errno.ENOSPC, "No space left on device")

    def writes() -> None:
        try:
            backups.write(wallet)
        finally:
            with wallet.vault.transaction():
                backups.note(wallet.vault)

    monkeypatch.setattr("wallet.backup.age._counter", full)
    with pytest.raises((OSError, BadInput), match="No space left"):
        writes()
    assert not (backups.folder / "backup.age").exists()
