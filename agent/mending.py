"""What is said of a step, each word for the argument that it is said for.

The model knows which words are said of a step, and takes some for another argument than they are
for: a claim's value for when the credential ends, a choice for a name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from agent.candidates import labels
from agent.carrying import Carrying, plain_claim
from agent.claims_said import claims_said
from agent.draft import DraftStep, Handle, Names, Pairs, Span, Unknown, Value
from agent.listed import end_said
from agent.pairs import claim_of_time
from agent.state import CredentialEntry
from agent.times import time_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from agent.prompt import Prompt, Turn
    from agent.state import Entry

_REMIND_ZH: Final = re.compile(
    r"提醒(?:一下)?我(?:一下)?(?P<deed>[带去把给交办取还寄买找问领拿做开填续换补][\u3400-\u9fff]{2,20})(?=[,，。;；!！]|$)"
)
_CLAUSE: Final = re.compile(r"[.!?] |(?<=[\u3400-\u9fff])[,;.!?]")
_KIND: Final = re.compile(r"\b(?:types?|kind|sort|as an?)\b|类型|类别|種類|類型", re.IGNORECASE)
_OWNED: Final = re.compile(r"\b(?:my|our) (?P<thing>\w+(?: \w+){0,2})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mending:
    """The arguments of a drafted step, set right.

    Attributes:
        prompt: what the model was shown.
        now: the time it is.
        before: the turn before, if there is one.
    """

    prompt: Prompt
    now: datetime
    before: Turn | None

    def step(self, drafted: DraftStep, fitting: Mapping[str, Sequence[Entry]]) -> dict[str, Value]:
        """What is said of a step; `fitting` are the entries that each parameter could take."""
        said = dict(drafted.arguments)
        if self.before is not None:
            said = Carrying(self.prompt, self.before).unmixed(said)
        if "credential" in fitting:
            said = self._with_credential_of_claims(said, fitting["credential"])
        said = self._with_whole_deed(self._without_reason(said))
        return self._without_whom(self._with_claims_of_time(said))

    def _with_whole_deed(self, said: dict[str, Value]) -> dict[str, Value]:
        """What is to be done, where a Chinese reminder says more than a credential's name."""
        entry = self.prompt.shortlist.meant(said.get("about"))
        match = _REMIND_ZH.search(self.prompt.message.typed)
        if not isinstance(entry, CredentialEntry) or match is None:
            return said
        deed = match["deed"]
        if any(deed in label for label in labels(entry)):
            return said
        return {**said, "about": Span(deed)}

    def _without_reason(self, said: dict[str, Value]) -> dict[str, Value]:
        """A service's kind stands beside where it is, and not in what is told before."""
        endpoint, kind = said.get("endpoint"), said.get("type")
        if not isinstance(endpoint, Span) or not isinstance(kind, Span):
            return said
        clauses = _CLAUSE.split(self.prompt.message.text)
        if any(endpoint.text in one and kind.text in one for one in clauses):
            return said
        if any(kind.text in one and _KIND.search(one) for one in clauses):
            return said
        return {name: value for name, value in said.items() if name != "type"}

    def _with_claims_of_time(self, said: dict[str, Value]) -> dict[str, Value]:
        """A time that is a claim's value is not when the whole ends: "tenure 3 years"."""
        ends, claims = said.get("expires"), said.get("claims")
        if not isinstance(ends, Span):
            return said
        line, words = self.prompt.message.typed, self.prompt.restore(ends.text)
        is_time = time_of(words, self.now) is not None
        claim = claim_of_time(words, line, is_time=is_time)
        pairs = claims.pairs if isinstance(claims, Pairs) else ()
        is_known = not is_time and any(words in value for _, value in pairs)
        if claim is None and not is_known:
            return said
        kept = {name: value for name, value in said.items() if name != "expires"}
        end = end_said(line, partial(time_of, now=self.now, by_rule=True))
        kept |= {} if end is None else {"expires": Span(end)}
        more = () if is_known or claim is None else (claim,)
        return {**kept, "claims": Pairs((*pairs, *more))}

    def _without_whom(self, said: dict[str, Value]) -> dict[str, Value]:
        """Whom a credential is for is no part of what it is: "reference to Ann"."""
        kind, subject = said.get("type"), said.get("subject")
        entry = self.prompt.shortlist.meant(subject)
        if not isinstance(kind, Span) or entry is None:
            return said
        whom = "|".join(map(re.escape, entry.id.split()))
        return {**said, "type": Span(re.sub(rf" (?:to|for) (?:{whom})\b.*$", "", kind.text))}

    def _with_credential_of_claims(
        self, said: dict[str, Value], fitting: Sequence[Entry]
    ) -> dict[str, Value]:
        """The only credential that has the claims that the message names.

        Only where no word of the message names a credential, and the turn before none.
        """
        claims, shortlist = said.get("claims"), self.prompt.shortlist
        named = shortlist.linked_handles(self.prompt.message.text)
        if not isinstance(claims, Names) or any(handle[0] == "C" for handle in named):
            return said
        value = said.get("credential")
        is_open = isinstance(value, Unknown) and len(claims.names) > 1
        if value is not None and not is_open and not self._is_guessed(value):
            return said
        having = [
            entry
            for entry in fitting
            if isinstance(entry, CredentialEntry)
            and self.prompt.said_of(entry).named
            and (not is_open or {*claims.names} <= {*map(plain_claim, entry.claims)})
        ]
        handle = shortlist.handle(having[0]) if len(having) == 1 else None
        exact = self.prompt.exact_claims(having[0]) if handle else None
        if handle is None or exact is None:
            return said
        if "credential" not in said and self._is_of_another(having[0]):
            return said
        names = Names(tuple(map(plain_claim, exact)))
        return {**said, "credential": Handle(handle), "claims": names}

    def _is_of_another(self, entry: Entry) -> bool:
        """Whether something of the person's is spoken of that is no claim: "my passport"."""
        claims = entry.claims if isinstance(entry, CredentialEntry) else ()
        owned = (match["thing"] for match in _OWNED.finditer(self.prompt.message.text))
        return not all(claims_said(thing, claims).named for thing in owned)

    def _is_guessed(self, value: Value) -> bool:
        """Whether a credential is the model's own choice, and has no claim that is named."""
        entry = self.prompt.shortlist.meant(value)
        before = self.before.entries.values() if self.before else ()
        if not isinstance(entry, CredentialEntry) or entry in before:
            return False
        return not self.prompt.said_of(entry).named
