"""`holdfast doctor`: what is wrong with a wallet, and what to do about it. Changes nothing."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from wallet.cli import render
from wallet.cli.command import Command
from wallet.cli.diagnostics import ExitCode
from wallet.messages import say, text
from wallet.vault.errors import VaultError, WrongPassphrase
from wallet.verify.report import Outcome

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Mapping

    from wallet.cli.options import Options
    from wallet.doctor.finding import Finding
    from wallet.errors import WalletError
    from wallet.vault.vault import Vault

_MARKS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ok": render.MARKS[Outcome.PASS],
        "warn": render.MARKS[Outcome.WARN],
        "fail": render.MARKS[Outcome.FAIL],
        "unknown": render.MARKS[Outcome.UNKNOWN],
    }
)


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--locked", action="store_true", help="ask for no passphrase: what needs it is left open"
    )


def _run(parsed: argparse.Namespace, options: Options) -> ExitCode:
    # Deferred: it examines everything, and so loads everything.
    from wallet.doctor.examine import examine  # noqa: PLC0415
    from wallet.doctor.examined import Examined  # noqa: PLC0415
    from wallet.doctor.finding import Health  # noqa: PLC0415

    vault, refused = _opened(options, locked=parsed.locked)
    try:
        examined = Examined(options.home, vault, refused, profile=options.profile_name)
        found = tuple(examine(examined))
    finally:
        if vault is not None:
            vault.close()
    if options.json:
        render.show_json({"findings": [finding.to_json() for finding in found]})
    else:
        for line in _lines(found, options.language):
            render.show_line(line)
    failed = any(finding.result is Health.FAIL for finding in found)
    return ExitCode.FAILED if failed else ExitCode.DONE


def _opened(options: Options, *, locked: bool) -> tuple[Vault | None, WalletError | None]:
    """The vault, opened read-only; or why it cannot be.

    Raises:
        WrongPassphrase: or a damaged header, which cannot be told apart.
    """
    # Deferred: as above.
    from wallet.doctor.examined import Examined  # noqa: PLC0415
    from wallet.vault.files import VAULT_FILE  # noqa: PLC0415
    from wallet.vault.vault import Vault  # noqa: PLC0415

    if locked or not Examined(options.home).has_wallet:
        return None, None
    try:
        return Vault.open(options.home / VAULT_FILE, options.unlocks(), read_only=True), None
    except WrongPassphrase:
        raise
    except VaultError as error:
        return None, error


def _lines(found: Iterable[Finding], language: str) -> Iterator[str]:
    """A line for each finding, and one below it for what to do."""
    found = tuple(found)
    width = max(len(finding.check) for finding in found)
    for finding in found:
        mark = _MARKS[finding.result.value]
        yield f"{mark} {finding.check:{width}}  {text(finding.sentence, language)}"
        if finding.advice is not None:
            yield f"{'':{width + 4}}→ {text(finding.advice, language)}"
    results = [finding.result.value for finding in found]
    yield text(
        say(
            "sound: {ok}; to be known: {warn}; to be mended: {fail}; not known: {unknown}",
            **{result: results.count(result) for result in _MARKS},
        ),
        language,
    )


DOCTOR = Command(
    help="examine the wallet, and say what to do about what is wrong with it",
    example="holdfast doctor",
    configure=_configure,
    run=_run,
    reads=True,
    makes=True,
)
