"""Certificates from the command line."""

import time
from pathlib import Path

import click
from sqlalchemy.orm import Session

from academy.certificates.actions import deciding
from academy.certificates.feature import proving
from academy.certificates.feature.work import JOBS
from academy.certificates.queries import batches
from academy.clockwork import queries as clockwork
from academy.clockwork.jobs import Worker
from academy.clockwork.models import JobState
from academy.documents.queries import fonts
from academy.ground import clock, db
from academy.ground.access import Actor, Capability, operator
from academy.ground.settings import Settings
from academy.people.queries import register as people

_PATIENCE_SECONDS = 0.5


@click.group("certificates")
def commands() -> None:
    """Issue and verify certificates."""


def _account(session: Session, name: str) -> Actor:
    actor = people.actor_named(session, name)
    if actor is None or not actor.may(Capability.CERTIFICATE_SIGN):
        raise click.ClickException(f"账号不存在或不是教务管理员 / no admin has the account {name!r}")
    return actor


@commands.command("issue")
@click.argument("code")
@click.option("--proposer", required=True, metavar="NAME", help="The admin who proposes.")
@click.option("--signer", required=True, metavar="NAME", help="Another admin, who signs.")
@click.pass_obj
def _issue(settings: Settings, code: str, proposer: str, signer: str) -> None:
    """Propose, sign and make the certificates of the class CODE, here and now."""
    fonts.missing_characters("")  # reads the font before any transaction
    with db.reading() as session:
        first, second = _account(session, proposer), _account(session, signer)
    with db.transaction() as session:
        batch_id = deciding.propose(session, actor=first, code=code, now=clock.now())
        job_id = deciding.sign(session, actor=second, batch_id=batch_id, now=clock.now())
    _see_through(Worker(settings, (JOBS,)), job_id)
    with db.reading() as session:
        batch, entries = batches.batch(session, batch_id), batches.entries(session, batch_id)
    numbers = [entry.number for entry in entries if entry.number]
    click.echo(f"{code}: {batch.made} 张已签发 / issued, {numbers[0]} – {numbers[-1]}")
    left_out = sum(not entry.eligible for entry in entries)
    if left_out:
        click.echo(f"{left_out} 人不符合条件，原因见页面 / left out, see /admin/batches/{batch_id}")


def _see_through(worker: Worker, job_id: int) -> None:
    """Run a job in this process, or wait for the worker that was quicker."""
    while True:
        worker.run(job_id)
        with db.reading() as session:
            job = clockwork.job(session, job_id, operator())
        if job is not None and job.state is JobState.DONE:
            return
        if job is None or job.state is JobState.FAILED:
            raise click.ClickException(f"文件没有全部生成 / not all files were made: {job.message if job else ''}")
        time.sleep(_PATIENCE_SECONDS)


@commands.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def _verify(settings: Settings, file: Path) -> None:
    """Tell whether FILE is, byte for byte, a valid certificate of this academy; exit 1 if it is not."""
    proving.tell(file, settings)
