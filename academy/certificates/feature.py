"""What certificates plug in."""

import hashlib
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import click
from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from academy.certificates import actions, jobs, sample
from academy.certificates.queries import batches, proofs, register
from academy.certificates.rules import BATCH_STATE_NAMES
from academy.certificates.views import exports
from academy.certificates.views import register as register_views
from academy.clockwork import queries as clockwork
from academy.clockwork.jobs import Worker
from academy.clockwork.models import JobState
from academy.documents import queries as documents
from academy.ground import clock, db, storage
from academy.ground.access import Actor, Capability, operator
from academy.ground.feature import (
    DeskItem,
    Feature,
    Finding,
    Hit,
    HitKind,
    Invariant,
    JobType,
    Lookup,
    NavItem,
    Panel,
)
from academy.ground.settings import Settings
from academy.ground.text import N_
from academy.people.queries import register as people

_EXAMPLES = 5
_NEW = timedelta(days=14)
_CHECKED_AT_MOST = 500
_PATIENCE_SECONDS = 0.5


# --- what must always be true ----------------------------------------------------------------------


def _none(find: Callable[[Session], Iterator[str]]) -> Callable[[Session], Finding]:
    """Make an invariant of a query that names rows which ought not to be."""

    def check(session: Session) -> Finding:
        broken = tuple(find(session))
        return Finding(count=len(broken), expected=0, examples=broken[:_EXAMPLES])

    return check


def _wrong_files(session: Session) -> Iterator[str]:
    """Name issued certificates whose file is gone or altered: of all, or of an even 500 where there are more."""
    every = -(-proofs.count_issued(session) // _CHECKED_AT_MOST) or 1
    for number, digest in proofs.issued(session, every=every):
        try:
            storage.bound().get(digest, "pdf")
        except (FileNotFoundError, ValueError):
            yield f"certificate {number}"


def _are_found(session: Session) -> Finding:
    ids = register.wrong_tokens(session)
    return Finding(count=len(ids), expected=0, examples=tuple(f"certificate {row_id}" for row_id in ids[:5]))


_INVARIANTS = (
    Invariant("certificate numbers doubled or left out, a year and series", _none(proofs.wrong_numbers)),
    Invariant("certificate numbers that do not read as their year and sequence", _none(proofs.misprinted)),
    Invariant("certificates signed by whoever proposed them", _none(proofs.signed_alone)),
    Invariant("people with two certificates of one class", _none(proofs.doubled)),
    Invariant("certificates that say other than what was signed", _none(proofs.altered)),
    Invariant("certificates of another class than their batch", _none(proofs.astray)),
    Invariant("certificate files gone or altered (all, or 500 taken evenly)", _none(_wrong_files)),
    Invariant("certificates that are not found by their words (some looked at)", _are_found),
    Invariant(
        "signed certificates without files that no job is making",
        _none(lambda session: proofs.left_lying(session, kind=actions.ISSUE_JOB)),
    ),
)


# --- desks and pages of others ---------------------------------------------------------------------


def _find(session: Session, actor: Actor, _now: datetime, lookup: Lookup) -> tuple[Hit, ...]:
    """Find certificates: all for the office, their own for holders."""
    in_office = actor.may(Capability.CERTIFICATE_SIGN)
    if not in_office and not actor.may(Capability.CERTIFICATE_HOLD):
        return ()
    return tuple(
        Hit(
            kind=HitKind.CERTIFICATE,
            title=each.printed,
            detail=f"{each.name} · {each.class_code} · {each.class_title}",
            url=url_for("certificates.in_office" if in_office else "certificates.show", number=each.number),
        )
        for each in register.found_certificates(session, actor, lookup)
    )


def _desk(session: Session, actor: Actor, now: datetime) -> tuple[DeskItem, ...]:
    """Tell what the reader has to do, or has got."""
    office = (*_to_sign(session, actor), *_to_propose(session)) if actor.may(Capability.CERTIFICATE_SIGN) else ()
    if actor.may(Capability.CERTIFICATE_HOLD) and actor.person_id is not None:
        return (*office, *_received(session, actor.person_id, now))
    return office


def _to_sign(session: Session, actor: Actor) -> tuple[DeskItem, ...]:
    found = [batch for batch in batches.waiting(session) if batch.proposer_id != actor.person_id]
    if not found:
        return ()
    first = found[0]
    return (
        DeskItem(
            count=len(found),
            sentence=ngettext(
                "batch of certificates waits for your signature",
                "batches of certificates wait for your signature",
                len(found),
            ),
            detail=_(
                "The oldest: %(code)s, proposed by %(name)s", code=first.class_code, name=first.proposer_name
            ),
            url=url_for("batches.batch", batch_id=first.id) if len(found) == 1 else url_for("batches.office"),
            action=_("Look and sign"),
            urgency=10,
            capability=Capability.CERTIFICATE_SIGN,
        ),
    )


def _to_propose(session: Session) -> tuple[DeskItem, ...]:
    found = batches.classes_without(session)
    if not found:
        return ()
    return (
        DeskItem(
            count=len(found),
            sentence=ngettext(
                "concluded class has no certificates yet",
                "concluded classes have no certificates yet",
                len(found),
            ),
            detail=_("The oldest: %(code)s, %(title)s", code=found[0].code, title=found[0].title),
            url=url_for("batches.office") + "#classes",
            action=_("Propose them"),
            urgency=20,
            capability=Capability.CERTIFICATE_PROPOSE,
        ),
    )


def _received(session: Session, person_id: int, now: datetime) -> tuple[DeskItem, ...]:
    count = register.count_new(session, person_id, since=now - _NEW)
    if not count:
        return ()
    return (
        DeskItem(
            count=count,
            sentence=ngettext("new certificate is ready", "new certificates are ready", count),
            detail=_("Download it, and show its code to whoever asks."),
            url=url_for("certificates.mine"),
            action=_("My certificates"),
            urgency=40,
            capability=Capability.CERTIFICATE_HOLD,
        ),
    )


def _panel(session: Session, actor: Actor, now: datetime, class_session_id: int) -> Panel | None:
    """Show on a class session's page how its certificates stand."""
    facts = batches.class_facts_by_id(session, class_session_id)
    return Panel(
        template="certificates/_panel.html",
        facts={
            "code": facts.code,
            "batches": batches.of_class(session, class_session_id),
            "state_names": BATCH_STATE_NAMES,
            "may_propose": actor.may(Capability.CERTIFICATE_PROPOSE),
        },
    )


# --- the command line ------------------------------------------------------------------------------


@click.group("certificates")
def _commands() -> None:
    """Issue and verify certificates."""


def _account(session: Session, name: str) -> Actor:
    actor = people.actor_named(session, name)
    if actor is None or not actor.may(Capability.CERTIFICATE_SIGN):
        raise click.ClickException(f"账号不存在或不是教务管理员 / no admin has the account {name!r}")
    return actor


@_commands.command("issue")
@click.argument("code")
@click.option("--proposer", required=True, metavar="NAME", help="The admin who proposes.")
@click.option("--signer", required=True, metavar="NAME", help="Another admin, who signs.")
@click.pass_obj
def _issue(settings: Settings, code: str, proposer: str, signer: str) -> None:
    """Propose, sign and make the certificates of the class CODE, here and now."""
    documents.missing_characters("")  # reads the font before any transaction
    with db.reading() as session:
        first, second = _account(session, proposer), _account(session, signer)
    with db.transaction() as session:
        batch_id = actions.propose(session, actor=first, code=code, now=clock.now())
        job_id = actions.sign(session, actor=second, batch_id=batch_id, now=clock.now())
    _see_through(Worker(settings, (FEATURE,)), job_id)
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


@_commands.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def _verify(file: Path) -> None:
    """Tell whether FILE is, byte for byte, a certificate of this academy."""
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    with db.reading() as session:
        found = register.by_sha256(session, digest)
    if found is None:
        raise click.ClickException(f"登记簿中没有这份文件 / the register has no file with SHA-256 {digest}")
    click.echo(f"{found.printed} {found.number} {found.state} sha256={digest}")
    if found.state != "issued":
        raise click.ClickException("证书已撤销 / the certificate has been revoked")


FEATURE = Feature(
    name="certificates",
    blueprints=(exports.bp, register_views.bp),
    jobs=(
        JobType(actions.ISSUE_JOB, jobs.issue),
        JobType(actions.MAKE_JOB, jobs.make_one),
        JobType(actions.PACK_JOB, jobs.pack),
    ),
    commands=(_commands,),
    invariants=_INVARIANTS,
    sample=(sample.fill,),
    nav=(
        NavItem(
            label=N_("Certificates"), endpoint="batches.office", icon="award", order=50,
            capability=Capability.CERTIFICATE_PROPOSE, phone=True, also=("/admin/batches/",),
        ),
        NavItem(
            label=N_("Certificates"), endpoint="certificates.mine", icon="award", order=70,
            capability=Capability.CERTIFICATE_HOLD, phone=True,
        ),
    ),
    desk=(_desk,),
    search=(_find,),
    panels=(_panel,),
)  # fmt: skip
