"""Notices and news: for everybody to read, and for the office to write."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.ground import clock
from academy.ground.access import Capability
from academy.ground.errors import NotFound
from academy.portal import actions
from academy.portal.forms import NoticeForm, seen_version
from academy.portal.queries import notices
from academy.portal.queries.notices import NoticeView
from academy.portal.rules import KIND_NAMES, STATE_NAMES, NoticeKind, NoticeState
from academy.portal.views.blueprint import bp
from academy.web.access import actor, public, requires
from academy.web.acts import Answer, Redrawn, perform
from academy.web.htmx import asked_by_htmx
from academy.web.paging import cursor, page
from academy.web.session import Session, expect_token, reading


@bp.get("/notices/", endpoint="notices")
@public
def list_notices() -> ResponseReturnValue:
    """List what the academy tells everybody, of one kind if asked."""
    session = reading()
    kind = request.args.get("kind", type=NoticeKind)
    counts = notices.count_shown(session)
    tabs = [(_("All"), url_for(".notices"), kind is None, sum(counts.values()))]
    tabs += [
        (_(name), url_for(".notices", kind=each.value), each is kind, counts.get(each, 0))
        for each, name in KIND_NAMES.items()
    ]
    today = clock.local_date(clock.now())
    return render_template(
        "portal/notices.html",
        page=page(notices.shown(session, today=today, kind=kind, cursor=cursor())),
        tabs=tabs,
        kind=kind,
        kind_names=KIND_NAMES,
        may_write=actor().may(Capability.NOTICE_WRITE),
    )


@bp.get("/notices/<code>", endpoint="notice")
@public
def show_notice(code: str) -> ResponseReturnValue:
    """Show one notice; a draft, and what was taken down, only to those who write them."""
    session, may_write = reading(), actor().may(Capability.NOTICE_WRITE)
    found = notices.notice(session, code)
    if found is None:
        raise NotFound
    if not found.is_public and not may_write:
        return _not_shown(found)
    return render_template(
        "portal/notice.html",
        notice=found,
        around=notices.neighbours(session, found, today=clock.local_date(clock.now()))
        if found.is_public
        else None,
        may_write=may_write,
        kind_names=KIND_NAMES,
        state_names=STATE_NAMES,
    )


def _not_shown(found: NoticeView) -> ResponseReturnValue:
    """Say that a notice was taken down; of a draft say no more than of what never was."""
    if found.state is not NoticeState.WITHDRAWN:
        raise NotFound
    page_ = render_template(
        "error.html",
        code=404,
        title=_("This notice was taken down"),
        sentence=_("What it said no longer holds. The notices that hold now are in the list."),
        way_out_url=url_for(".notices"),
        way_out_label=_("All notices"),
    )
    return page_, 404


@bp.get("/admin/notices/", endpoint="office_notices")
@requires(Capability.NOTICE_WRITE)
def list_for_office() -> ResponseReturnValue:
    """List every notice with its state, for those who write them."""
    session = reading()
    state = request.args.get("state", type=NoticeState)
    counts = notices.count_by_state(session)
    tabs = [(_("All"), url_for(".office_notices"), state is None, sum(counts.values()))]
    tabs += [
        (_(name), url_for(".office_notices", state=each.value), each is state, counts.get(each, 0))
        for each, name in STATE_NAMES.items()
    ]
    return render_template(
        "portal/office_notices.html",
        page=page(notices.listed(session, state=state, cursor=cursor())),
        tabs=tabs,
        state=state,
        today=clock.local_date(clock.now()),
        kind_names=KIND_NAMES,
        state_names=STATE_NAMES,
    )


@bp.route("/admin/notices/new", methods=["GET", "POST"])
@requires(Capability.NOTICE_WRITE)
def new_notice() -> ResponseReturnValue:
    """Write a notice; it stays a draft until it is published."""
    form = NoticeForm()
    form.offer()
    if _wants_preview() or not form.validate_on_submit():
        return _form_page(form, None)

    def deed(session: Session) -> Answer:
        notice = actions.create_notice(session, actor=actor(), words=form.words(), now=clock.now())
        said = _("The draft is kept. Nobody else sees it until you publish it.")
        return Answer(url_for(".edit_notice", code=notice.code), said)

    return perform(deed, redraw=Redrawn(form, lambda: _drawn(form, None)))


@bp.route("/admin/notices/<code>", methods=["GET", "POST"])
@requires(Capability.NOTICE_WRITE)
def edit_notice(code: str) -> ResponseReturnValue:
    """Change a notice; what somebody else changed meanwhile is shown beside what was typed."""
    stored = _stored(code)
    form = NoticeForm(
        data={
            "kind": stored.kind,
            "title": stored.title,
            "body": stored.body,
            "pinned_until": stored.pinned_until,
            "version": str(stored.version),
        }
    )
    form.offer()
    if _wants_preview() or not form.validate_on_submit():
        return _form_page(form, stored)

    def deed(session: Session) -> Answer:
        actions.change_notice(
            session, actor=actor(), code=code, seen=form.seen, words=form.words(), now=clock.now()
        )
        said = _("The notice is changed, for everybody.") if stored.is_public else _("The draft is kept.")
        return Answer(url_for(".edit_notice", code=code), said)

    return perform(deed, redraw=Redrawn(form, lambda: _refused_page(form, _stored(code))))


@bp.post("/admin/notices/<code>/publish")
@requires(Capability.NOTICE_WRITE)
def publish_notice(code: str) -> ResponseReturnValue:
    """Show a notice to everybody."""
    seen = seen_version(request.form.get("version"))

    def deed(session: Session) -> Answer:
        actions.publish_notice(session, actor=actor(), code=code, seen=seen, now=clock.now())
        return Answer(url_for(".notice", code=code), _("The notice is published. Everybody can read it now."))

    return perform(deed)


@bp.post("/admin/notices/<code>/withdraw")
@requires(Capability.NOTICE_WRITE)
def withdraw_notice(code: str) -> ResponseReturnValue:
    """Take a notice down."""

    def deed(session: Session) -> Answer:
        actions.withdraw_notice(session, actor=actor(), code=code, now=clock.now())
        return Answer(url_for(".edit_notice", code=code), _("The notice is taken down. Nobody else sees it now."))

    return perform(deed)


@bp.post("/admin/notices/preview")
@requires(Capability.NOTICE_WRITE)
def preview_notice() -> ResponseReturnValue:
    """Draw a text as it will look, for the script that asks while somebody types."""
    expect_token()
    return render_template("portal/_preview.html", body=request.form.get("body", ""))


def _wants_preview() -> bool:
    """Tell whether the form was sent to be looked at, which needs no script, and not to be kept."""
    return request.method == "POST" and "preview" in request.form and not asked_by_htmx()


def _stored(code: str) -> NoticeView:
    found = notices.notice(reading(), code)
    if found is None:
        raise NotFound
    return found


def _refused_page(form: NoticeForm, stored: NoticeView) -> str:
    """Draw the form with what was typed and, if that was stale, what is stored now; saving again replaces it."""
    stale = form.seen != stored.version
    form.version.data = str(stored.version)
    return _drawn(form, stored, stale=stale)


def _form_page(form: NoticeForm, stored: NoticeView | None) -> ResponseReturnValue:
    return _drawn(form, stored), 422 if form.errors else 200


def _drawn(form: NoticeForm, stored: NoticeView | None, *, stale: bool = False) -> str:
    return render_template(
        "portal/notice_form.html",
        form=form,
        stored=stored,
        stale=stale,
        kind_names=KIND_NAMES,
        state_names=STATE_NAMES,
    )
