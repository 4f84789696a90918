"""What the catalogue plugs in."""

import sys
from datetime import datetime
from pathlib import Path

import click
from flask import url_for
from sqlalchemy.orm import Session

from academy.catalogue import actions, queries, sample, views
from academy.catalogue.rules.files import Course
from academy.ground import clock, db
from academy.ground.access import Actor, Capability
from academy.ground.errors import Unreadable
from academy.ground.feature import Feature, Finding, Hit, HitKind, Invariant, Lookup, NavItem
from academy.ground.search import is_marked
from academy.ground.settings import ROOT
from academy.ground.text import N_
from academy.people.queries import register as people

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group()
def courses() -> None:
    """Check the course files and bring the catalogue in line with them."""


@courses.command()
@click.argument("folder", type=_FOLDER, default=ROOT / "courses")
def check(folder: Path) -> None:
    """Read every course file and print each problem; exit 1 if there is one."""
    found = _read(folder)
    click.echo(f"{len(found)} courses in {folder}: no problem.")


@courses.command()
@click.option("--as", "name", metavar="NAME", help="The account in whose name this is done.")
@click.option("--dry-run", is_flag=True, help="Print what would change, and change nothing.")
@click.option("--folder", type=_FOLDER, default=ROOT / "courses", help="The folder of courses.")
def sync(name: str | None, *, dry_run: bool, folder: Path) -> None:
    """Make the catalogue what the course files say; a second run changes nothing."""
    found = _read(folder)
    if dry_run:
        with db.reading() as session:
            diff = actions.compare(session, found)
    else:
        with db.transaction() as session:
            diff = actions.apply(session, actor=people.acting_as(session, name), courses=found, now=clock.now())
    for line in _lines(diff):
        click.echo(line)


def _read(folder: Path) -> tuple[Course, ...]:
    try:
        return actions.read(folder)
    except Unreadable as error:
        for problem in error.problems:
            click.echo(problem, err=True)
        click.echo(f"{len(error.problems)} problem(s).", err=True)
        sys.exit(1)


def _lines(diff: actions.Diff) -> list[str]:
    """Print a diff: + added, ~ changed with the fields, - retired, then the counts."""
    added, changed, retired = len(diff.added), len(diff.changed), len(diff.retired)
    return [
        *(f"+ {course.path}  {course.file.title}" for course in diff.added),
        *(f"~ {change.slug}  {change.title}: {', '.join(change.fields)}" for change in diff.changed),
        *(f"- {change.slug}  {change.title}: retired" for change in diff.retired),
        f"{added} added, {changed} changed, {retired} retired, {diff.unchanged} unchanged.",
    ]


def _outlines_fit(session: Session) -> Finding:
    slugs = queries.courses_without_outline(session)
    return Finding(count=len(slugs), expected=0, examples=tuple(f"course {slug}" for slug in slugs[:5]))


def _programmes_teach(session: Session) -> Finding:
    slugs = [line.slug for line in queries.programmes(session) if line.course_count == 0]
    return Finding(count=len(slugs), expected=0, examples=tuple(f"programme {slug}" for slug in slugs[:5]))


def _are_found(session: Session) -> Finding:
    ids = queries.wrong_tokens(session)
    return Finding(count=len(ids), expected=0, examples=tuple(f"course {row_id}" for row_id in ids[:5]))


def _find(session: Session, _actor: Actor, _now: datetime, lookup: Lookup) -> tuple[Hit, ...]:
    """Find courses, those first whose titles have the words."""
    found = sorted(
        queries.courses(session, words=lookup.words), key=lambda line: not is_marked(line.title, lookup.words)
    )
    return tuple(
        Hit(
            kind=HitKind.COURSE,
            title=line.title,
            detail=line.summary,
            url=url_for("catalogue.show", slug=line.slug),
        )
        for line in found[: lookup.most]
    )


FEATURE = Feature(
    name="catalogue",
    blueprints=(views.bp,),
    commands=(courses,),
    invariants=(
        Invariant("courses whose outline does not fill their hours", _outlines_fit),
        Invariant("courses that are not found by their words (some looked at)", _are_found),
        Invariant("programmes without a course", _programmes_teach),
    ),
    sample=(sample.fill,),
    search=(_find,),
    nav=(
        NavItem(
            label=N_("Courses"),
            endpoint="catalogue.list",
            icon="book",
            order=10,
            but=(Capability.DESK_ADMIN, Capability.DESK_UNIT),
        ),
    ),
)
