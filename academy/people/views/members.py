"""The register of a liaison's units: its list, one person's page, and who joins, leaves, moves or changes role."""

from collections.abc import Callable, Mapping

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.ground import clock
from academy.ground.access import Capability
from academy.ground.spreadsheet import Table
from academy.people.actions import entering, exporting, memberships, transfers
from academy.people.actions.entering import NewMember, Taken
from academy.people.actions.memberships import Joining, Leaving, RoleChange
from academy.people.actions.transfers import Moving
from academy.people.forms.memberships import LeaveForm, MemberForm, MoveForm, RoleForm, offer
from academy.people.forms.persons import id_is_right
from academy.people.queries import members as queries
from academy.people.queries import register
from academy.people.queries.members import MemberPage, Show, Wanted
from academy.people.rules.memberships import Taking
from academy.people.views import codes
from academy.people.views.blueprint import bp
from academy.people.views.roles import grid_roles, roles_on_lists
from academy.web import paging
from academy.web.access import actor, requires
from academy.web.acts import Answer, Redrawn, perform
from academy.web.files import reason_to_see, table_file
from academy.web.forms import AcademyForm
from academy.web.session import Session, reading, transaction
from academy.web.sorting import sorting

_PAGE = 30


def _wanted(values: Mapping[str, str]) -> Wanted:
    unit, show = values.get("unit", ""), values.get("show", "")
    return Wanted(
        words=values.get("q", "").strip()[:60],
        unit_id=int(unit) if unit.isdecimal() and len(unit) < 10 else None,  # noqa: PLR2004 - fits any key
        show=Show(show) if show in set(Show) else Show.NOW,
    )


def _own_units() -> list[tuple[int, str]]:
    """Name the units of today that the reader keeps people of, as a tree."""
    own = queries.scope(reading(), actor())
    return [(unit_id, name) for unit_id, name in _all_units() if own is None or unit_id in own]


def _all_units() -> list[tuple[int, str]]:
    return [
        (unit_id, name)
        for district in register.unit_tree(reading(), clock.local_date(clock.now()))
        for unit_id, name in [
            (district.id, district.name),
            *((street.id, street.full_name) for street in district.streets),
        ]
    ]


@bp.get("/unit/people/")
@requires(Capability.DESK_UNIT, Capability.PERSON_LIST)
def members() -> ResponseReturnValue:
    """List the register of the reader's units, a page at a time."""
    wanted, today = _wanted(request.args), clock.local_date(clock.now())
    sort = sorting(queries.SORTED_BY, default="name")
    part = queries.lines(
        reading(), actor(), wanted, on=today, order=sort.order, cursor=paging.cursor(), size=_PAGE
    )
    return render_template(
        "people/members.html",
        page=paging.page(part),
        sort=sort,
        chosen={"q": wanted.words, "unit": wanted.unit_id or "", "show": wanted.show.value},
        units=_own_units(),
        grid_roles=grid_roles(),
        on_lists=roles_on_lists(),
    )


@bp.post("/unit/people/export.<any(xlsx, csv):suffix>")
@requires(Capability.DESK_UNIT, Capability.PERSON_LIST)
def export_members(suffix: str) -> ResponseReturnValue:
    """Give the register out as a file, numbers masked, or whole for a reason, and note who took it."""
    wanted, now = _wanted(request.form), clock.now()
    today, roles = clock.local_date(now), grid_roles()
    lines = [*queries.every_line(reading(), actor(), wanted, on=today)]
    with transaction() as session:
        said = {"search": wanted.words, "unit_id": wanted.unit_id, "show": wanted.show.value}
        numbers = exporting.take_numbers(
            session, actor=actor(), person_ids=[line.person_id for line in lines], wanted=said,
            reason=reason_to_see(), now=now,
        )  # fmt: skip
    heads = [
        (_("Name"), 14), (_("Unit"), 30), (_("In the grid"), 18), (_("As written on the list"), 18),
        (_("From"), 12), (_("Last day in the unit"), 12), (_("Mobile number"), 16), (_("ID number"), 22),
    ]  # fmt: skip
    rows = (
        (
            line.name, line.unit_name, roles[line.grid_role] if line.grid_role else "", line.role_as_written,
            line.starts_on, line.ends_on or "", numbers[line.person_id].phone, numbers[line.person_id].id_number,
        )
        for line in lines
    )  # fmt: skip
    return table_file(Table(_("People"), heads, rows), _("People %(day)s", day=today.isoformat()), suffix)


@bp.get("/unit/people/new")
@requires(Capability.DESK_UNIT, Capability.PERSON_LIST)
def new_member() -> ResponseReturnValue:
    """Ask who joins."""
    return _new_page(_member_form())


def _member_form() -> MemberForm:
    form, own = MemberForm(), _own_units()
    offer(form.unit, own)
    if len(own) == 1:
        form.unit.choices = own
    return form


def _new_page(form: MemberForm) -> str:
    return render_template("people/new_member.html", form=form)


@bp.post("/unit/people/new")
@requires(Capability.DESK_UNIT, Capability.PERSON_LIST)
def add_member() -> ResponseReturnValue:
    """Enter somebody: new, back on file, or asked of the unit they belong to."""
    form = _member_form()
    if not form.validate_on_submit() or not id_is_right(form.id_number, clock.local_date(clock.now())):
        return _new_page(form), codes.WRONG
    member = NewMember(
        unit_id=form.unit.data,
        name=form.name.data or "",
        id_number=form.id_number.data or None,
        phone=form.phone.data or None,
        grid_role=memberships.read_role(form.grid_role.data),
        role_as_written=form.role_as_written.data or "",
    )

    def deed(session: Session) -> Answer:
        taken = entering.take_in(session, actor=actor(), member=member, now=clock.now())
        own = taken.by is not Taking.ASK or taken.moved
        url = url_for(".member", person_id=taken.person_id) if own else url_for(".transfers")
        return Answer(url, _said(taken, member.name))

    return perform(deed, redraw=Redrawn(form, lambda: _new_page(form)))


def _said(taken: Taken, name: str) -> str:
    if taken.by is Taking.ADD:
        said = _("%(name)s is entered.", name=name)
    elif taken.by is Taking.JOIN:
        said = _("%(name)s was on file already and belongs to the unit from today on.", name=name)
    elif taken.moved:
        said = _("%(name)s has moved and belongs to the unit from today on.", name=name)
    else:
        said = _("%(name)s belongs to another unit, which has been asked to confirm the move.", name=name)
    return str(said)


def _found(person_id: int) -> MemberPage:
    return queries.member(reading(), actor(), person_id, on=clock.local_date(clock.now()))


@bp.get("/unit/people/<int:person_id>")
@requires(Capability.DESK_UNIT, Capability.PERSON_LIST)
def member(person_id: int) -> ResponseReturnValue:
    """Show one person of the reader's units, and what can be changed."""
    return _member_page(_found(person_id))


def _member_page(page: MemberPage, sent: AcademyForm | None = None) -> str:
    """Show a person with three forms; the one that was sent as it was typed."""
    leave = sent if isinstance(sent, LeaveForm) else LeaveForm(None, last_day=clock.local_date(clock.now()))
    standing = {"grid_role": page.grid_role or "", "role_as_written": page.role_as_written}
    role = sent if isinstance(sent, RoleForm) else RoleForm(None, **standing)
    move = sent if isinstance(sent, MoveForm) else _move_form(page, MoveForm(None))
    return render_template(
        "people/member.html", page=page, leave=leave, role=role, move=move, grid_roles=grid_roles()
    )


def _move_form(page: MemberPage, form: MoveForm) -> MoveForm:
    offer(form.unit, [(unit_id, name) for unit_id, name in _all_units() if unit_id != page.unit_id])
    return form


def _change(page: MemberPage, form: AcademyForm, act: Callable[[Session], str]) -> ResponseReturnValue:
    """Carry out one of the forms of a person's page, which draws it again where it is wrong or refused."""
    if not form.validate_on_submit():
        return _member_page(page, form), codes.WRONG

    def deed(session: Session) -> Answer:
        said = act(session)
        return Answer(url_for(".member", person_id=page.person.id), said)

    return perform(deed, redraw=Redrawn(form, lambda: _member_page(page, form)))


@bp.post("/unit/people/<int:person_id>/leave")
@requires(Capability.DESK_UNIT, Capability.PERSON_LIST)
def leave(person_id: int) -> ResponseReturnValue:
    """Enter when somebody left; nothing is deleted."""
    page, form = _found(person_id), LeaveForm()

    def act(session: Session) -> str:
        last_day = form.last_day.data or clock.local_date(clock.now())
        leaving = Leaving(person_id=person_id, unit_id=page.unit_id, last_day=last_day)
        memberships.leave(session, actor=actor(), leaving=leaving, now=clock.now())
        return str(_("It is entered that %(name)s has left the unit.", name=page.person.name))

    return _change(page, form, act)


@bp.post("/unit/people/<int:person_id>/role")
@requires(Capability.DESK_UNIT, Capability.PERSON_LIST)
def change_role(person_id: int) -> ResponseReturnValue:
    """Change what somebody is in the grid."""
    page, form = _found(person_id), RoleForm()

    def act(session: Session) -> str:
        change = RoleChange(
            membership_id=page.membership_id,
            grid_role=memberships.read_role(form.grid_role.data),
            role_as_written=form.role_as_written.data or "",
        )
        memberships.change_role(session, actor=actor(), change=change, now=clock.now())
        return str(_("The role of %(name)s is saved.", name=page.person.name))

    return _change(page, form, act)


@bp.post("/unit/people/<int:person_id>/move")
@requires(Capability.DESK_UNIT, Capability.PERSON_LIST)
def move(person_id: int) -> ResponseReturnValue:
    """Ask another unit to take somebody, or move them at once where both units are the reader's."""
    page = _found(person_id)
    form = _move_form(page, MoveForm())

    def act(session: Session) -> str:
        moving = Moving(person_id=person_id, from_unit_id=page.unit_id, to_unit_id=form.unit.data)
        asked = transfers.ask_transfer(session, actor=actor(), moving=moving, now=clock.now())
        name = page.person.name
        if asked.is_open:
            return str(_("The other unit has been asked to confirm the move of %(name)s.", name=name))
        return str(_("%(name)s belongs to the other unit from today on.", name=name))

    return _change(page, form, act)


@bp.post("/unit/people/<int:person_id>/join")
@requires(Capability.DESK_UNIT, Capability.PERSON_LIST)
def rejoin(person_id: int) -> ResponseReturnValue:
    """Take somebody back in who has left the unit."""
    page = _found(person_id)

    def deed(session: Session) -> Answer:
        joining = Joining(
            person_id=person_id, unit_id=page.unit_id,
            grid_role=memberships.read_role(page.grid_role or ""), role_as_written=page.role_as_written,
        )  # fmt: skip
        memberships.join(session, actor=actor(), joining=joining, now=clock.now())
        said = _("%(name)s belongs to the unit again from today on.", name=page.person.name)
        return Answer(url_for(".member", person_id=person_id), said)

    return perform(deed)
