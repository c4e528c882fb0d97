"""`config.toml`: what a person chose. Read leniently nowhere, written with their comments kept.

    chain = 11155111                  # where new DIDs live; without it, the wallet's own chain
    private_hosts = true              # did:web and did:webvh of one's own network and machine, too
    keyring = true                    # the system's keyring has the passphrase
    model = "/home/mei/some.gguf"     # plans and talks in place of the one that ships
    hub = "https://hub.example"       # where `holdfast model pull OWNER/NAME:FILE` asks
    keep_conversation = false         # the terminal UI's is gone once the wallet is locked

    [terminal]
    language = "zh"                   # of the terminal UI; without it, the locale's
    theme = "holdfast-light"
    lock_after = 5                    # minutes in which nobody is there; 0 for never

    [chains.11155111]
    urls = ["https://node.example/"]  # several take over from one another
    registry = "0x03d5003bf0e79C5F5223588F347ebA39AfbC3818"  # where it is not a published one

The addresses may hold a key that the person has at their node: the file is for its owner alone.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Self

from did.values import dataclass, field
from wallet.errors import BadInput
from wallet.files import replace_file
from wallet.looks import Looks

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CONFIG_FILE: Final = "config.toml"
_KNOWN: Final = {
    "chain",
    "chains",
    "private_hosts",
    "keyring",
    "model",
    "hub",
    "keep_conversation",
    "terminal",
}
_ID: Final = re.compile(r"[1-9][0-9]{0,76}")
_HINT: Final = 'a chain is [chains.ID] with "urls" and, where it is no published one, "registry"'


@dataclass(frozen=True, slots=True)
class NodeSettings:
    """How a chain is reached. Its `registry` is None where a published deployment is meant."""

    urls: tuple[str, ...] = field(repr=False)
    registry: str | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What stands in the file.

    Attributes:
        chain: the id of the chain on which new DIDs live; None for the wallet's own.
        chains: how the others are reached, by id.
        private_hosts: whether DIDs may be got from this machine and from private networks. Where
            they may, whoever names such a DID can make the wallet ask a server there.
        keyring: whether the passphrase is asked of the system's keyring first.
        model: the GGUF file that is used in place of the one that ships.
        hub: the address that models are fetched below.
        keep_conversation: whether the conversation of the terminal UI is kept, sealed, and shown
            again after unlocking.
        looks: how the terminal UI looks, speaks and locks.
    """

    chain: int | None = None
    chains: Mapping[int, NodeSettings] = field(default_factory=lambda: MappingProxyType({}))
    private_hosts: bool = False
    keyring: bool = False
    model: str | None = None
    hub: str | None = None
    keep_conversation: bool = True
    looks: Looks = Looks()

    @classmethod
    def read(cls, home: Path) -> Self:
        """The settings of the wallet in a folder; without a file, none.

        Raises:
            BadInput: the file is not TOML, or not these settings.
        """
        import tomllib  # noqa: PLC0415 - deferred: most have no such file

        try:
            table = tomllib.loads((home / CONFIG_FILE).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return cls()
        except (OSError, ValueError, RecursionError) as error:
            raise BadInput(f"{CONFIG_FILE} cannot be read: {error}") from error
        try:
            _refuse_others(table, _KNOWN)
            nodes = _table(table.get("chains", {}), "'chains'")
            chains = {_id(number): _node(node) for number, node in nodes.items()}
            chain = _chosen(table)
            private_hosts = _boolean(table, "private_hosts")
            keyring = _boolean(table, "keyring")
            model, hub = _text(table, "model"), _text(table, "hub")
            kept = _boolean(table, "keep_conversation", default=True)
            looks = Looks.of(_table(table.get("terminal", {}), "'terminal'"))
        except TypeError as error:
            raise BadInput(f"{CONFIG_FILE} cannot be used: {error}", hint=_HINT) from error
        if chain is not None and chain not in chains:
            raise BadInput(f"{CONFIG_FILE} names chain {chain} and does not say how to reach it")
        return cls(chain, MappingProxyType(chains), private_hosts, keyring, model, hub, kept, looks)


def use_chain(home: Path, chain_id: int, node: NodeSettings) -> None:
    """Write down that new DIDs live on that chain, and how it is reached."""
    document = _document(home)
    document["chain"] = chain_id
    chains = document.setdefault("chains", {})
    chains[str(chain_id)] = {
        "urls": list(node.urls),
        **({} if node.registry is None else {"registry": node.registry}),
    }
    _write(home, document)


def use_embedded(home: Path) -> None:
    """Write down that new DIDs live on the wallet's own chain; how others are reached stays."""
    document = _document(home)
    document.pop("chain", None)
    _write(home, document)


def use_keyring(home: Path, *, use: bool) -> None:
    """Write down whether the passphrase is asked of the system's keyring first."""
    document = _document(home)
    if use:
        document["keyring"] = True
    else:
        document.pop("keyring", None)
    _write(home, document)


def keep_conversation(home: Path, *, keep: bool) -> None:
    """Write down whether the conversation of the terminal UI is kept."""
    document = _document(home)
    if keep:
        document.pop("keep_conversation", None)
    else:
        document["keep_conversation"] = False
    _write(home, document)


def use_looks(home: Path, looks: Looks) -> None:
    """Write down how the terminal UI looks, speaks and locks."""
    document = _document(home)
    document["terminal"] = looks.table()
    _write(home, document)


def use_model(home: Path, file: Path | None) -> None:
    """Write down which model is used; None for the one that ships."""
    document = _document(home)
    if file is None:
        document.pop("model", None)
    else:
        document["model"] = str(file)
    _write(home, document)


def _boolean(table: Mapping[str, Any], name: str, *, default: bool = False) -> bool:
    value = table.get(name, default)
    if not isinstance(value, bool):
        raise TypeError(f"{name!r} is true or false")
    return value


def _text(table: Mapping[str, Any], name: str) -> str | None:
    value = table.get(name)
    if value is not None and not (isinstance(value, str) and value):
        raise TypeError(f"{name!r} is a text")
    return value


def _refuse_others(table: Mapping[str, Any], known: set[str]) -> None:
    """Refuse what is not understood: a slip of the pen would be a setting that is not followed."""
    if others := sorted(table.keys() - known):
        raise TypeError(f"{others[0]!r} is not understood")


def _id(text: str) -> int:
    if not _ID.fullmatch(text):
        raise TypeError(f"{text!r} is not the id of a chain")
    return int(text)


def _chosen(table: Mapping[str, Any]) -> int | None:
    value = table.get("chain")
    if value is not None and type(value) is not int:
        raise TypeError("'chain' is the id of a chain")
    return value


def _table(value: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise TypeError(f"{name} is a table")
    return value


def _node(value: Any) -> NodeSettings:
    table = _table(value, "a chain")
    _refuse_others(table, {"url", "urls", "registry"})
    urls = table.get("urls", [table.get("url")])
    registry = table.get("registry")
    if not isinstance(urls, list) or not urls or not isinstance(registry, str | None):
        raise TypeError("'urls' is a list of addresses, and 'registry' an address")
    if not all(isinstance(url, str) for url in urls):
        raise TypeError("'urls' is a list of addresses")
    return NodeSettings(tuple(urls), registry)


def _document(home: Path) -> Any:
    Settings.read(home)  # what cannot be read is not written over
    # Deferred: only who changes the settings needs what keeps their comments.
    import tomlkit  # noqa: PLC0415

    try:
        return tomlkit.parse((home / CONFIG_FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return tomlkit.document()


def _write(home: Path, document: Any) -> None:
    replace_file(home / CONFIG_FILE, document.as_string().encode())
