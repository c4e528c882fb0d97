"""Verification as a person asks for it: a policy, trusted issuers, a time, and whom to ask.

An `Asked` is plain data and can be sent to another process; a `Judge` holds what is open.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Self

from did.values import dataclass, replace
from wallet.clock import now
from wallet.resolution import Chains
from wallet.sources import opened_sources
from wallet.trust import root_rule, trust_rule
from wallet.verify.pipeline import verify
from wallet.verify.policy import DEFAULT, Policy

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime
    from pathlib import Path

    from did.bbs.parties import Holder
    from wallet.bundle.replaying import Opened
    from wallet.verify.report import Report
    from wallet.verify.sources import Sources


@dataclass(frozen=True, slots=True)
class Asked:
    """What a verifier wants to know of every document they give.

    Attributes:
        home: the wallet's folder, for its cache, chain, contexts and trusted issuers.
        policy: how strictly to judge.
        at: the instant to judge for; None for the moment of judging.
        challenge: what a presentation must answer, if anything.
        domain: whom a presentation must be for, if anybody.
        bundle: the bytes of an evidence bundle to go by instead of asking; without `at`, it is
            judged for the bundle's time.
        read_only: whether nothing in the folder is to be changed, its cache included.
        as_holder: whether the document is one's own, so that a base proof, of which parts are
            shown, is judged as its holder does.
    """

    home: Path
    policy: Policy = DEFAULT
    at: datetime | None = None
    challenge: str | None = None
    domain: str | None = None
    bundle: bytes | None = None
    read_only: bool = False
    as_holder: bool = False


def policy_of(
    home: Path,
    *,
    file: bytes | None = None,
    at_signing: bool = False,
    offline: bool = False,
    bundle_signers: Collection[str] = (),
) -> Policy:
    """The policy of a file, or the default one; with the trusted issuers of the wallet's folder.

    Raises:
        BadPolicy: the file is no policy, or the list of trusted issuers is none.
    """
    policy = DEFAULT if file is None else Policy.from_toml(file)
    names_own = policy.trust is not None or policy.roots
    return replace(
        policy,
        trust=trust_rule(home) if policy.trust is None else policy.trust,
        roots=policy.roots if names_own else root_rule(home),
        key_at_signing=policy.key_at_signing or at_signing,
        offline=policy.offline or offline,
        bundle_signers=policy.bundle_signers | frozenset(bundle_signers),
    )


class Judge:
    """Judges one document after another; close it, or use it as a context."""

    def __init__(
        self,
        asked: Asked,
        *,
        clock: Callable[[], datetime] = now,
        holders: Callable[[str], Holder] | None = None,
    ) -> None:
        """Opens nothing yet: what is asked is opened when it is first needed.

        `holders` has, by issuer, who knows the secret that a base proof of one's own may be bound
        to: `Vault.bbs_holder`.
        """
        self._holders = holders
        self._asked = asked
        self._clock = clock
        self._chains = Chains(asked.home, read_only=asked.read_only)
        self._sources: Sources | None = None

    def __call__(self, data: bytes) -> Report:
        """The report on the bytes of one document; does not raise for what they are."""
        asked = self._asked
        return verify(
            data,
            sources=self.sources,
            at=self._at,
            challenge=asked.challenge,
            domain=asked.domain,
            policy=asked.policy,
        )

    @property
    def sources(self) -> Sources:
        """Whom it asks.

        Raises:
            BadInput: the bundle is none.
        """
        if self._sources is None:
            self._sources = (
                opened_sources(
                    self._chains,
                    offline=self._asked.policy.offline,
                    as_holder=self._asked.as_holder,
                    holders=self._holders,
                )
                if self._bundle is None
                else self._bundle.sources
            )
        return self._sources

    @property
    def _at(self) -> datetime:
        if self._asked.at is not None:
            return self._asked.at
        return self._clock() if self._bundle is None else self._bundle.created

    @cached_property
    def _bundle(self) -> Opened | None:
        if self._asked.bundle is None:
            return None
        # Deferred: few verify by a bundle.
        from wallet.bundle import Bundle, opened_bundle  # noqa: PLC0415

        bundle = Bundle.parse(self._asked.bundle)
        return opened_bundle(bundle, self._asked.policy, self._asked.home)

    def close(self) -> None:
        """Close what was opened."""
        self._chains.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
