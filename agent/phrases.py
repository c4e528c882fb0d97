"""What a person's phrase is without the grammar around it, and one that the model overlooked.

The words of a span are the model's choice, whole words of the message each. Where a name stands
before a noun, "Mei's DID", 家的DID, what ties the two is in the same word, or looks like the
name's: it is cut off by rule. So is found by rule what is to be issued, where a model that was
right about the deed left it out; nothing here makes a deed of a message.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from agent.words import DID_MARKS

if TYPE_CHECKING:
    from collections.abc import Iterable

_NOUNS: Final = (
    rf"[{DID_MARKS[0]}-{DID_MARKS[-1]}]|DID|数字身份|身份|标识|凭证|证书|证件|联系人|账户|账号|密钥"
    r"|地址|钱包|产品|商品|(?:identity|identifier|identities|address|account|keys?|wallet)\b"
)
_BEFORE_NOUN: Final = re.compile(rf" ?(?:数字|新|个人)?(?:{_NOUNS})", re.IGNORECASE)
_TIES: Final = re.compile(
    r"(?<=.)(?P<tie>的|['’]s)(?P<noun> ?(?:DID|identity|identifier|address|account))?$",
    re.IGNORECASE,
)
_IS: Final = re.compile(rf" ?(?:is|是|为|[:：=])? ?[{DID_MARKS[0]}-{DID_MARKS[-1]}]")
# "issue a Pass to Acme", "issue Acme a Pass"; words in between are few, or it is no phrase.
_THING: Final = r"(?P<thing>[^\W\d_][\w\-]*(?: [^\W\d_][\w\-]*){0,3}?)"
_TO: Final = re.compile(rf"^(?:please )?[a-z]+ (?:out )?(?:an? |the )?{_THING} (?:to|for)\b")
_LAST: Final = re.compile(rf" an? {_THING}(?: please)?[.!]?$")
# Words that name no kind of credential, or no thing at all.
_NO_KIND: Final = frozenset(
    ["it", "this", "that", "one", "them", "him", "her", "me", "something", "anything", "thing",
     "another", "new", "credential", "credentials", "certificate", "document", "documents", "paper",
     "papers", "paperwork", "vc", "attestation", "proof", "and", "or", "with", "to", "for", "of",
     "my", "your", "his", "their", "the", "a", "an", "everything", "some", "same", "copy"]
)  # fmt: skip


def named(text: str, lines: Iterable[str], known: Iterable[str]) -> str:
    """A name, without what only ties it to the noun after it; one that is known is what it is."""
    tie = _TIES.search(text)
    if tie is None or text.casefold() in {name.casefold() for name in known}:
        return text
    pattern = re.compile(re.escape(text))
    after = [line[match.end() :] for line in lines for match in pattern.finditer(line)]
    follows = _IS if tie["noun"] else _BEFORE_NOUN
    return text[: tie.start()] if after and all(map(follows.match, after)) else text


def thing_issued(line: str) -> str | None:
    """What a sentence says is to be issued, where it says so plainly and it is of some kind."""
    for pattern in (_TO, _LAST):
        match = pattern.search(line.strip())
        if match and _NO_KIND.isdisjoint(match["thing"].casefold().split()):
            return match["thing"]
    return None
