"""What the clockwork does with workbooks that nobody took in."""

from datetime import datetime

from academy.certificates.actions import waiting
from academy.ground.settings import Settings


def forget_waiting(now: datetime, settings: Settings) -> int:
    """Forget what was read from workbooks and not taken in within a day: it names people."""
    return waiting.forget_old(now)
