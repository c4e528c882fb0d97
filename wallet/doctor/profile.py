"""Which wallet is examined: of several, the person should know which one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wallet.doctor.finding import sound
from wallet.messages import say
from wallet.profiles import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wallet.doctor.examined import Examined
    from wallet.doctor.finding import Finding

CHECK: Final = "profile"


def profile(examined: Examined) -> Iterator[Finding]:
    """The profile's name and folder."""
    home, name = examined.home, examined.profile
    if name is None:
        yield sound(CHECK, say("the wallet in {home}", home=home))
    elif name == DEFAULT:
        yield sound(CHECK, say("the default profile, in {home}", home=home))
    else:
        yield sound(CHECK, say("the profile {name}, in {home}", name=name, home=home))
