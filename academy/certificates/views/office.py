"""The office: who can be certified, what one admin proposes and another signs, and the files that come of it."""

from collections.abc import Callable

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from academy.certificates.actions import deciding, files, making
from academy.certificates.queries import batches, designs, giving, history
from academy.certificates.rules import proposing, states
from academy.certificates.rules.states import BatchState, Series
from academy.certificates.views import answers
from academy.documents.queries import fonts
from academy.ground import clock
from academy.ground.access import Capability
from academy.ground.errors import NotFound
from academy.web import paging, plugs
from academy.web.access import actor, requires
from academy.web.acts import Answer, perform
from academy.web.files import private_file
from academy.web.session import Session, reading, stop_reading

bp = Blueprint("batches", __name__, template_folder="../templates")

_PAGE = 20


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
        state_names=states.BATCH_STATE_NAMES,
        me=actor().person_id,
        years=giving.years(session),
    )


@bp.get("/admin/classes/<code>/certificates")
@requires(Capability.CERTIFICATE_PROPOSE)
def class_certificates(code: str) -> ResponseReturnValue:
    """Show who of a class session can be certified in a series, and everything that stands against the rest."""
    series = request.args.get("series", Series.COMPLETION, type=Series)
    session = reading()
    of = batches.class_facts(session, code)
    judged = [
        (person, proposing.reasons_against(person, series)) for person in batches.candidates(session, of, series)
    ]
    facts = proposing.ProposalFacts(
        class_state=of.state,
        has_open_batch=batches.open_batch_id(session, of.id, series) is not None,
        eligible=sum(not reasons for _person, reasons in judged),
        proposer_id=actor().person_id,
    )
    return render_template(
        "certificates/class.html",
        of=of,
        series=series,
        tabs=_series_tabs(code, series),
        eligible=[person for person, reasons in judged if not reasons],
        certified=[person for person, _reasons in judged if person.certified],
        others=[(person, reasons) for person, reasons in judged if reasons and not person.certified],
        answers=answers.of_class(session, of, [person for person, _reasons in judged])
        if series is Series.COMPLETION
        else None,
        usual=proposing.usual_excellent(sum(person.completed for person, _reasons in judged)),
        batches=batches.of_class(session, of.id),
        hindrances=proposing.reasons_to_refuse_proposal(facts),
        state_names=states.BATCH_STATE_NAMES,
    )


def _series_tabs(code: str, shown: Series) -> list[tuple[str, str, bool]]:
    return [
        (_(name), url_for(".class_certificates", code=code, series=each.value), each is shown)
        for each, name in states.SERIES_NAMES.items()
    ]


@bp.post("/admin/classes/<code>/certificates/issue")
@requires(Capability.CERTIFICATE_PROPOSE)
def propose(code: str) -> ResponseReturnValue:
    """Propose the certificates of a class session in a series, for another admin to sign."""
    asked = request.form.get("series", Series.COMPLETION.value)
    if asked not in set(Series):
        raise NotFound
    series = Series(asked)
    picked = frozenset(request.form.getlist("picked", type=int))
    fonts.missing_characters("")  # reads the font now: no file is touched once the transaction has begun

    def deed(session: Session) -> Answer:
        batch_id = deciding.propose(
            session, actor=actor(), code=code, series=series, picked=picked, now=clock.now()
        )
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
    said = answers.of_batch(session, batch_id)
    reasons = proposing.reasons_to_refuse_signature(
        state=line.state, proposer_id=line.proposer_id, signer_id=actor().person_id
    )
    nobody = said is not None and line.state is BatchState.PROPOSED and len(said.kept_out) == line.people
    return render_template(
        "certificates/batch.html",
        batch=line,
        eligible=[entry for entry in entries if entry.eligible],
        others=[entry for entry in entries if not entry.eligible],
        answers=said,
        hindrances=(*reasons, proposing.NOBODY) if nobody else reasons,
        state_names=states.BATCH_STATE_NAMES,
        replacement=history.replacement(session, batch_id),
    )


@bp.get("/admin/batches/<int:batch_id>/preview/<int:person_id>.pdf")
@requires(Capability.CERTIFICATE_SIGN)
def preview(batch_id: int, person_id: int) -> ResponseReturnValue:
    """Show one person's certificate as it would be, marked as a preview."""
    facts = batches.entry_facts(reading(), batch_id, person_id)
    design = designs.of_batch(reading(), batch_id)
    stop_reading()
    settings = plugs.settings()
    shown = proposing.printed_facts(
        facts, design=design, number=None, code="", issue_date=clock.local_date(clock.now()),
        academy_name=settings.academy_name, base_url=settings.base_url,
    )  # fmt: skip
    return private_file(
        files.preview(shown), f"{facts['class_code']}-{person_id}.pdf", kind="application/pdf", inline=True
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
        proposed = batches.batch(session, batch_id).people
        job_id = deciding.sign(session, actor=actor(), batch_id=batch_id, now=clock.now())
        left_out = proposed - batches.batch(session, batch_id).people
        words = [_("Signed. All numbers are given; the files are being made.")]
        if left_out:
            words.append(
                ngettext(
                    "%(num)s person asked for a correction after the proposal and was left out.",
                    "%(num)s people asked for corrections after the proposal and were left out.",
                    left_out,
                )
            )
        return Answer(url_for("clockwork.show", job_id=job_id), " ".join(words))

    return perform(deed)


@bp.post("/admin/batches/<int:batch_id>/withdraw")
@requires(Capability.CERTIFICATE_PROPOSE)
def withdraw(batch_id: int) -> ResponseReturnValue:
    """Take a proposal back before it is signed."""

    def deed(session: Session) -> Answer:
        deciding.withdraw(session, actor=actor(), batch_id=batch_id, now=clock.now())
        return Answer(url_for(".office"), _("The proposal is taken back. No number was given."))

    return perform(deed)


@bp.post("/admin/batches/<int:batch_id>/make")
@requires(Capability.CERTIFICATE_SIGN)
def make_batch(batch_id: int) -> ResponseReturnValue:
    """Have the missing files of a signed batch made."""
    return _asked(lambda s: making.ask_to_issue(s, actor=actor(), batch_id=batch_id, now=clock.now()))
