"""The office: who can be certified, what one admin proposes and another signs, and the files that come of it."""

import re
from collections.abc import Callable

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.certificates import actions, jobs, rules
from academy.certificates.queries import batches, register
from academy.documents import queries as documents
from academy.ground import clock, storage
from academy.ground.access import Capability
from academy.ground.errors import NotFound
from academy.web import paging, plugs
from academy.web.access import actor, requires
from academy.web.acts import Answer, perform
from academy.web.files import private_file
from academy.web.session import Session, reading, stop_reading

bp = Blueprint("batches", __name__, template_folder="../templates")

_PAGE = 20
_SHA256 = re.compile(r"[0-9a-f]{64}")


@bp.get("/admin/certificates/")
@requires(Capability.CERTIFICATE_PROPOSE)
def office() -> ResponseReturnValue:
    """Show what waits for a signature, which classes wait for certificates, and what was decided before."""
    words = request.args.get("q", "").strip()
    session = reading()
    return render_template(
        "certificates/office.html",
        waiting=batches.waiting(session),
        classes=batches.classes_without(session),
        decided=paging.page(batches.decided(session, words=words, cursor=paging.cursor(), size=_PAGE)),
        words=words,
        state_names=rules.BATCH_STATE_NAMES,
        me=actor().person_id,
    )


@bp.get("/admin/classes/<code>/certificates")
@requires(Capability.CERTIFICATE_PROPOSE)
def class_certificates(code: str) -> ResponseReturnValue:
    """Show who of a class session can be certified, and everything that stands against the rest."""
    session = reading()
    of = batches.class_facts(session, code)
    people = [(person, rules.reasons_against(person)) for person in batches.candidates(session, of)]
    facts = rules.ProposalFacts(
        class_state=of.state,
        has_open_batch=batches.open_batch_id(session, of.id) is not None,
        eligible=sum(not reasons for _person, reasons in people),
        proposer_id=actor().person_id,
    )
    return render_template(
        "certificates/class.html",
        of=of,
        eligible=[person for person, reasons in people if not reasons],
        certified=[person for person, _reasons in people if person.certified],
        others=[(person, reasons) for person, reasons in people if reasons and not person.certified],
        batches=batches.of_class(session, of.id),
        hindrances=rules.reasons_to_refuse_proposal(facts),
        state_names=rules.BATCH_STATE_NAMES,
    )


@bp.post("/admin/classes/<code>/certificates/issue")
@requires(Capability.CERTIFICATE_PROPOSE)
def propose(code: str) -> ResponseReturnValue:
    """Propose the certificates of a class session, for another admin to sign."""
    documents.missing_characters("")  # reads the font now: no file is touched once the transaction has begun

    def deed(session: Session) -> Answer:
        batch_id = actions.propose(session, actor=actor(), code=code, now=clock.now())
        return Answer(
            url_for(".batch", batch_id=batch_id), _("Proposed. Another admin now looks through it and signs.")
        )

    return perform(deed)


@bp.get("/admin/batches/<int:batch_id>")
@requires(Capability.CERTIFICATE_SIGN)
def batch(batch_id: int) -> ResponseReturnValue:
    """Show a batch as it was frozen, with what can be done next."""
    session = reading()
    line = batches.batch(session, batch_id)
    entries = batches.entries(session, batch_id)
    return render_template(
        "certificates/batch.html",
        batch=line,
        eligible=[entry for entry in entries if entry.eligible],
        others=[entry for entry in entries if not entry.eligible],
        hindrances=rules.reasons_to_refuse_signature(
            state=line.state, proposer_id=line.proposer_id, signer_id=actor().person_id
        ),
        state_names=rules.BATCH_STATE_NAMES,
    )


@bp.get("/admin/batches/<int:batch_id>/preview/<int:person_id>.pdf")
@requires(Capability.CERTIFICATE_SIGN)
def preview(batch_id: int, person_id: int) -> ResponseReturnValue:
    """Show one person's certificate as it would be, marked as a preview."""
    facts = batches.entry_facts(reading(), batch_id, person_id)
    stop_reading()
    settings = plugs.settings()
    shown = rules.printed_facts(
        facts, number=None, code="", issue_date=clock.local_date(clock.now()),
        academy_name=settings.academy_name, base_url=settings.base_url,
    )  # fmt: skip
    return private_file(
        jobs.make(shown), f"{facts['class_code']}-{person_id}.pdf", kind="application/pdf", inline=True
    )


def _asked(ask: Callable[[Session], int]) -> ResponseReturnValue:
    """Enqueue a job and lead to its page."""

    def deed(session: Session) -> Answer:
        return Answer(url_for("clockwork.show", job_id=ask(session)))

    return perform(deed)


@bp.post("/admin/batches/<int:batch_id>/sign")
@requires(Capability.CERTIFICATE_SIGN)
def sign(batch_id: int) -> ResponseReturnValue:
    """Sign a proposal: everybody gets a number, and a job makes the files."""

    def deed(session: Session) -> Answer:
        job_id = actions.sign(session, actor=actor(), batch_id=batch_id, now=clock.now())
        return Answer(
            url_for("clockwork.show", job_id=job_id), _("Signed. All numbers are given; the files are being made.")
        )

    return perform(deed)


@bp.post("/admin/batches/<int:batch_id>/withdraw")
@requires(Capability.CERTIFICATE_PROPOSE)
def withdraw(batch_id: int) -> ResponseReturnValue:
    """Take a proposal back before it is signed."""

    def deed(session: Session) -> Answer:
        actions.withdraw(session, actor=actor(), batch_id=batch_id, now=clock.now())
        return Answer(url_for(".office"), _("The proposal is taken back. No number was given."))

    return perform(deed)


@bp.post("/admin/batches/<int:batch_id>/make")
@requires(Capability.CERTIFICATE_SIGN)
def make_batch(batch_id: int) -> ResponseReturnValue:
    """Have the missing files of a signed batch made."""
    return _asked(lambda s: actions.ask_to_issue(s, actor=actor(), batch_id=batch_id, now=clock.now()))


@bp.post("/admin/classes/<code>/certificates/zip")
@requires(Capability.CERTIFICATE_SIGN)
def pack(code: str) -> ResponseReturnValue:
    """Have all files of a class session packed, or those of the batch that is named."""
    only = request.form.get("batch", type=int)
    return _asked(lambda s: actions.ask_to_pack(s, actor=actor(), code=code, batch_id=only, now=clock.now()))


@bp.get("/admin/classes/<code>/certificates/<digest>.zip")
@requires(Capability.CERTIFICATE_SIGN)
def packed(code: str, digest: str) -> ResponseReturnValue:
    """Hand out a ZIP that a job packed."""
    place = url_for(".packed", code=code, digest=digest)
    if not _SHA256.fullmatch(digest) or not register.is_result(reading(), place):
        raise NotFound
    stop_reading()
    data = storage.bound().get(digest, "zip")
    return private_file(data, f"{code}-结业证书.zip", kind="application/zip")
