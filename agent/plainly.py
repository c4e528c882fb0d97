"""Requests that say plainly what they are, where the model made nothing of them.

"Record a rinse for the blue kettle" and "look up mooring fees in Bergen" ask for one thing and
can be read by rule. What they ask for is looked up or asked about; no deed comes of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.draft import Draft, DraftStep, Span, Unknown
from agent.happened import told_plainly
from agent.phrases import sought

if TYPE_CHECKING:
    from agent.prompt import Prompt


def plainly_asked(prompt: Prompt) -> Draft | None:
    """What a message asks for that says no more than that, as a draft."""
    line = prompt.message.typed
    if (query := sought(line)) is not None:
        return Draft((DraftStep("search", (("query", Span(query)),)),))
    told = told_plainly(line)
    if (
        told is None
        or sum(each[0] == "G" for each in prompt.shortlist.linked_handles(told[1])) == 1
    ):
        return None
    return Draft((DraftStep("record_event", (("product", Unknown()), ("event", Span(told[0])))),))
