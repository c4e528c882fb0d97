"""Deeds: what a tormented process does with a vault, and what must be there afterwards.

A life is a row of deeds drawn from a seed, so that whoever knows how many of them were
acknowledged knows the whole of what the vault must hold.
"""

from __future__ import annotations

import functools
import random
from dataclasses import dataclass, field, replace
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from wallet.vault import header
from wallet.vault.errors import VaultError
from wallet.vault.header import FLOOR
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.vault.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

FILE: Final = "vault.db"
_IDS: Final = tuple(f"record {number}" for number in range(12))
_WEIGHTS: Final = {"put": 50, "delete": 20, "several": 20, "passphrase": 3, "create": 2}


@dataclass(frozen=True, slots=True)
class State:
    """What a folder's vaults hold: records by id, how the first is opened, and the other vaults."""

    records: dict[str, Any] = field(default_factory=dict)
    passphrase: int = 0
    made: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deed:
    """One change: the bodies to put, the ids to delete; or another passphrase, or vault."""

    put: tuple[tuple[str, Any], ...] = ()
    delete: tuple[str, ...] = ()
    passphrase: bool = False
    create: str | None = None

    def after(self, before: State) -> State:
        """The state that it leads to."""
        records = {id_: body for id_, body in before.records.items() if id_ not in self.delete}
        return State(
            records | dict(self.put),
            before.passphrase + self.passphrase,
            before.made + ((self.create,) if self.create else ()),
        )

    def do(self, vault: Vault, before: State) -> None:
        """Do it. When this returns, it is done for good."""
        if self.create:
            Vault.create(vault.path.with_name(self.create), secret(0), kdf=FLOOR)[0].close()
        elif self.passphrase:
            vault.change_passphrase(secret(before.passphrase), secret(before.passphrase + 1))
        elif len(self.put) + len(self.delete) == 1:
            self._each(vault)
        else:
            with vault.transaction():
                self._each(vault)

    def _each(self, vault: Vault) -> None:
        for id_, body in self.put:
            vault.put(Kind.CONTACT, body, id=id_)
        for id_ in self.delete:
            vault.delete(Kind.CONTACT, id_)


def life(seed: int, state: State) -> Iterator[Deed]:
    """Deeds without end."""
    rng = random.Random(seed)  # noqa: S311 -- the same each time
    while True:
        (what,) = rng.choices(list(_WEIGHTS), list(_WEIGHTS.values()))
        deed = _deed(what, rng, state)
        yield deed
        state = deed.after(state)


def _deed(what: str, rng: random.Random, state: State) -> Deed:
    held = sorted(state.records)
    if what == "passphrase":
        return Deed(passphrase=True)
    if what == "create":
        return Deed(create=f"made-{len(state.made)}.db")
    if what == "delete" and held:
        return Deed(delete=(rng.choice(held),))
    put = tuple((id_, _body(rng)) for id_ in rng.sample(_IDS, 3 if what == "several" else 1))
    gone = [id_ for id_ in held if id_ not in dict(put)]
    return Deed(put, tuple(gone[:1]) if what == "several" else ())


def _body(rng: random.Random) -> dict[str, Any]:
    return {"n": rng.randrange(1 << 30), "x": "x" * rng.randrange(3_000)}


def states(seed: int, start: State, counts: Iterable[int]) -> list[State]:
    """The states after so many deeds of a life."""
    wanted, found, state = sorted(set(counts)), [], start
    for number, deed in enumerate(life(seed, start)):
        if number in wanted:
            found.append(state)
        if number >= wanted[-1]:
            return found
        state = deed.after(state)
    raise AssertionError("a life has no end")


@functools.cache
def secret(number: int) -> Secret:
    """The passphrase after so many changes."""
    return Secret(f"correct horse battery staple {number}")


def new_vault(folder: Path) -> Path:
    """A vault in a new folder, empty."""
    Vault.create(folder / FILE, secret(0), kdf=FLOOR)[0].close()
    return folder / FILE


def found(vault: Vault) -> dict[str, Any]:
    """What an open vault holds, all of it read."""
    records = {record.id: dict(record.body) for record in vault.all(Kind.CONTACT)}
    for id_, body in records.items():
        assert vault.get(Kind.CONTACT, id_).body == body
    return records


def which(folder: Path, candidates: list[State]) -> State | None:
    """The one of the states that the folder is in, wholly; `None` if it is in none of them."""
    made = {path.name for path in folder.glob("made-*.db")}
    fitting = [state for state in candidates if set(state.made) == made]
    if not fitting or not all(_opens(folder / name) for name in made):
        return None
    for passphrase in {state.passphrase for state in fitting}:
        try:
            with Vault.open(folder / FILE, secret(passphrase)) as vault:
                whole = replace(fitting[0], records=found(vault), passphrase=passphrase)
        except VaultError:  # a wrong passphrase, or a vault that is in no state at all
            continue
        return whole if whole in fitting else None
    return None


def _opens(path: Path) -> bool:
    try:
        with Vault.open(path, secret(0)) as vault:
            return found(vault) == {}
    except VaultError:
        return False


def without_waits() -> None:
    """Wrong passphrases are tried here all the time: nobody waits after some of them."""
    if find_spec("wallet.vault.attempts"):
        import_module("wallet.vault.attempts").ATTEMPTS.sleep = lambda _: None


def remember_derived_keys() -> None:
    """Derives the same key once only: what is tormented is the writing, not Argon2id."""
    derive = vars(header)["crypto_pwhash_alg"]
    vars(header)["crypto_pwhash_alg"] = functools.cache(derive)


def repeat_salts(seed: int) -> None:
    """Draws the same salts in each process, so that their keys are among those remembered."""
    vars(header)["random"] = random.Random(seed).randbytes  # noqa: S311
