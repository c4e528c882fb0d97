"""did:ethr: an account of a chain, and what a registry there says of it (ERC-1056)."""

from __future__ import annotations

from did.methods.ethr.identifier import Subject, ethr_did
from did.methods.ethr.operations import (
    AddDelegate,
    ChangeOwner,
    Deactivate,
    Operation,
    Purpose,
    RevokeAttribute,
    RevokeDelegate,
    SetAttribute,
    publish_key,
    publish_service,
    revoke_key,
    revoke_service,
)
from did.methods.ethr.planning import Planned, plan, revocation
from did.methods.ethr.publishing import planned_method_id, publication, published_method_id
from did.methods.ethr.resolution import Ethr
from did.methods.ethr.signed_operations import (
    PlannedSignature,
    SignedOperation,
    UnsignedOperation,
    plan_signature,
    plan_signed,
    sign_operation,
)

__all__ = [
    "AddDelegate",
    "ChangeOwner",
    "Deactivate",
    "Ethr",
    "Operation",
    "Planned",
    "PlannedSignature",
    "Purpose",
    "RevokeAttribute",
    "RevokeDelegate",
    "SetAttribute",
    "SignedOperation",
    "Subject",
    "UnsignedOperation",
    "ethr_did",
    "plan",
    "plan_signature",
    "plan_signed",
    "planned_method_id",
    "publication",
    "publish_key",
    "publish_service",
    "published_method_id",
    "revocation",
    "revoke_key",
    "revoke_service",
    "sign_operation",
]
