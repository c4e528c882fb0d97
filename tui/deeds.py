"""What is done with an open wallet: deeds, readings, and the turns of a conversation.

All actions and the planner come with it, which takes a while: a session loads it in a thread while
a person types the passphrase.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

from agent.conversation import Conversation, NeedsConsent
from tui.question import Question
from wallet.actions import ACTIONS
from wallet.actions.consent import Answer, By, Declined, decide, proposed, refuse, revised, run
from wallet.actions.journal import Asker
from wallet.actions.reading import reading
from wallet.actions.transactions import resume
from wallet.messages import say
from wallet.reminders.telling import tell

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from threading import Event

    from agent.conversation import Event as ConversationEvent
    from agent.model import Model
    from wallet.actions.result import Result
    from wallet.messages import Message
    from wallet.wallet import Wallet

    Answers = Callable[[Question], Answer]

_REMINDERS: Final = say("Activity, key 6, lists all of them")
_TRANSACTIONS: Final = say("Chain, key 7, lists them")


class Deeds:
    """One name for all of it, so that whoever defers its loading does that in one place."""

    @staticmethod
    def conversation(wallet: Wallet, model: Model) -> Conversation:
        """One that begins."""
        return Conversation(wallet, model)

    @staticmethod
    def no() -> Answer:
        """A no, in the place of one who is not there to say it."""
        return Answer(yes=False, by=By.DIALOG)

    @staticmethod
    def due(wallet: Wallet, *, read_only: bool) -> tuple[Message, ...]:
        """What is due and was not told today, and what an earlier deed left under way."""
        told = tell(wallet.vault, wallet.clock(), others=_REMINDERS)
        left = None if read_only else resume(wallet, listed=_TRANSACTIONS)
        return told if left is None else (*told, left)

    @staticmethod
    def read(wallet: Wallet, action: str, arguments: Mapping[str, Any]) -> Result:
        """What an action that only reads finds, since the person asked for it."""
        return reading(wallet, ACTIONS[action], arguments, asked=Asker.PERSON)

    @staticmethod
    def do(wallet: Wallet, action: str, arguments: Mapping[str, Any], answer: Answers) -> Result:
        """A deed, shown anew as long as the answer is to show another one."""
        while True:
            proposal = proposed(
                wallet, ACTIONS[action], arguments, asked=Asker.PERSON, can_type=True
            )
            said = answer(Question(proposal, Asker.PERSON))
            decision = decide(proposal, said)
            others = revised(arguments, said)
            if others is None or not isinstance(decision, Declined):
                return run(wallet, proposal, decision)
            refuse(wallet, proposal, decision)
            arguments = others

    @staticmethod
    def converse(
        conversation: Conversation,
        message: str,
        *,
        draw: Callable[[ConversationEvent], None],
        answer: Answers,
        called_off: Event,
    ) -> None:
        """One turn, to its end or until it is called off."""
        with closing(conversation.say(message)) as events:
            said: Answer | None = None
            while True:
                try:
                    event = events.send(said)
                except StopIteration:
                    return
                draw(event)
                said = None
                if isinstance(event, NeedsConsent):
                    said = answer(Question(event.proposal, Asker.AGENT, event.place, event.steps))
                elif called_off.is_set():
                    return
