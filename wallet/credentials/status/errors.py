"""Bitstring Status List 1.0, section 3.5: what can go wrong with a status.

StatusError
├── StatusUnavailable     nobody handed the list out: nothing is known
├── StatusUnverified      the list is not good for what it was wanted for
│   └── StatusListTooLarge    it expands to more than is read: nothing is known
├── StatusListTooShort    too few share the list for one of them to hide among the others
├── StatusOutOfRange      the list has no such index
└── MalformedStatus       a value breaks a rule of the standard, at a place that is named

`code` is the standard's name. Errors of Token Status Lists, which have none there, take the same.
"""

from __future__ import annotations

from typing import ClassVar, Final

from wallet.credentials.errors import CredentialError, InvalidCredential, TooComplex

STATUS_VOCABULARY: Final = "https://www.w3.org/ns/credentials/status-list#"
DATA_MODEL_VOCABULARY: Final = "https://www.w3.org/TR/vc-data-model#"
"""Where VC Data Model 2.0, section 7.2, defines the errors that the standard borrows."""


class StatusError(CredentialError):
    """The status of a credential is not told.

    `undecided` says that nothing was learned; otherwise the list, or the entry, is at fault.
    """

    code: ClassVar[str] = "STATUS_VERIFICATION_ERROR"
    undecided: ClassVar[bool] = False

    def problem(self) -> dict[str, str]:
        """The error as a problem details object (RFC 9457): `type`, `title` and `detail`."""
        own = self.code.startswith("STATUS_")
        title = self.code.removesuffix("_ERROR").replace("_", " ").capitalize()
        return {
            "type": (STATUS_VOCABULARY if own else DATA_MODEL_VOCABULARY) + self.code,
            "title": title,
            "detail": str(self),
        }


class StatusUnavailable(StatusError):
    """The list could not be had."""

    code = "STATUS_RETRIEVAL_ERROR"
    undecided = True


class StatusUnverified(StatusError):
    """The list is not signed, not meant, or not current for the credential that points to it."""


class StatusListTooLarge(StatusUnverified, TooComplex):
    """The list expands to more than this wallet reads; an honest one has no need to."""

    undecided = True


class StatusListTooShort(StatusError):
    """The list has fewer entries than privacy in numbers needs."""

    code = "STATUS_LIST_LENGTH_ERROR"


class StatusOutOfRange(StatusError):
    """The index lies beyond the end of the list, or of any list."""

    code = "RANGE_ERROR"


class MalformedStatus(StatusError, InvalidCredential):
    """A value of an entry or of a list breaks a rule: `path` says where, `reason` which."""

    code = "MALFORMED_VALUE_ERROR"
