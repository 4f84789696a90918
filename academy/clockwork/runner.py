"""The bell that wakes a worker. Losing a ring costs two seconds, never a job."""

from collections.abc import Callable

import structlog
from huey import SqliteHuey
from huey.api import TaskWrapper

from academy.ground.settings import Settings

log = structlog.get_logger()


class Bell:
    """One Huey and its only task, which runs a job by its id."""

    def __init__(self, settings: Settings) -> None:
        settings.var.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.huey = SqliteHuey("academy", filename=str(settings.var / "huey.db"), results=False)
        self._answer: Callable[[int], None] | None = None
        self._ring: TaskWrapper = self.huey.task(name="run_job")(self._run)

    def _run(self, job_id: int) -> None:
        if self._answer is None:
            raise RuntimeError("This process wakes workers and is none: start `academy worker`.")
        self._answer(job_id)

    def answer_with(self, run: Callable[[int], None]) -> None:
        """Make this process a worker."""
        self._answer = run

    def ring(self, job_id: int) -> None:
        """Wake a worker for a job."""
        self._ring(job_id)


_bound: list[Bell] = []


def bind(bell: Bell) -> None:
    """Make this the bell that `wake` rings."""
    _bound[:] = [bell]


def wake(job_id: int) -> None:
    """Wake a worker for a committed job; where that fails the poll finds the job."""
    try:
        for bell in _bound:
            bell.ring(job_id)
    except Exception:
        log.warning("no worker was woken", job=job_id, exc_info=True)
