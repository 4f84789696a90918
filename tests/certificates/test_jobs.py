"""Files are made outside transactions; killed at any moment, nothing is lost and nothing made twice."""

import multiprocessing
import os
from collections.abc import Callable
from typing import Any

import pypdfium2
import pytest

from academy.certificates import jobs
from academy.certificates.actions import deciding, making
from academy.certificates.queries import batches, proofs, register
from academy.certificates.rules.states import BatchState, CertificateState, Series
from academy.clockwork import actions as clockwork_actions
from academy.clockwork import queries as clockwork
from academy.clockwork.models import JobState
from academy.documents.actions import filling
from academy.ground import db, storage
from academy.ground.access import operator
from academy.ground.db import Database
from academy.ground.errors import Refused
from academy.ground.feature import Work
from academy.ground.settings import Settings
from tests import make
from tests.certificates.concluded import Concluded, concluded, worker

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("database")]
NAMES = {"欧阳娜娜": 380, "张𬭎": 360, "阿卜杜热西提·买买提艾力江": 400}


def signed(hours: dict[str, int] | None = None) -> tuple[Concluded, int, int]:
    of = concluded(hours or NAMES)
    with db.transaction() as session:
        batch_id = deciding.propose(session, actor=of.admin, code=of.code, now=make.NOW)
    with db.transaction() as session:
        job_id = deciding.sign(session, actor=of.admin2, batch_id=batch_id, now=make.NOW)
    return of, batch_id, job_id


def unseen(done: int, total: int, message: str = "") -> None:
    """Report to nobody."""


def work(settings: Settings, **arguments: Any) -> Work:
    return Work(actor=operator(), arguments=arguments, progress=unseen, settings=settings)


def hashes(batch_id: int) -> list[str | None]:
    admin = operator()
    with db.reading() as session:
        numbers = [entry.number for entry in batches.entries(session, batch_id) if entry.number]
        places = [register.held(session, number, admin).place for number in numbers]
    return [place.sha256 if place else None for place in places]


def job_of(job_id: int) -> clockwork.JobView:
    with db.reading() as session:
        job = clockwork.job(session, job_id, operator())
    assert job is not None
    return job


def test_a_signed_batch_gets_all_its_files(settings: Settings) -> None:
    of, batch_id, job_id = signed()
    worker(settings).run(job_id)
    job = job_of(job_id)
    assert (job.state, job.done, job.total) == (JobState.DONE, 3, 3)
    assert job.result == f"/admin/batches/{batch_id}"
    with db.reading() as session:
        line = batches.batch(session, batch_id)
        number = batches.entries(session, batch_id)[0].number
        held = register.held(session, number or "", of.admin)
    assert (line.state, line.made) == (BatchState.ISSUED, 3)
    assert held.state is CertificateState.ISSUED
    assert held.place
    data = storage.bound().read(held.place, "pdf")
    said = pypdfium2.PdfDocument(data)[0].get_textpage().get_text_bounded()
    assert held.name in said
    assert held.printed in said
    assert f"{settings.base_url}/v/{held.code}" in said


class Killed(BaseException):
    """What a kill looks like from inside: nothing catches it, nothing is tidied up."""


@pytest.mark.parametrize("moment", ["before a file is made", "after it is kept", "before the batch is closed"])
def test_killed_at_any_moment_it_is_taken_up_again(
    moment: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    _of, batch_id, _job_id = signed()
    monkeypatch.setattr(jobs, "_AT_ONCE", 1)
    place, name, calls = {
        "before a file is made": (filling, "fill", 2),
        "after it is kept": (making, "note_made", 2),
        "before the batch is closed": (making, "finish", 1),
    }[moment]
    real: Callable[..., Any] = getattr(place, name)
    left = [calls]

    def deadly(*args: Any, **kwargs: Any) -> Any:
        left[0] -= 1
        if not left[0]:
            raise Killed
        return real(*args, **kwargs)

    monkeypatch.setattr(place, name, deadly)
    with pytest.raises(Killed):
        jobs.issue(work(settings, batch_id=batch_id))
    before = hashes(batch_id)
    monkeypatch.setattr(place, name, real)
    jobs.issue(work(settings, batch_id=batch_id))
    after = hashes(batch_id)
    assert [digest for digest in before if digest] == [a for b, a in zip(before, after, strict=True) if b]
    assert len(set(after)) == 3
    assert None not in after
    with db.reading() as session:
        assert batches.batch(session, batch_id).state is BatchState.ISSUED
        assert list(proofs.wrong_numbers(session)) == []
    jobs.issue(work(settings, batch_id=batch_id))
    assert hashes(batch_id) == after


def die_at_the_second(settings: Settings, batch_id: int) -> None:
    """Make one file, then die as a killed process does: in a process of its own."""
    db.bind(Database(settings.database))
    storage.bind(settings.storage)
    real, made = filling.fill, list[int]()

    def once(*args: Any, **kwargs: Any) -> filling.Filled:
        if made:
            os._exit(9)
        made.append(1)
        return real(*args, **kwargs)

    filling.fill, jobs._AT_ONCE = once, 1
    jobs.issue(work(settings, batch_id=batch_id))


def test_a_process_that_dies_leaves_nothing_half_done(settings: Settings) -> None:
    _of, batch_id, _job_id = signed()
    # spawned, not forked: a forked process inherits the file store's threads as they never were
    child = multiprocessing.get_context("spawn").Process(target=die_at_the_second, args=(settings, batch_id))
    child.start()
    child.join()
    assert child.exitcode == 9
    assert sum(digest is not None for digest in hashes(batch_id)) == 1
    jobs.issue(work(settings, batch_id=batch_id))
    assert None not in hashes(batch_id)


def test_files_are_made_outside_any_transaction(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    _of, batch_id, job_id = signed({"王伟": 400})
    real = filling.fill

    def asks_for_a_turn(*args: Any, **kwargs: Any) -> filling.Filled:
        with db.transaction() as session:  # on SQLite this would wait for ever inside another one
            register.lock_counter(session, Series.COMPLETION, 2026)
        return real(*args, **kwargs)

    monkeypatch.setattr(filling, "fill", asks_for_a_turn)
    worker(settings).run(job_id)
    assert None not in hashes(batch_id)


def test_one_certificate_is_made_when_its_holder_asks(settings: Settings) -> None:
    of, batch_id, _job_id = signed()
    with db.reading() as session:
        number = batches.entries(session, batch_id)[0].number or ""
    holder = of.people[next(name for name in of.people if name.startswith("阿"))]
    with db.transaction() as session:
        job_id = making.ask_to_make(session, actor=holder, number=number, now=make.NOW)
    with db.transaction() as session:
        assert making.ask_to_make(session, actor=holder, number=number, now=make.NOW) == job_id
    worker(settings).run(job_id)
    assert job_of(job_id).result == f"/me/certificates/{number}"
    assert sum(digest is not None for digest in hashes(batch_id)) == 1
    with pytest.raises(Refused, match="already_made"), db.transaction() as session:
        making.ask_to_make(session, actor=holder, number=number, now=make.NOW)


def test_the_last_file_closes_a_batch_that_has_no_job(settings: Settings) -> None:
    _of, batch_id, _job_id = signed({"王伟": 400})
    jobs.make_one(work(settings, number="2026-J-000001"))
    with db.reading() as session:
        assert batches.batch(session, batch_id).state is BatchState.ISSUED


def test_a_failed_job_is_started_again_by_hand(settings: Settings) -> None:
    of, batch_id, job_id = signed({"王伟": 400})
    for _try in range(3):
        with db.transaction() as session:
            job = clockwork_actions.take(session, job_id, now=make.NOW)
            assert job is not None
        with db.transaction() as session:
            clockwork_actions.give_back(
                session, job_id, attempt=job.attempts, problem="the disk was full", now=make.NOW
            )
    with db.reading() as session:
        assert list(proofs.left_lying(session, kind=making.ISSUE_JOB)) == [f"certificate_batch {batch_id}"]
    with db.transaction() as session:
        assert making.ask_to_issue(session, actor=of.admin, batch_id=batch_id, now=make.NOW) == job_id
    worker(settings).run(job_id)
    with db.reading() as session:
        assert list(proofs.left_lying(session, kind=making.ISSUE_JOB)) == []
    with pytest.raises(Refused, match="not_signed"), db.transaction() as session:
        making.ask_to_issue(session, actor=of.admin, batch_id=batch_id, now=make.NOW)
