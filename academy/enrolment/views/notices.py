"""The notice of a class session: the office issues it, the liaisons of units with places read and confirm it."""

from datetime import datetime, timedelta
from itertools import pairwise

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from academy.classes.queries import sessions as classes
from academy.classes.queries.sessions import ClassView
from academy.classes.rules import ClassState
from academy.documents.actions import rendering
from academy.enrolment.actions import notices as actions
from academy.enrolment.actions import opening
from academy.enrolment.forms.notices import NoticeForm
from academy.enrolment.queries import notice_facts, notices, pools, quotas
from academy.enrolment.queries.notices import NoticeView
from academy.enrolment.rules import notices as rules
from academy.enrolment.rules.notice_shares import Facts, shares
from academy.enrolment.views.blueprint import bp
from academy.enrolment.views.notice_paper import Writer, blank_form, printed
from academy.ground import clock
from academy.ground.access import Actor, Capability
from academy.ground.errors import NotFound
from academy.ground.feature import DeskItem
from academy.ground.spreadsheet import XLSX
from academy.people.actions import account as accounts
from academy.web import plugs
from academy.web.access import actor, requires
from academy.web.acts import Answer, Redrawn, perform
from academy.web.files import private_file
from academy.web.preferences import locale
from academy.web.session import Session, reading, stop_reading, transaction

_PATIENCE = timedelta(days=2)


def _class(code: str) -> ClassView:
    found = classes.class_session(reading(), code)
    if found is None:
        raise NotFound
    return found


def _facts(class_: ClassView) -> Facts:
    phone, today = plugs.settings().office_phone, clock.local_date(clock.now())
    return notice_facts.facts(reading(), class_, phone=phone, on=today)


@bp.route("/admin/classes/<code>/notice", methods=["GET", "POST"])
@requires(Capability.CLASS_EDIT)
def opening_notice(code: str) -> ResponseReturnValue:
    """Show the office its notice and who has read it; issue it with the opening, or a version that is new."""
    class_ = _class(code)
    found, facts = notices.versions(reading(), class_.id), _facts(class_)
    last = found[0] if found else None
    form = NoticeForm(words=last.words if last else "")
    opens = class_.state is ClassState.PUBLISHED
    may_issue = class_.state in rules.ISSUABLE

    def drawn() -> str:
        write = Writer(locale())
        return render_template(
            "enrolment/notice_office.html",
            class_=class_, versions=found, last=last, form=form, opens=opens, may_issue=may_issue,
            nomination=pools.plan(reading(), class_.id).nomination,
            lines=rules.lines(facts, write), shares=shares(facts),
            changes=rules.changes(last.facts, facts, write) if last else (),
            history=_history(found, write),
            readers=notices.readers(reading(), [each.id for each in found]),
        )  # fmt: skip

    if not form.validate_on_submit():
        return drawn(), 422 if form.is_submitted() else 200
    words, phone = form.words.data or "", plugs.settings().office_phone

    def deed(session: Session) -> Answer:
        act = opening.open_enrolment if opens else actions.issue
        act(session, actor=actor(), code=code, words=words, phone=phone, now=clock.now())
        return Answer(url_for(".opening_notice", code=code), _("The notice is on its way to the units."))

    return perform(deed, redraw=Redrawn(form, drawn))


def _history(versions: tuple[NoticeView, ...], write: Writer) -> dict[int, tuple[rules.Change, ...]]:
    """Tell by id what each version changed of the one before it."""
    return {new.id: rules.changes(old.facts, new.facts, write) for new, old in pairwise(versions)}


@bp.post("/admin/classes/<code>/notice/remind")
@requires(Capability.CLASS_EDIT)
def remind_readers(code: str) -> ResponseReturnValue:
    """Remind the liaisons who have not confirmed the newest version."""

    def deed(session: Session) -> Answer:
        told = actions.remind(session, actor=actor(), code=code, now=clock.now())
        said = ngettext("%(num)s liaison was reminded.", "%(num)s liaisons were reminded.", told)
        return Answer(url_for(".opening_notice", code=code, _anchor="readers"), said)

    return perform(deed)


@bp.get("/admin/classes/<code>/notice/<int:version>.pdf")
@requires(Capability.CLASS_OFFICE)
def notice_pdf(code: str, version: int) -> ResponseReturnValue:
    """Give a version as a paper to print."""
    found = next((each for each in notices.versions(reading(), _class(code).id) if each.version == version), None)
    if found is None:
        raise NotFound
    return _paper(found)


def _paper(notice: NoticeView) -> Response:
    stop_reading()
    pdf = rendering.render("notice.html", printed(notice, plugs.settings().academy_name))
    return private_file(pdf, f"{notice.number}.pdf", kind="application/pdf", inline=True)


@bp.get("/unit/notices")
@requires(Capability.DESK_UNIT)
def unit_notices() -> ResponseReturnValue:
    """List the notices that went to a liaison's units, the last one first."""
    found = notices.inbox(reading(), actor())
    given = quotas.given_places(reading(), {each.class_session_id for each, _read_at in found})
    return render_template(
        "enrolment/unit_notices.html",
        rows=[(each, read_at, given[each.class_session_id].of(actor().unit_ids)) for each, read_at in found],
    )


@bp.get("/unit/notices/<int:notice_id>")
@requires(Capability.DESK_UNIT)
def unit_notice(notice_id: int) -> ResponseReturnValue:
    """Show a liaison one notice, what its last version changed, and the places of their unit."""
    notice, write = notices.notice_for(reading(), actor(), notice_id), Writer(locale())
    found = notices.versions(reading(), notice.class_session_id)
    newest = found[0]
    given = quotas.given_places(reading(), [notice.class_session_id])[notice.class_session_id]
    before = next((each for each in found if each.version == notice.version - 1), None)
    own = [each for each in notices.readers(reading(), [notice.id]).get(notice.id, ()) if _is_mine(each)]
    return render_template(
        "enrolment/unit_notice.html",
        notice=notice, newest=newest, lines=rules.lines(notice.facts, write), shares=shares(notice.facts),
        changes=rules.changes(before.facts, notice.facts, write) if before else (),
        before=before, own=given.of(actor().unit_ids), own_units=actor().unit_ids,
        read_at=min((each.read_at for each in own if each.read_at), default=None),
    )  # fmt: skip


def _is_mine(row: notices.ReaderRow) -> bool:
    return row.person_id == actor().person_id


@bp.post("/unit/notices/<int:notice_id>/confirm")
@requires(Capability.DESK_UNIT)
def confirm_notice(notice_id: int) -> ResponseReturnValue:
    """Note that a liaison has read a notice."""

    def deed(session: Session) -> Answer:
        actions.confirm_read(session, actor=actor(), notice_id=notice_id, now=clock.now())
        said = _("Thank you. The academy sees that you have it.")
        return Answer(url_for(".unit_notice", notice_id=notice_id), said)

    return perform(deed)


@bp.get("/unit/notices/<int:notice_id>.pdf")
@requires(Capability.DESK_UNIT)
def unit_notice_pdf(notice_id: int) -> ResponseReturnValue:
    """Give a liaison a notice as a paper to print."""
    return _paper(notices.notice_for(reading(), actor(), notice_id))


@bp.post("/unit/notices/<int:notice_id>/form.xlsx")
@requires(Capability.DESK_UNIT)
def return_form(notice_id: int) -> ResponseReturnValue:
    """Give a liaison the form to send names back, with the people of their units in it; that is noted."""
    now = clock.now()
    notice = notices.notice_for(reading(), actor(), notice_id)
    people = notices.members(reading(), actor().unit_ids, on=clock.local_date(now))
    data = blank_form(notice, people)
    with transaction() as session:
        wanted = {"class": notice.code, "number": notice.number}
        accounts.note_export(session, actor=actor(), wanted=wanted, count=len(people), now=now)
    return private_file(data, f"{notice.code} 推荐报名表.xlsx", kind=XLSX)


def office_desk(session: Session, reader: Actor, now: datetime) -> tuple[DeskItem, ...]:
    """Tell the office of liaisons who have not confirmed a notice for two days."""
    if not reader.may(Capability.DESK_ADMIN):
        return ()
    found = notices.unread(session, before=now - _PATIENCE)
    if not found:
        return ()
    most = max(found, key=lambda each: each.liaisons)
    count = sum(each.liaisons for each in found)
    return (
        DeskItem(
            count=count,
            sentence=ngettext(
                "liaison has not confirmed a notice for two days",
                "liaisons have not confirmed a notice for two days",
                count,
            ),
            detail=f"{most.title} · {most.code}",
            url=url_for("enrolment.opening_notice", code=most.code, _anchor="readers"),
            action=_("Remind them"),
            urgency=45,
            capability=Capability.DESK_ADMIN,
        ),
    )


def desk(session: Session, reader: Actor, now: datetime) -> tuple[DeskItem, ...]:
    """Put the notices that a liaison has not confirmed among what is to be done."""
    if not reader.unit_ids or not reader.may(Capability.DESK_UNIT):
        return ()
    unread = [each for each, read_at in notices.inbox(session, reader) if read_at is None]
    if not unread:
        return ()
    first = unread[-1]
    return (
        DeskItem(
            count=len(unread),
            sentence=ngettext("notice of a class to read", "notices of classes to read", len(unread)),
            detail=f"{first.number} · {first.title}",
            url=url_for("enrolment.unit_notice", notice_id=first.id),
            action=_("Read it"),
            urgency=15,
            capability=Capability.DESK_UNIT,
        ),
    )
