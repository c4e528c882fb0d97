"""What a person's phrase is without the grammar around it, and one that the model overlooked.

The words of a span are the model's choice, whole words of the message each. Where a name stands
before a noun, "Mei's DID", 家的DID, what ties the two is in the same word, or looks like the
name's: it is cut off by rule. So is found by rule what is to be issued, where a model that was
right about the deed left it out; nothing here makes a deed of a message.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from agent.widening import only_place, places
from agent.words import DID_MARKS, UNIT, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
_TO: Final = re.compile(
    rf"^(?:please )?(?!(?:i|we|i'd|i'll|i've|let|can|could|will|would)\b)[a-z]+ (?:out )?"
    rf"(?:an? |the )?{_THING} (?:to|for)\b"
)
_LAST: Final = re.compile(rf" an? {_THING}(?: please)?[.!]?$")
_THING_ZH: Final = re.compile(
    r"(?:签发|簽發|颁发|頒發|开具|開具|出具|发|發|开|開|出示)(?:一下)?(?:一?[张張份本个個纸封])?"
    r"(?P<thing>[\u3400-\u9fff]{1,10}?(?:证书?|證書?|证明|證明|卡|函|信|报告|報告|单|單|执照|執照))"
    r"(?=[,，。;；:：!！]|$)"
    r"|把(?P<shown>[\u3400-\u9fff]{2,10}?)(?:出示|拿|发|交)?给(?:我|我们|咱)"
)
_THING_END_ZH: Final = re.compile(r"[证證书書明卡函信告单單照票表章]$|[^\u3400-\u9fff]$")
_ASKING: Final = re.compile(
    r"(?:what(?:'s| is| are) (?:an? |the )?|how (?:to|(?:do|can|should|would) (?:i|you|one|we)) "
    r"|什么是|啥是|什么叫|啥叫|怎么样?|如何|怎样|咋样?|点样|咩系|乜嘢?系)(?=.)"
)
REMINDED: Final = re.compile(r"(?:提醒|题醒|提醒一下|通知|告诉|喊|叫)(?:我|俺|咱)$")
CALLED_ZH: Final = re.compile(r"(?:叫做?|名[为叫]|名字[是叫]?|命名为|取名)$")
_SOUGHT: Final = re.compile(
    r"(?:please )?(?:look up|look for|s(?:ea|e)?r?[ae]?ch for|find)(?: me)? (?:the |my |our |an? )?"
    r"(?P<words>[\w'’\-]+(?: (?!(?:for|in|on|from) (?:me|us|here|there|my|the|it)\b|please\b"
    r"|again\b|and\b|then\b|that\b|which\b|who\b)[\w'’\-]+){1,7})[.!]?",
    re.IGNORECASE,
)
_GO_ZH: Final = "去"  # what one goes to do is the going as well
_MENTIONING: Final = re.compile(
    r"\b(?:whatever|anything|everything|all|any paper|the papers?)(?: that| which)?"
    r" (?:mentions?|says?|about|concerning|to do with) (?:the |my )?(?P<words>[^,.;!?]+)",
    re.IGNORECASE,
)
_OWNER: Final = re.compile(r"^(?:his|her|their|its|my|your|our) (?=.)", re.IGNORECASE)
_SEEK_ZH: Final = re.compile(r"[找搜查寻](?:一下|一搜|下|找|查|寻)?$")
_SOUGHT_ZH: Final = re.compile(
    r"[找搜查寻](?:一下|一搜|下|找|查|寻)?[“\"「](?P<words>[^”\"」]+)[”\"」]"
)
_ENDS_ZH: Final = "的吧了啊哈啦咯喔呗哟嘛吗呢谢好并再和跟另顺然我你请拜,，"
_GOES_ON_ZH: Final = re.compile(rf"(?:(?![{_ENDS_ZH}])[\u3400-\u9fff])+")
_SECRET: Final = re.compile(
    r"\b(?:(?:private|secret|signing) keys?|(?:recovery|seed|secret) (?:phrase|words)|mnemonic"
    r"|pass ?phrase|password)\b|私[钥匙]|密钥原文|助记词|恢复词|恢复短语|密码|口令",
    re.IGNORECASE,
)
_HEAD: Final = re.compile(
    r" (?:certificate|certification|card|pass|badge|licen[cs]e|permit|letter|ticket|award|diploma"
    r"|degree|report|record|registration|policy|reference|statement|receipt|document|confirmation"
    r"|agreement|contract|invoice|endorsement|attestation|warranty|waiver|sign-off|lease|slip|voucher|authori[sz]ation|accreditation|approval|clearance)\b"
    r"|[\u3400-\u9fff]{0,3}(?:证[书明]?|執照|执照|證[書明]?|卡|书|書|票|函|徽章|奖状|獎狀)(?=[,，。;；!！吧呢啊呀哈]|$)",
    re.IGNORECASE,
)
# What a sort of thing begins with: words between an article, or what names it anew, and it.
_THE_KIND: Final = re.compile(
    r"\b(?:an?|(?:call|make) (?:it|that|this)(?: an?)?) (?P<words>(?:[^\W\d_][\w'’\-]* ){1,3})$",
    re.IGNORECASE,
)
_OF_NO_KIND: Final = frozenset(
    ["new", "fresh", "proper", "quick", "little", "nice", "short", "simple", "brand", "replacement",
     "signed", "digital", "verifiable", "valid", "second", "third", "copy", "kind", "sort", "of",
     "small", "similar", "separate", "real", "corrected", "temporary", "single", "further"]
)  # fmt: skip
_ANSWERING: Final = frozenset(
    ["yes", "yeah", "yep", "ok", "okay", "well", "ah", "oh", "um", "sorry", "no", "issue", "give",
     "make", "write", "send", "say", "call", "use", "sign", "want", "need", "maybe", "probably",
     "let's", "sure", "any", "one", "no", "create", "as", "like", "of", "please", "pls", "hm"]
)  # fmt: skip
# What a list is of: of a plural noun that is no more than "credentials" nothing is the kind.
_HEADS: Final = re.compile(
    r" (?:cert(?:ificate|ification)?s|cards|pass(?:es|ports)|badges|licen[cs]es|permits|letters"
    r"|tickets|awards|diplomas|degrees|reports|records|registrations|policies|vouchers|receipts|references"
    r"|statements|memberships|qualifications|visas|bills|transcripts|authori[sz]ations|attestations"
    r"|clearances|agreements|contracts|confirmations|accreditations|warranties|leases)\b"
    r"(?! (?:from|of) )",
    re.IGNORECASE,
)
# "show me all my permits": a sort in one word, which no list of everything is.
_LISTED: Final = re.compile(
    r"\b(?:show|list|see|display|view)(?: me| us)?(?: all| every)?(?: of)?(?: my| our| the)? "
    r"(?P<sort>certificates|passes|passports|badges|licen[cs]es|permits|tickets|diplomas|degrees|vouchers"
    r"|memberships|visas|transcripts|policies|receipts)(?=[,.!?]|$| please\b| pls\b)",
    re.IGNORECASE,
)
_AS_CONTACT: Final = re.compile(
    r"(?<=\w) (?:as|to|in|into|among) (?:an? |my |our |the )?(?:new )?contacts?\b.*$", re.IGNORECASE
)
_WAY_OF: Final = re.compile(r"^(?:way|sort|kind|form|means) of (?=.)", re.IGNORECASE)
_PLACE_SAID: Final = re.compile(
    r"\b(?:at|in) (?:the )?(?P<en>[A-Z][\w'’\-]*(?: (?!and\b|for\b|to\b|on\b|at\b)[\w'’\-]+){0,2})"
    r"(?=[,.;!?]|$| and\b)|地[点點](?:是|在|为|[:： ])*(?P<zh>[^,，。;；!！]+)"
)
_AS: Final = re.compile(
    r"\bas (?:an? |the )?(?P<words>[^\W\d_][\w'’\-]*(?: [^\W\d_][\w'’\-]*)? )$", re.IGNORECASE
)
# Words at the end that are said to somebody, and not of the thing.
_ADDRESSED: Final = re.compile(
    r"(?<=.)(?:,? (?:please|pls|plz|thanks|thx|thank you|ta|cheers|mate|lol|innit|asap|as well|too"
    r"|again|instead))+$|(?<=.)(?:谢谢|多谢|拜托|唔该|啦|呗|喔|哟)+$",
    re.IGNORECASE,
)
_RECORD: Final = re.compile(
    r"\brecord (?:an? |the |that )?(?P<words>[a-z][\w\-]* )$", re.IGNORECASE
)
_EVENT: Final = re.compile(r"\bevent (?:of )?(?P<words>[a-z][\w\-]* )$", re.IGNORECASE)
_BEGINS: Final = (_AS, _RECORD, _EVENT)
_COLON: Final = re.compile(r": (?P<words>(?:[^\W\d_][\w\-]* ){1,3})$")
_LONGER: Final = 4  # words that a phrase may go on for
_PLAIN: Final = re.compile(r"[^\W_\u3400-\u9fff\uf900-\ufaff\ue000-\uf8ff][^\u3400-\u9fff]*")
_CALLED: Final = r"\b(?:called|named|name(?: it| is)?|call (?:it|this|that|him|her|them)) "
# Words that what somebody is to do does not go on over.
ENDS_OF_DEEDS: Final = frozenset(
    ["again", "and", "as", "because", "before", "but", "by", "cheers", "cos", "i'm", "i've", "if",
     "innit", "instead", "is", "it's", "lol", "mate", "n", "now", "or", "please", "pls", "plz",
     "since", "so", "ta", "thank", "thanks", "that", "then", "thx", "till", "today", "tomorrow",
     "until", "when", "which", "who", "will", "would", "yeah"]
)  # fmt: skip
# Words that no name, and no event, goes on over.
ENDS: Final = ENDS_OF_DEEDS | frozenset(
    ["a", "about", "after", "also", "an", "are", "asap", "at", "can", "could", "did", "dids", "do",
     "does", "don't", "first", "for", "from", "has", "have", "he", "her", "his", "i", "i'd", "i'll",
     "identities", "identity", "in", "into", "isn't", "it", "just", "my", "not", "on", "onto",
     "only", "our", "put", "record", "remind", "right", "she", "the", "their", "they", "this", "to",
     "too", "under", "using", "via", "was", "we", "were", "with", "would", "yesterday", "you",
     "your"]
)  # fmt: skip
_ENDS_OF_EVENTS: Final = ENDS | frozenset(["against", "done", "go", "goes", "there", "went"])
_SAYS_NAME: Final = frozenset(["named", "called", "name", "contact", "did", "identity"])
# Words that name no kind of credential, or no thing at all.
_NO_KIND: Final = frozenset(
    ["it", "this", "that", "one", "them", "him", "her", "me", "something", "anything", "thing",
     "another", "new", "credential", "credentials", "certificate", "document", "documents", "paper",
     "papers", "paperwork", "vc", "attestation", "proof", "and", "or", "with", "to", "for", "of",
     "my", "your", "his", "their", "the", "a", "an", "everything", "some", "same", "copy",
     "文件", "东西", "材料", "资料", "玩意", "玩意儿", "什么东西", "那个东西", "凭证", "一份文件"]
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


def whole_phrase(argument: str, text: str, line: str, others: Iterable[str]) -> str:
    """What an argument's words are from end to end, where the model's are a part of them.

    `line` is the message as it was typed, `others` what something else was made of in it.
    """
    taken = tuple(others)
    match argument:
        case "name":
            named_so = begun(_AS_CONTACT.sub("", text), line, taken)
            if is_called(named_so, line) or _after(CALLED_ZH, named_so, line):
                named_so = finished(named_so, line, taken, at=_called_at(named_so, line))
            return finished_zh(named_so, line, taken, CALLED_ZH)
        case "event":
            first = begun(text, line, taken, (*_BEGINS, _COLON))
            return _cut(finished(first, line, taken, _ENDS_OF_EVENTS), taken)
        case "about":
            whole = finished_zh(finished(text, line, taken, ENDS_OF_DEEDS), line, taken, REMINDED)
            return _cut(f"{_GO_ZH}{whole}" if f"{_GO_ZH}{whole}" in line else whole, taken)
        case "place":
            return _cut(text, taken)  # 台中炒青 of 炒青: what happened there is the event's
        case "topic":
            return asked_about(text)
        case "type":
            return _sort_of_thing(text, line, taken)
        case "filter":
            return _WAY_OF.sub("", _ADDRESSED.sub("", _to_its_head(text, line, taken, _HEADS)))
        case "query":
            return _sought(text, line, taken)
        case _:
            return text


def _sought(text: str, line: str, taken: Iterable[str]) -> str:
    """What is looked for, from end to end; in Chinese, what stands in quotation marks."""
    if mentioned := _MENTIONING.search(line):
        return _ADDRESSED.sub("", mentioned["words"])
    if (alone := sought(line)) and text in alone:
        return alone
    quoted = {match["words"] for match in _SOUGHT_ZH.finditer(line)}
    if len(quoted) == 1:
        return quoted.pop()
    return _ADDRESSED.sub("", finished_zh(text, line, taken, _SEEK_ZH))


def sought(line: str) -> str | None:
    """What is looked for, where a sentence says nothing else: "search for open positions"."""
    match = _SOUGHT.fullmatch(line.strip())
    return match and match["words"]


def _sort_of_thing(text: str, line: str, taken: Iterable[str]) -> str:
    """What sort of credential is meant, from end to end."""
    if not _THING_END_ZH.search(text) and (thing := _thing_said_zh(line)):
        return thing
    whole = _to_its_head(_from_its_article(text, line, taken), line, taken)
    return _OWNER.sub("", _ADDRESSED.sub("", whole))


def _cut(text: str, others: Iterable[str]) -> str:
    """A phrase without what something else was made of at its end."""
    ended = (text.removesuffix(other) for other in others if other and text != other)
    return next((shorter for shorter in ended if shorter != text), text).strip(" ,，")


def _from_its_article(text: str, line: str, taken: Iterable[str]) -> str:
    """A sort of thing from its beginning: "swim badge" of "a bronze swim badge"."""
    at = only_place(text, line)
    if at is None:
        return text
    match = _THE_KIND.search(line[:at])
    if match is None or not (ENDS | _OF_NO_KIND).isdisjoint(match["words"].casefold().split()):
        return text
    start = match.start("words")
    apart = (other for other in taken if text not in other)
    if any(first < at and start < last for other in apart for first, last in places(other, line)):
        return text
    return line[start : at + len(text)]


def answered(text: str, line: str) -> str:
    """A name or a sort of thing from the beginning of the answer that it is."""
    before, found, _ = line.partition(text)
    words = before.casefold().split()
    is_plain = bool(re.fullmatch(r"(?:[^\W\d_][\w'’\-]* ){1,3}", before))
    if (
        not found
        or not is_plain
        or not (ENDS | _OF_NO_KIND | _SAYS_NAME | _ANSWERING).isdisjoint(words)
    ):
        return text
    return before + found


def _to_its_head(text: str, line: str, taken: Iterable[str], head: re.Pattern[str] = _HEAD) -> str:
    """A sort of thing to the noun that says what sort: "course completion" of a certificate."""
    at = only_place(text, line)
    if at is None:
        return text
    more = head.match(line, at + len(text))
    if more is None or any(
        first < more.end() and more.start() < last
        for other in taken
        for first, last in places(other, line)
    ):
        return text
    return line[at : more.end()]


def finished(
    text: str,
    line: str,
    others: Iterable[str],
    ends: frozenset[str] = ENDS,
    *,
    at: int | None = None,
) -> str:
    """A phrase to its end: the plain words after it that nothing else was made of are its own.

    Only where it stands once, or `at` says where, and not over a mark or a word that goes on to
    something else.
    """
    at = only_place(text, line) if at is None else at
    if at is None:
        return text
    end = at + len(text)
    taken = [place for other in others for place in places(other, line)]
    for word in islice(UNIT.finditer(line, end), _LONGER):
        goes_on = line[end : word.start()] == " " and word[0].casefold() not in ends
        if not goes_on or not _PLAIN.fullmatch(word[0]):
            break
        if any(first < word.end() and word.start() < last for first, last in taken):
            break
        end = word.end()
    return line[at:end]


def begun(
    text: str, line: str, others: Iterable[str], cues: Iterable[re.Pattern[str]] = _BEGINS
) -> str:
    """A phrase from its beginning, where that stands behind "as": "put it down as customs cleared".

    Only where it stands once, and nothing else was made of the few plain words in between.
    """
    at = only_place(text, line)
    if at is None:
        return text
    match = next(filter(None, (cue.search(line[:at]) for cue in cues)), None)
    if match is None or not (ENDS | _SAYS_NAME).isdisjoint(match["words"].casefold().split()):
        return text
    start = match.start("words")
    taken = (place for other in others for place in places(other, line))
    if any(first < at and start < last for first, last in taken):
        return text
    return line[start : at + len(text)]


def finished_zh(text: str, line: str, others: Iterable[str], cue: re.Pattern[str]) -> str:
    """A Chinese phrase to its end, where the cue stands before it: 提醒我…, 叫….

    It goes on to a mark, to what something else was made of, or to a word that begins another.
    """
    at = only_place(text, line)
    if at is None or not cue.search(line[:at]):
        return text
    end = at + len(text)
    more = _GOES_ON_ZH.match(line, end)
    last = more.end() if more else end
    taken = (first for other in others for first, _ in places(other, line) if first >= end)
    return line[at : min(last, *taken, last)]


def asked_about(topic: str) -> str:
    """What a question is about, without the words that make it one, where they stand first."""
    rest = _ASKING.sub("", read(topic).casefold())
    return topic[len(topic) - len(rest) :] or topic


def _after(cue: re.Pattern[str], text: str, line: str) -> bool:
    """Whether a Latin phrase stands right after what says that it is a name."""
    at = line.find(text)
    return text[:1].isascii() and at >= 0 and bool(cue.search(line[:at].rstrip()))


def is_called(text: str, line: str) -> bool:
    """Whether what stands before a phrase says that it is a name: "called", "name it"."""
    return _called_at(text, line) is not None


def _called_at(text: str, line: str) -> int | None:
    """Where a phrase stands behind what says that it is a name."""
    match = re.search(rf"{_CALLED}(?P<name>{re.escape(text)})", line, re.IGNORECASE)
    return match and match.start("name")


def asks_for_secret(message: str) -> bool:
    """Whether a message speaks of what the wallet tells nobody: a private key, the phrase."""
    return bool(_SECRET.search(read(message)))


def places_said(line: str) -> Iterator[tuple[int, int]]:
    """Where in a line words stand that are plainly a place: "at Tema harbour", 地点是…."""
    for match in _PLACE_SAID.finditer(line):
        yield match.span("zh") if match["zh"] else match.span("en")


def listed(line: str) -> str | None:
    """What sort of credentials a sentence wants listed, where it is one plural noun."""
    match = _LISTED.search(line)
    return match and match["sort"]


def says_nothing(thing: str) -> bool:
    """Whether words name no sort of thing: "paperwork", "some document"."""
    return _NO_KIND.issuperset(read(thing).casefold().split())


def _thing_said_zh(line: str) -> str | None:
    """What is to be issued or shown, where a Chinese sentence says it once: 签发一张潜水证."""
    found = {match["thing"] or match["shown"] for match in _THING_ZH.finditer(line)}
    return found.pop() if len(found) == 1 else None


def thing_issued(line: str) -> str | None:
    """What a sentence says is to be issued, where it says so plainly and it is of some kind."""
    for pattern in (_TO, _LAST):
        match = pattern.search(line.strip())
        if match and _NO_KIND.isdisjoint(match["thing"].casefold().split()):
            return match["thing"]
    return None
