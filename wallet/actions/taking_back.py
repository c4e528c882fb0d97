"""The actions on status lists, declared; their work is in `statuses`, loaded when it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wallet.actions.registry import Action, Kind, Parameter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.actions.proposal import Proposal
    from wallet.actions.registry import Proposes, Reads
    from wallet.actions.result import Result
    from wallet.wallet import Wallet

PURPOSES: Final = ("revocation", "suspension", "refresh", "message")
KINDS: Final = ("bitstring", "token")


def _proposing(name: str) -> Proposes:
    def propose(wallet: Wallet, arguments: Mapping[str, Any], /) -> Proposal:
        # Deferred: most commands take nothing back.
        from wallet.actions import statuses  # noqa: PLC0415

        work: Proposes = getattr(statuses, name)
        return work(wallet, arguments)

    return propose


def _reading(name: str) -> Reads:
    def read(wallet: Wallet, arguments: Mapping[str, Any], /) -> Result:
        # Deferred: as above.
        from wallet.actions import statuses  # noqa: PLC0415

        work: Reads = getattr(statuses, name)
        return work(wallet, arguments)

    return read


_CREDENTIAL: Final = Parameter(
    "credential", Kind.CREDENTIAL, "one you issued", required=True, role="issued"
)
_OUTPUT: Final = Parameter(
    "output", Kind.PATH, "the file to write the list to", flag="--output", planned=False
)
_LIST: Final = Parameter("name", Kind.TEXT, "what you call it", required=True, planned=False)

CREATE_STATUS_LIST: Final = Action(
    name="create_status_list",
    verb=("status", "create"),
    help="Begin a list with which credentials can be taken back",
    example="holdfast status create degrees --url https://university.example/status/1",
    parameters=(
        _LIST,
        Parameter("url", Kind.TEXT, "the address it is to be put at", required=True, flag="--url"),
        Parameter("purpose", Kind.CHOICE, "what it says", choices=PURPOSES, flag="--purpose"),
        Parameter("kind", Kind.CHOICE, "which standard's list", choices=KINDS, flag="--kind"),
        Parameter(
            "messages", Kind.TEXTS, "what each value says, the first for 0", flag="--message"
        ),
        Parameter("issuer", Kind.DID, "the DID that signs it", flag="--issuer"),
        _OUTPUT,
    ),
    propose=_proposing("create"),
    planned=False,
)

LIST_STATUS_LISTS: Final = Action(
    name="list_status_lists",
    verb=("status", "list"),
    help="List your status lists",
    example="holdfast status list",
    read=_reading("listing"),
    planned=False,
)

PUBLISH_STATUS_LIST: Final = Action(
    name="publish_status_list",
    verb=("status", "publish"),
    help="Sign a status list anew, as a file to put at its address",
    example="holdfast status publish degrees --output list.json",
    parameters=(_LIST, _OUTPUT),
    propose=_proposing("publish"),
    planned=False,
)

SET_STATUS: Final = Action(
    name="set_status",
    verb=("status", "set"),
    help="Give a credential any value of a status list, such as a message",
    example="holdfast status set cred-1f2e3d4c 2 --list deliveries",
    parameters=(
        _CREDENTIAL,
        Parameter("value", Kind.TEXT, "a whole number from 0 on", required=True),
        Parameter("list", Kind.TEXT, "the status list", required=True, flag="--list"),
        _OUTPUT,
    ),
    propose=_proposing("set_value"),
    planned=False,
)

REVOKE_CREDENTIAL: Final = Action(
    name="revoke_credential",
    verb=("revoke",),
    help="Take a credential back that you issued, for good",
    example="holdfast revoke cred-1f2e3d4c",
    parameters=(_CREDENTIAL, _OUTPUT),
    propose=_proposing("revoke"),
)

SUSPEND_CREDENTIAL: Final = Action(
    name="suspend_credential",
    verb=("suspend",),
    help="Take a credential back that you issued, for a time",
    example="holdfast suspend cred-1f2e3d4c",
    parameters=(_CREDENTIAL, _OUTPUT),
    propose=_proposing("suspend"),
    planned=False,
)

REINSTATE_CREDENTIAL: Final = Action(
    name="reinstate_credential",
    verb=("reinstate",),
    help="Let a credential count again that was suspended or revoked",
    example="holdfast reinstate cred-1f2e3d4c",
    parameters=(_CREDENTIAL, _OUTPUT),
    propose=_proposing("reinstate"),
    planned=False,
)
