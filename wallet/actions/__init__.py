"""Everything one can ask of the wallet, each declared once; `ACTIONS` is the list."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from wallet.actions.backing_up import BACK_UP
from wallet.actions.bundling import BUNDLE_EVIDENCE
from wallet.actions.chain import (
    ANCHOR_CREDENTIAL,
    CANCEL_TRANSACTION,
    DEPLOY_REGISTRY,
    LIST_TRANSACTIONS,
    SPEED_UP,
)
from wallet.actions.codes import SHOW_QR
from wallet.actions.commitments import MAKE_COMMITMENT
from wallet.actions.contacts import (
    ADD_CONTACT,
    LIST_CONTACTS,
    REMOVE_CONTACT,
    RENAME_CONTACT,
)
from wallet.actions.credentials import ISSUE_CREDENTIAL, SHOW_CREDENTIAL
from wallet.actions.deleting import DELETE_CREDENTIAL, LIST_DELETED, UNDELETE_CREDENTIAL
from wallet.actions.did_changes import (
    ADD_DELEGATE,
    ADD_SERVICE,
    DEACTIVATE_DID,
    PUBLISH_DID,
    REMOVE_SERVICE,
    REVOKE_DELEGATE,
    ROTATE_KEY,
    TRANSFER_DID,
)
from wallet.actions.did_names import RENAME_DID
from wallet.actions.dids import CREATE_DID, LIST_DIDS, SHOW_DID
from wallet.actions.exporting import (
    EXPORT_DOCUMENT,
    EXPORT_KEYS,
    EXPORT_WALLET,
    IMPORT_WALLET,
)
from wallet.actions.histories import (
    ANCHOR_HISTORY,
    EXPORT_HISTORY,
    SHOW_HISTORY,
    VERIFY_HISTORY,
)
from wallet.actions.importing import IMPORT_KEY
from wallet.actions.listing import LIST_CREDENTIALS
from wallet.actions.locking import LOCK
from wallet.actions.looking import HELP, SEARCH, SHOW_BALANCE
from wallet.actions.memorizing import FORGET_MEMORY, LIST_MEMORIES, SET_MEMORY
from wallet.actions.naming import RENAME_CREDENTIAL, TAG_CREDENTIAL, UNTAG_CREDENTIAL
from wallet.actions.paying import LIST_PAYMENTS, SEND_PAYMENT
from wallet.actions.pending import LIST_PENDING, REMOVE_PENDING
from wallet.actions.presentations import PRESENT_CREDENTIAL, REQUEST_PRESENTATION
from wallet.actions.products import (
    ADD_PRODUCT,
    ANCHOR_PRODUCT,
    EXPORT_PRODUCT,
    LIST_PRODUCTS,
    RECORD_EVENT,
    REMOVE_PRODUCT,
    TRACE_PRODUCT,
)
from wallet.actions.receiving import IMPORT_CREDENTIAL
from wallet.actions.registry import Action, table
from wallet.actions.reminders import (
    EXPORT_REMINDERS,
    FINISH_REMINDER,
    LIST_REMINDERS,
    REMOVE_REMINDER,
    SET_REMINDER,
)
from wallet.actions.ruling import ADD_POLICY, LIST_POLICIES, REMOVE_POLICY
from wallet.actions.samples import ADD_SAMPLE, REMOVE_SAMPLE
from wallet.actions.signing import SIGN_CREDENTIAL
from wallet.actions.taking_back import (
    CREATE_STATUS_LIST,
    LIST_STATUS_LISTS,
    PUBLISH_STATUS_LIST,
    REINSTATE_CREDENTIAL,
    REVOKE_CREDENTIAL,
    SET_STATUS,
    SUSPEND_CREDENTIAL,
)
from wallet.actions.templates import ADD_TEMPLATE, LIST_TEMPLATES, REMOVE_TEMPLATE
from wallet.actions.trusting import (
    EXPORT_TRUST,
    IMPORT_TRUST,
    LIST_TRUSTED,
    TRUST_ISSUER,
    UNTRUST_ISSUER,
)
from wallet.actions.using_chains import USE_CHAIN
from wallet.actions.verifying import VERIFY_CREDENTIAL
from wallet.actions.witnesses import APPROVE_LOG, COLLECT_PROOFS

if TYPE_CHECKING:
    from collections.abc import Mapping

ACTIONS: Final[Mapping[str, Action]] = MappingProxyType(
    table(
        CREATE_DID,
        IMPORT_KEY,
        LIST_DIDS,
        SHOW_DID,
        RENAME_DID,
        PUBLISH_DID,
        ROTATE_KEY,
        ADD_SERVICE,
        REMOVE_SERVICE,
        ADD_DELEGATE,
        REVOKE_DELEGATE,
        TRANSFER_DID,
        DEACTIVATE_DID,
        APPROVE_LOG,
        COLLECT_PROOFS,
        ISSUE_CREDENTIAL,
        MAKE_COMMITMENT,
        LIST_TEMPLATES,
        ADD_TEMPLATE,
        REMOVE_TEMPLATE,
        SIGN_CREDENTIAL,
        LIST_CREDENTIALS,
        SHOW_CREDENTIAL,
        VERIFY_CREDENTIAL,
        PRESENT_CREDENTIAL,
        REQUEST_PRESENTATION,
        IMPORT_CREDENTIAL,
        RENAME_CREDENTIAL,
        TAG_CREDENTIAL,
        UNTAG_CREDENTIAL,
        DELETE_CREDENTIAL,
        UNDELETE_CREDENTIAL,
        LIST_DELETED,
        ADD_SAMPLE,
        REMOVE_SAMPLE,
        REVOKE_CREDENTIAL,
        SUSPEND_CREDENTIAL,
        REINSTATE_CREDENTIAL,
        CREATE_STATUS_LIST,
        LIST_STATUS_LISTS,
        PUBLISH_STATUS_LIST,
        SET_STATUS,
        BUNDLE_EVIDENCE,
        BACK_UP,
        EXPORT_WALLET,
        IMPORT_WALLET,
        EXPORT_KEYS,
        EXPORT_DOCUMENT,
        TRUST_ISSUER,
        UNTRUST_ISSUER,
        LIST_TRUSTED,
        IMPORT_TRUST,
        EXPORT_TRUST,
        ANCHOR_CREDENTIAL,
        LIST_TRANSACTIONS,
        SPEED_UP,
        CANCEL_TRANSACTION,
        DEPLOY_REGISTRY,
        USE_CHAIN,
        SEND_PAYMENT,
        LIST_PAYMENTS,
        ADD_CONTACT,
        LIST_CONTACTS,
        RENAME_CONTACT,
        REMOVE_CONTACT,
        ADD_PRODUCT,
        LIST_PRODUCTS,
        RECORD_EVENT,
        TRACE_PRODUCT,
        ANCHOR_PRODUCT,
        EXPORT_PRODUCT,
        REMOVE_PRODUCT,
        SET_REMINDER,
        LIST_REMINDERS,
        FINISH_REMINDER,
        REMOVE_REMINDER,
        EXPORT_REMINDERS,
        LIST_MEMORIES,
        SET_MEMORY,
        FORGET_MEMORY,
        LIST_PENDING,
        REMOVE_PENDING,
        LIST_POLICIES,
        ADD_POLICY,
        REMOVE_POLICY,
        SHOW_QR,
        SEARCH,
        SHOW_HISTORY,
        VERIFY_HISTORY,
        EXPORT_HISTORY,
        ANCHOR_HISTORY,
        SHOW_BALANCE,
        LOCK,
        HELP,
    )
)

PLANNED: Final[Mapping[str, Action]] = MappingProxyType(
    {name: action for name, action in ACTIONS.items() if action.planned}
)
"""Those that the agent may propose."""
