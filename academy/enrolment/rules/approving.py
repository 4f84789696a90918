"""What stands against deciding on a claim."""

from academy.ground.errors import Reason
from academy.ground.text import N_

NOT_PENDING = Reason("not_pending", N_("This claim no longer waits for a decision. Reload the page to see why."))
REASON_EMPTY = Reason("reason_empty", N_("Please say why; the person is told."))
