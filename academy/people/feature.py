"""What people plugs in."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import click
from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from academy.ground import clock, db, passwords
from academy.ground.access import Actor, Capability, Role
from academy.ground.errors import Refused
from academy.ground.feature import DeskItem, Every, Feature, Finding, Hit, HitKind, Invariant, Lookup, NavItem
from academy.ground.text import N_, clean_name
from academy.people import jobs
from academy.people.actions import account as accounts
from academy.people.actions import register
from academy.people.queries import binding, finding, moves, truths
from academy.people.queries import office as office_queries
from academy.people.queries import register as queries
from academy.people.queries.finding import PersonFound
from academy.people.queries.register import PersonView
from academy.people.rules import units as lists
from academy.people.rules.register import Sought, read_search
from academy.people.rules.signing_in import problems_with_password
from academy.people.sample import fill
from academy.people.sample import staff as sample_staff
from academy.people.views import (
    account,
    blueprint,
    desk_asks,
    desks,
    exports,
    joining,
    login,
    members,
    office,
    picking,
    preferences,
    transfers,
)
from academy.people.views import binding as binding_views
from academy.people.views import units as unit_views

# Their pages hang on the one blueprint as soon as they are imported.
_PAGES = (
    account, binding_views, desk_asks, desks, exports, joining, login, members, office, picking, preferences,
    transfers, unit_views,
)  # fmt: skip


def _requests(session: Session, actor: Actor, now: datetime) -> tuple[DeskItem, ...]:
    """Ask liaisons and the office to look at ID cards."""
    if not (actor.may(Capability.DESK_UNIT) or actor.may(Capability.PERSON_LIST)):
        return ()
    count = binding.count_open_requests(session, actor, on=clock.local_date(now))
    if not count:
        return ()
    return (
        DeskItem(
            count=count,
            sentence=ngettext(
                "person waits to have a phone bound", "people wait to have their phones bound", count
            ),
            detail=_("They cannot sign in before somebody has seen their ID cards."),
            url=url_for("people.requests"),
            action=_("Look at them"),
            urgency=30,
            capability=Capability.PERSON_BIND_PHONE,
        ),
    )


def _moves(session: Session, actor: Actor, now: datetime) -> tuple[DeskItem, ...]:
    """Ask liaisons to decide who moves from or to their units."""
    count = moves.count_awaiting(session, actor) if actor.may(Capability.DESK_UNIT) else 0
    if not count:
        return ()
    return (
        DeskItem(
            count=count,
            sentence=ngettext("person is to move between units", "people are to move between units", count),
            detail=_("The other unit has asked; confirm or refuse it."),
            url=url_for("people.transfers"),
            action=_("Decide"),
            urgency=35,
            capability=Capability.DESK_UNIT,
        ),
    )


def _find(session: Session, actor: Actor, now: datetime, lookup: Lookup) -> tuple[Hit, ...]:
    """Find people for the office, by a whole phone or ID number too, and for liaisons those of their units."""
    today, in_office = clock.local_date(now), actor.may(Capability.PERSON_LIST)
    search = read_search(lookup.words)
    people: Sequence[PersonView | PersonFound] = (
        office_queries.people(session, office_queries.Wanted(search=search), on=today, size=lookup.most).rows
        if in_office and search.sought in {Sought.PHONE, Sought.ID_NUMBER}
        else finding.people(session, actor, lookup, on=today)
    )
    return tuple(
        Hit(
            kind=HitKind.PERSON,
            title=each.name,
            detail=each.unit_name,
            url=url_for("people.person", person_id=each.id)
            if in_office
            else url_for("people.member", person_id=each.id),
        )
        for each in people
    )


def _none(kind: str, ids: Sequence[int]) -> Finding:
    return Finding(count=len(ids), expected=0, examples=tuple(f"{kind} {row_id}" for row_id in ids[:5]))


def _one_holder(session: Session) -> Finding:
    return _none("phone", truths.shared_phones(session))


def _liaisons_have_units(session: Session) -> Finding:
    return _none("role_grant", truths.liaisons_without_unit(session))


def _units_are_current(session: Session) -> Finding:
    today = clock.local_date(clock.now())
    return _none("membership", truths.memberships_of_ended_units(session, today))


def _desks_are_current(session: Session) -> Finding:
    return _none("role_grant", truths.desks_of_ended_units(session, clock.local_date(clock.now())))


def _moves_are_current(session: Session) -> Finding:
    return _none("transfer", truths.moves_of_ended_units(session, clock.local_date(clock.now())))


def _belong_once(session: Session) -> Finding:
    return _none("membership", truths.people_in_one_unit_twice(session))


def _names_are_found(session: Session) -> Finding:
    return _none("person", finding.wrong_tokens(session))


def _sealed_values_open(session: Session) -> Finding:
    found = truths.sealed_values_that_do_not_open(session)
    return Finding(count=len(found), expected=0, examples=tuple(found[:5]))


_OFFICE_ROLES = [role.value for role in Role if role not in {Role.TRAINEE, Role.LIAISON}]


@click.group()
def staff() -> None:
    """Let people of the academy in: admins, instructors, auditors."""


@staff.command("add")
@click.argument("account_name", metavar="ACCOUNT")
@click.option("--name", "person_name", required=True, help="As on the ID card.")
@click.option("--role", type=click.Choice(_OFFICE_ROLES), required=True)
@click.option("--as", "actor_name", metavar="NAME", help="The account in whose name this is done.")
@click.password_option(help="Asked for where it is not given; at least ten characters.")
def add_staff(account_name: str, person_name: str, role: str, actor_name: str | None, password: str) -> None:
    """Enter somebody with an account; the first admin of a new academy comes in this way."""
    if problems := problems_with_password(password, account_name=account_name):
        raise Refused(*problems)
    password_hash, now = passwords.hash_of(password), clock.now()
    with db.transaction() as session:
        actor = queries.acting_as(session, actor_name)
        person = register.NewPerson(name=clean_name(person_name), role=Role(role))
        register.add_staff(
            session, actor=actor, person=person, account_name=account_name.lower(),
            password_hash=password_hash, now=now,
        )  # fmt: skip
    click.echo(f"{person_name} may sign in as {account_name.lower()}.")


@staff.command("end")
@click.argument("account_name", metavar="ACCOUNT")
@click.option("--as", "actor_name", metavar="NAME", help="The account in whose name this is done.")
def end_staff(account_name: str, actor_name: str | None) -> None:
    """End all roles of an account from today on, and sign it out everywhere; what it did stays on file."""
    with db.transaction() as session:
        actor = queries.acting_as(session, actor_name)
        devices = accounts.end_staff(session, actor=actor, account_name=account_name, now=clock.now())
    click.echo(f"{account_name.lower()} holds no role any more and is signed out; devices: {devices}.")


@click.group()
def units() -> None:
    """Keep the districts and streets that send trainees."""


@units.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "actor_name", metavar="NAME", help="The account in whose name this is done.")
@click.option("--dry-run", is_flag=True, help="Print what would be added, and change nothing.")
def import_units(file: Path, actor_name: str | None, *, dry_run: bool) -> None:
    """Add the units of FILE: two columns, district and street, as CSV or text; a second run adds nothing."""
    listed, now = lists.read_units(file.read_bytes()), clock.now()
    today = clock.local_date(now)
    with db.reading() if dry_run else db.transaction() as session:
        diff = lists.compare(listed, queries.unit_paths(session, today))
        if not dry_run:
            actor = queries.acting_as(session, actor_name)
            register.add_units_many(session, actor=actor, paths=listed, starts_on=today, now=now)
    for path in diff.added:
        click.echo("+ " + " · ".join(path))
    click.echo(f"{len(diff.added)} added, {diff.known} known.")


FEATURE = Feature(
    name="people",
    commands=(staff, units),
    blueprints=(blueprint.bp,),
    schedule=(Every("people.forget-old", timedelta(hours=6), jobs.forget_old),),
    invariants=(
        Invariant("phones that sign in more than one person", _one_holder),
        Invariant("liaisons without a unit, or others with one", _liaisons_have_units),
        Invariant("current memberships of units that are not current", _units_are_current),
        Invariant("liaisons of units that are not current", _desks_are_current),
        Invariant("undecided moves from or to units that are not current", _moves_are_current),
        Invariant("people who belong to one unit twice", _belong_once),
        Invariant("people who are not found by their names (some looked at)", _names_are_found),
        Invariant("trainees of the sample academy", fill.trainees_are_all_there),
        Invariant("encrypted values that do not open or are not found (a few looked at)", _sealed_values_open),
    ),
    nav=(
        NavItem(
            label=N_("People"), endpoint="people.list", icon="people", order=45, capability=Capability.PERSON_LIST,
            phone=True,
            also=(
                "/people/", "/unit/people/", "/unit/transfers", "/unit/requests", "/admin/units", "/admin/desks",
                "/unit/imports",
            ),
        ),
        NavItem(
            label=N_("Register of people"), endpoint="people.members", icon="people", order=46,
            capability=Capability.DESK_UNIT, phone=True,
            also=("/unit/people/", "/unit/transfers", "/unit/requests", "/unit/imports"),
        ),
    ),
    desk=(_requests, _moves, desk_asks.office_desk),
    search=(_find,),
    sample=(fill.fill,),
    says=sample_staff.accounts_table(),
)  # fmt: skip
