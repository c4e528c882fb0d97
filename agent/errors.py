"""What can go wrong when the wallet is asked in plain words.

AgentError
├── NoModel          there is no model file, or it cannot be used
├── ModelFailed      the model's process ended or took too long; the next turn starts another
│   └── Cancelled        the person called the question off
└── MessageTooLong   more was said at once than the model can read
"""

from __future__ import annotations

from wallet.errors import WalletError


class AgentError(WalletError):
    """The agent could not do its part; the wallet is untouched."""


class NoModel(AgentError):
    """There is no model file, or it cannot be used."""


class ModelFailed(AgentError):
    """The model's process ended or took too long."""


class Cancelled(ModelFailed):
    """The person called the question off."""


class MessageTooLong(AgentError):
    """More was said at once than the model can read."""
