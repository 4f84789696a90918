"""The office's list of people, one person's page, and what is put right there."""

from collections.abc import Mapping

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.documents.queries import fonts
from academy.ground import clock
from academy.ground.access import Capability, Role
from academy.ground.errors import NotFound
from academy.people.actions import account as actions
from academy.people.actions import binding
from academy.people.actions import register as keeping
from academy.people.forms.persons import NameForm, ReasonForm
from academy.people.queries import office as queries
from academy.people.queries import register
from academy.people.rules.register import ROLE_NAMES, read_search
from academy.people.views import codes
from academy.people.views.blueprint import bp
from academy.people.views.roles import grid_roles
from academy.web import paging
from academy.web.access import actor, requires
from academy.web.acts import Answer, Redrawn, perform
from academy.web.session import Session, reading, transaction
from academy.web.sorting import sorting

_PAGE = 30
_EVERYBODY = "everybody"


def wanted_people(values: Mapping[str, str]) -> queries.Wanted:
    """Read which people are asked for: trainees, unless another role or everybody is."""
    role, unit = values.get("role") or Role.TRAINEE, values.get("unit", "")
    return queries.Wanted(
        search=read_search(values.get("q", "")[:60]),
        unit_id=int(unit) if unit.isdecimal() and len(unit) < 10 else None,  # noqa: PLR2004 - fits any key
        role=Role(role) if role in set(Role) else None,
    )


@bp.get("/admin/people/", endpoint="list")
@requires(Capability.PERSON_LIST)
def list_people() -> ResponseReturnValue:
    """List people, a page at a time, narrowed down by name, numbers, unit or role."""
    wanted, today = wanted_people(request.args), clock.local_date(clock.now())
    sort = sorting(("name", "filed"), default="name")
    part = queries.people(reading(), wanted, on=today, cursor=paging.cursor(), size=_PAGE, order=sort.order)
    chosen = {
        "q": request.args.get("q", "")[:60],
        "unit": str(wanted.unit_id or ""),
        "role": wanted.role or _EVERYBODY,
    }
    return render_template(
        "people/people.html",
        page=paging.page(part),
        sort=sort,
        chosen=chosen,
        units=[("", _("All units")), *_unit_choices()],
        roles=[(_EVERYBODY, _("Everybody on file")), *((role, _(name)) for role, name in ROLE_NAMES.items())],
    )


def _unit_choices() -> list[tuple[str, str]]:
    return [
        (str(unit_id), name)
        for district in register.unit_tree(reading(), clock.local_date(clock.now()))
        for unit_id, name in [
            (district.id, district.name),
            *((street.id, street.full_name) for street in district.streets),
        ]
    ]


def _page(person_id: int) -> queries.PersonPage:
    found = queries.person_page(reading(), person_id, on=clock.local_date(clock.now()))
    if found is None:
        raise NotFound
    return found


def _show(
    page: queries.PersonPage, reason: ReasonForm, revealed: actions.Revealed | None = None, status: int = 200
) -> ResponseReturnValue:
    return render_template(
        "people/person.html",
        page=page,
        reason=reason,
        revealed=revealed,
        role_names={role: _(name) for role, name in ROLE_NAMES.items()},
        grid_role_names=grid_roles(),
    ), status


@bp.get("/admin/people/<int:person_id>")
@requires(Capability.PERSON_LIST)
def person(person_id: int) -> ResponseReturnValue:
    """Show one person, masked."""
    return _show(_page(person_id), ReasonForm())


@bp.post("/admin/people/<int:person_id>/reveal")
@requires(Capability.PERSON_REVEAL)
def reveal(person_id: int) -> ResponseReturnValue:
    """Show a person's numbers in clear, this once, for a reason that the journal keeps."""
    page, form = _page(person_id), ReasonForm()
    if not form.validate_on_submit():
        return _show(page, form, status=codes.WRONG)
    with transaction() as session:
        revealed = actions.reveal(
            session, actor=actor(), person_id=person_id, reason=form.reason.data or "", now=clock.now()
        )
    return _show(page, ReasonForm(formdata=None), revealed)


@bp.get("/admin/people/<int:person_id>/end-phones")
@requires(Capability.PERSON_REVEAL)
def ask_to_end_phones(person_id: int) -> ResponseReturnValue:
    """Ask why a person's phones are to be taken away."""
    return _end_phones_page(_page(person_id), ReasonForm())


def _end_phones_page(page: queries.PersonPage, form: ReasonForm) -> str:
    return render_template("people/end_phones.html", person=page.person, form=form)


@bp.post("/admin/people/<int:person_id>/end-phones")
@requires(Capability.PERSON_REVEAL)
def end_phones(person_id: int) -> ResponseReturnValue:
    """Take a person's phones away, such as a number that somebody else has now."""
    page, form = _page(person_id), ReasonForm()
    if not form.validate_on_submit():
        return _end_phones_page(page, form), codes.WRONG

    def deed(session: Session) -> Answer:
        binding.end_phones(
            session, actor=actor(), person_id=person_id, reason=form.reason.data or "", now=clock.now()
        )
        return Answer(url_for(".person", person_id=person_id), _("No phone signs this person in any more."))

    return perform(deed, redraw=Redrawn(form, lambda: _end_phones_page(page, form)))


def _called(person_id: int) -> queries.PersonPage:
    """Show whoever has a name; somebody whose data was erased has none to correct."""
    page = _page(person_id)
    if page.anonymised_at:
        raise NotFound
    return page


def _name_page(page: queries.PersonPage, form: NameForm) -> str:
    unprintable = " ".join(fonts.missing_characters(page.person.name))
    return render_template("people/correct_name.html", person=page.person, form=form, unprintable=unprintable)


@bp.get("/admin/people/<int:person_id>/name")
@requires(Capability.PERSON_REVEAL)
def ask_for_name(person_id: int) -> ResponseReturnValue:
    """Ask for a person's right name, and why it is corrected."""
    page = _called(person_id)
    return _name_page(page, NameForm(name=page.person.name))


@bp.post("/admin/people/<int:person_id>/name")
@requires(Capability.PERSON_REVEAL)
def correct_name(person_id: int) -> ResponseReturnValue:
    """Correct a person's name, and warn of what no certificate can print."""
    page, form = _called(person_id), NameForm()
    if not form.validate_on_submit():
        return _name_page(page, form), codes.WRONG
    name = form.name.data or ""
    said = _said_of(name)

    def deed(session: Session) -> Answer:
        changed = keeping.correct_name(
            session, actor=actor(), person_id=person_id, name=name, reason=form.reason.data or "", now=clock.now()
        )
        return Answer(
            url_for(".person", person_id=person_id),
            *(said if changed else (_("This is the name on file already. Nothing was changed."), "note")),
        )

    return perform(deed, redraw=Redrawn(form, lambda: _name_page(page, form)))


def _said_of(name: str) -> tuple[str, str]:
    """Say that a name is corrected, with a warning if a certificate cannot print all of it."""
    if unprintable := " ".join(fonts.missing_characters(name)):
        return _(
            "The name is corrected to %(name)s. A certificate cannot print these signs of it, though: "
            "%(characters)s. Look at the ID card once more.", name=name, characters=unprintable,
        ), "late"  # fmt: skip
    return _("The name is corrected to %(name)s.", name=name), "ok"
