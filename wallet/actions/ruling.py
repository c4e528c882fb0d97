"""The rules a person sets for their wallet: seen, added, taken away. Docs: `docs/policies.md`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import rfc8785

from wallet.actions.proposal import Proposal, Statement
from wallet.actions.registry import Action, Kind, Parameter
from wallet.actions.result import Result, Table, Undo
from wallet.errors import BadInput, NoSuchEntry
from wallet.messages import say
from wallet.rules.rule import (
    ASK_ABOVE,
    KINDS,
    NEVER_ABOVE,
    NEVER_DISCLOSE,
    ONLY_TO_CONTACTS,
    PAY_AT_MOST,
    PAY_ONLY_CONTACTS,
    AskAbove,
    NeverAbove,
    NeverDisclose,
    OncePerVerifier,
    OnlyToContacts,
    PayAtMost,
    PayOnlyContacts,
    Rule,
    Unreadable,
    read_amount,
    to_json,
    words,
)
from wallet.rules.store import KeptRule, keep, kept_rules, rule_id
from wallet.vault.record import Kind as RecordKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.wallet import Wallet

_LIMITS: Final = frozenset({ASK_ABOVE, NEVER_ABOVE, PAY_AT_MOST})
_SPENDING: Final = _LIMITS | {PAY_ONLY_CONTACTS}


def listing(wallet: Wallet, _arguments: Mapping[str, Any]) -> Result:
    """All rules, the oldest first."""
    kept = kept_rules(wallet.vault)
    return Result(
        say("rules: {count}", count=len(kept)) if kept else say("no rules yet"),
        data={"policies": [_data(one) for one in kept]},
        table=Table((say("Id"), say("Rule")), tuple((one.id, words(one.rule)) for one in kept)),
    )


def _data(kept: KeptRule) -> dict[str, Any]:
    known = None if isinstance(kept.rule, Unreadable) else to_json(kept.rule)
    return {"id": kept.id, "policy": known, "words": str(words(kept.rule))}


def add(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """A new rule, which holds from the yes on."""
    rule = _rule(arguments)
    id_ = rule_id(rule)
    if any(kept.id == id_ for kept in kept_rules(wallet.vault)):
        raise BadInput("this rule is there already", hint="holdfast policy list")

    def perform() -> Result:
        keep(wallet.vault, rule)
        return Result(
            say("from now on: {rule}", rule=words(rule)),
            data={"id": id_, "policy": to_json(rule)},
            facts=((say("Id"), id_),),
            made=id_,
            undo=Undo("remove_policy", {"policy": id_}),
        )

    statement = Statement(say("Set a rule for this wallet"), facts=((say("Rule"), words(rule)),))
    return Proposal("add_policy", statement, rfc8785.dumps(to_json(rule)), perform)


def remove(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """A rule that no longer holds: this loosens, so that it takes a yes."""
    reference = arguments["policy"]
    kept = kept_rules(wallet.vault)
    found = next((one for one in kept if one.id == reference), None)
    if found is None:
        ids = ", ".join(one.id for one in kept) or "none"
        raise NoSuchEntry(f"the wallet has no rule {reference!r}", hint=f"it has: {ids}")

    def perform() -> Result:
        wallet.vault.delete(RecordKind.RULE, found.id)
        return Result(
            say("no longer a rule: {rule}", rule=words(found.rule)),
            data={"id": found.id},
            undo=_setting(found.rule),
        )

    statement = Statement(
        say("Take a rule of this wallet away"),
        facts=((say("Id"), found.id), (say("Rule"), words(found.rule))),
        warnings=(say("what it refused will be allowed"),),
    )
    return Proposal("remove_policy", statement, found.id.encode(), perform)


def _setting(rule: Rule | Unreadable) -> Undo | None:
    """What sets a rule again; one that cannot be read is not set again."""
    if isinstance(rule, Unreadable):
        return None
    said = to_json(rule)
    return Undo("add_policy", {name: value for name, value in said.items() if value != []})


def _rule(arguments: Mapping[str, Any]) -> Rule:
    """The rule that the arguments make, each of which is used or refused."""
    kind = arguments["rule"]
    for name, used in (
        ("claim", kind == NEVER_DISCLOSE),
        ("types", kind not in _SPENDING),
        ("limit", kind in _LIMITS),
    ):
        if name in arguments and not used:
            raise BadInput(f"the rule {kind} has no use for a {name.removesuffix('s')}")
        if name not in arguments and used and name != "types":
            raise BadInput(f"the rule {kind} needs a {name}", hint=f"--{name}")
    types = tuple(dict.fromkeys(arguments.get("types", ())))
    if kind == NEVER_DISCLOSE:
        return NeverDisclose(arguments["claim"], types)
    if kind == ONLY_TO_CONTACTS:
        return OnlyToContacts(types)
    if kind == ASK_ABOVE:
        return AskAbove(read_amount(arguments["limit"]))
    if kind == NEVER_ABOVE:
        return NeverAbove(read_amount(arguments["limit"]))
    if kind == PAY_AT_MOST:
        return PayAtMost(read_amount(arguments["limit"]))
    if kind == PAY_ONLY_CONTACTS:
        return PayOnlyContacts()
    return OncePerVerifier(types)


LIST_POLICIES: Final = Action(
    name="list_policies",
    verb=("policy", "list"),
    help="List the rules that you set for your wallet",
    example="holdfast policy list",
    read=listing,
    planned=False,
)

ADD_POLICY: Final = Action(
    name="add_policy",
    verb=("policy", "add"),
    help="Set a rule that your wallet is held to, such as a claim that it never discloses",
    example="holdfast policy add never-disclose --claim birthDate",
    parameters=(
        Parameter("rule", Kind.CHOICE, "what sort of rule", required=True, choices=KINDS),
        Parameter(
            "claim",
            Kind.TEXT,
            "the claim that is never disclosed: its name, or a path with dots",
            flag="--claim",
        ),
        Parameter("types", Kind.TEXTS, "only for credentials of this type", flag="--type"),
        Parameter("limit", Kind.TEXT, "an amount of ether, such as 0.1", flag="--limit"),
    ),
    propose=add,
    planned=False,
)

REMOVE_POLICY: Final = Action(
    name="remove_policy",
    verb=("policy", "remove"),
    help="Take a rule of your wallet away",
    example="holdfast policy remove rule-1f2e3d4c",
    parameters=(Parameter("policy", Kind.TEXT, "the rule's id", required=True),),
    propose=remove,
    planned=False,
)
