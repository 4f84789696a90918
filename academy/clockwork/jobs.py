"""The worker: take a job up, run it, end it; and keep the clockwork going."""

import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import copy_context

import structlog

from academy.clockwork import actions, queries, runner
from academy.clockwork.models import Job
from academy.ground import clock, db
from academy.ground.access import Actor, Via
from academy.ground.feature import Every, Feature, JobType, Work
from academy.ground.settings import Settings

log = structlog.get_logger()
_POLL_SECONDS = 2.0
_TELL_SECONDS = 0.5
_EVERY_JOB = 1_000_000
_BEAT_SECONDS = actions.LEASE.total_seconds() / 3


class Worker:
    """What can be run, and with which settings."""

    def __init__(self, settings: Settings, features: Sequence[Feature]) -> None:
        self.settings = settings
        self.kinds: dict[str, JobType] = {job.name: job for feature in features for job in feature.jobs}
        self.schedule: tuple[Every, ...] = tuple(every for feature in features for every in feature.schedule)

    def run(self, job_id: int) -> None:
        """Run one job, unless another worker has it or it is done."""
        with db.transaction() as session:
            job = actions.take(session, job_id, now=clock.now())
        if job is None:
            return
        attempt = job.attempts
        try:
            with _beating(job_id, attempt):
                result = self.kinds[job.kind].run(self._order(job))
        except Exception as problem:
            log.exception("job broke", job=job_id, kind=job.kind)
            said = f"{type(problem).__name__}: {problem}"
            with db.transaction() as session:
                actions.give_back(session, job_id, attempt=attempt, problem=said, now=clock.now())
            return
        with db.transaction() as session:
            actions.finish(session, job_id, attempt=attempt, result=result, now=clock.now())

    def _order(self, job: Job) -> Work:
        """Write a job's work order: in its asker's name, and without a role.

        Whether they may was decided when they asked; nothing that the work calls may grant more because of it.
        """
        return Work(
            actor=Actor(person_id=job.actor_id, name=job.actor_name, roles=frozenset(), via=Via.JOB),
            arguments=job.arguments,
            progress=_Progress(job.id, job.attempts),
            settings=self.settings,
        )

    def run_waiting(self) -> int:
        """Run all jobs that wait, here and now; for tests and for commands without a worker."""
        with db.reading() as session:
            ids = queries.waiting_ids(session, now=clock.now())
        for job_id in ids:
            self.run(job_id)
        return len(ids)

    def tick(self) -> None:
        """Run each piece of clockwork that is due."""
        for every in self.schedule:
            now = clock.now()
            with db.transaction() as session:
                due = actions.claim_tick(session, every.name, interval=every.interval, now=now)
            if not due:
                continue
            try:
                every.run(now, self.settings)
            except Exception:
                log.exception("clockwork broke", name=every.name)

    def poll_for_ever(self) -> None:
        """Every two seconds run the clockwork that is due and ring again for jobs that a lost ring left."""
        while True:
            time.sleep(_POLL_SECONDS)
            try:
                self.tick()
                with db.reading() as session:
                    waiting = queries.waiting_ids(session, now=clock.now())
                for job_id in waiting:
                    runner.wake(job_id)
            except Exception:
                log.exception("the poll broke")


@contextmanager
def _beating(job_id: int, attempt: int) -> Iterator[None]:
    """Keep a job's lease alive beside its work, which may be silent for longer than a lease lasts."""
    over = threading.Event()
    told = (_beat, job_id, attempt, over)  # in the work's own context, whose clock may be stopped
    heart = threading.Thread(target=copy_context().run, args=told, daemon=True, name=f"beat of job {job_id}")
    heart.start()
    try:
        yield
    finally:
        over.set()
        heart.join()


def _beat(job_id: int, attempt: int, over: threading.Event) -> None:
    """Renew a lease until the work is over or another worker has taken it."""
    held = True
    while held and not over.wait(_BEAT_SECONDS):
        try:
            with db.transaction() as session:
                held = actions.renew(session, job_id, attempt=attempt, now=clock.now())
        except Exception:
            log.exception("a lease was not renewed", job=job_id)


class _Progress:
    """Tell how far a job is, at most twice a second."""

    def __init__(self, job_id: int, attempt: int) -> None:
        self._job_id = job_id
        self._attempt = attempt
        self._told = 0.0

    def __call__(self, done: int, total: int, message: str = "") -> None:
        if done < total and time.monotonic() - self._told < _TELL_SECONDS:
            return
        self._told = time.monotonic()
        with db.transaction() as session:
            actions.beat(session, self._job_id, attempt=self._attempt, done=done, total=total, message=message,
                         now=clock.now())  # fmt: skip


def work_off(
    settings: Settings, features: Sequence[Feature], *, processes: int = 2, report: Callable[[int, int], object]
) -> None:
    """Run all jobs that wait in processes of their own, tell how many are done, and return when none waits.

    The caller's connections are closed first, since they do not survive a fork; it opens new ones by itself.
    """
    with db.reading() as session:
        ids = queries.waiting_ids(session, now=clock.now(), limit=_EVERY_JOB)
    db.bound().close()
    fork = multiprocessing.get_context("fork")
    shares = [ids[place::processes] for place in range(processes)]
    children = [fork.Process(target=_work_off, args=(settings, features, share)) for share in shares]
    for child in children:
        child.start()
    while any(child.is_alive() for child in children):
        children[0].join(_TELL_SECONDS)
        with db.reading() as session:
            report(queries.count_finished(session, ids), len(ids))
    report(len(ids), len(ids))


def _work_off(settings: Settings, features: Sequence[Feature], ids: Sequence[int]) -> None:
    db.bind(db.Database(settings.database))
    worker = Worker(settings, features)
    for job_id in ids:
        worker.run(job_id)


def serve(settings: Settings, features: Sequence[Feature], bell: runner.Bell, *, processes: int = 2) -> None:
    """Work until told to stop."""
    worker = Worker(settings, features)
    bell.answer_with(worker.run)

    @bell.huey.on_startup()  # type: ignore[untyped-decorator]  # Huey has no types
    def _own_connections() -> None:
        """Connections do not survive a fork: each worker process opens its own."""
        db.bind(db.Database(settings.database))

    threading.Thread(target=worker.poll_for_ever, daemon=True, name="poll").start()
    bell.huey.create_consumer(workers=processes, worker_type="process", periodic=False, max_delay=1.0).run()
