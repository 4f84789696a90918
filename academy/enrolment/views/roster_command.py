"""`academy import-roster`: a list of people from the command line, as the pages do it."""

import hashlib
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import click

from academy.enrolment.actions.rosters import import_roster as import_roster_whole
from academy.enrolment.queries import rosters
from academy.ground import clock, db, tables, workbooks
from academy.ground.access import Actor
from academy.ground.errors import NotFound, Reason, Refused
from academy.ground.tables import Grid
from academy.ground.text import DEFAULT_LOCALE, translate
from academy.people.actions.rosters import Sent, keep
from academy.people.queries import register as people
from academy.people.queries.rosters import Claim, Looked
from academy.people.rules.roster.headers import Header
from academy.people.rules.roster.places import KnownUnit, Places
from academy.people.rules.roster.plan import FATE_NAMES, Fate, Step
from academy.people.rules.roster.reading import HEADER_NOT_FOUND, first_list
from academy.people.rules.roster.telling import told, told_refused

_MOST_BYTES = workbooks.MEGABYTES * 1024 * 1024


@click.command("import-roster")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--class", "code", metavar="CODE", help="Ask the class session CODE too, and put people forward.")
@click.option("--dry-run", is_flag=True, help="Tell what would be done, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="One object, for programs.")
@click.option("--as", "actor_name", metavar="NAME", help="The account in whose name this is done.")
@click.option(
    "--units", "units_file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Known units out of a JSON file, instead of those on file; for a dry run.",
)  # fmt: skip
@click.pass_context
def import_roster(
    context: click.Context,
    file: Path,
    code: str | None,
    actor_name: str | None,
    units_file: Path | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Read the list of people in FILE, of any kind, and enter them in the register."""
    if units_file and not dry_run:
        raise click.UsageError("--units is for a dry run: the register has units of its own.")
    with file.open("rb") as opened:
        data = opened.read(_MOST_BYTES + 1)
    grid, header, reason = _opened(data)
    if header is None:
        _say_refused(file.name, reason, grid, as_json=as_json)
        context.exit(1)
    known = _units_of(units_file) if units_file else None
    actor, claim, looked = _looked(grid, header, actor_name, code or "", known)
    _say(file.name, grid, looked, as_json=as_json)
    if not dry_run:
        sent = Sent(
            file_name=file.name, sha256=hashlib.sha256(data).hexdigest(), claim=claim, grid=grid, header=header,
            steps=looked.steps,
        )  # fmt: skip
        _import(sent, actor, quiet=as_json)


def _looked(
    grid: Grid, header: Header, actor_name: str | None, code: str, known: Places | None
) -> tuple[Actor, Claim, Looked]:
    """Compare a list with the register, for the units of whoever sends it."""
    with db.reading() as session:
        actor = people.acting_as(session, actor_name)
        if code and not rosters.is_class(session, code):
            raise NotFound(f"没有班次 {code} / there is no class session {code}.")
        unit_id = None if actor.is_admin else min(actor.unit_ids, default=None)
        claim = Claim(class_code=code, unit_id=unit_id)
        on = clock.local_date(clock.now())
        return actor, claim, rosters.look(session, grid, header, claim, on=on, known_units=known)


def _import(sent: Sent, actor: Actor, *, quiet: bool) -> None:
    """Keep the list and import it at once, in one transaction."""
    now = clock.now()
    with db.transaction() as session:
        import_id = keep(session, actor=actor, sent=sent, now=now)
        done = import_roster_whole(session, actor=actor, import_id=import_id, now=now)
        if done.again:
            session.rollback()  # nothing is left of the second time
    if not quiet:
        click.echo(
            f"已导入过 / imported before: {done.import_id}"
            if done.again
            else f"已导入 / imported: {done.import_id}"
        )


def _opened(data: bytes) -> tuple[Grid, Header | None, Reason]:
    """Find the list in a file, or tell why there is none."""
    grid = Grid(sheet=None, encoding=None, rows=())
    try:
        with tables.opened(data) as grids:
            grid, header = first_list(grids)
    except Refused as error:
        return grid, None, error.reasons[0]
    return grid, header, HEADER_NOT_FOUND


def _units_of(file: Path) -> Places:
    """Read known units as `["玄武区/樱桥街道", …]`, or an object with such a list under `units`."""
    listed = json.loads(file.read_text("utf-8"))
    paths = listed["units"] if isinstance(listed, dict) else listed
    parted = (str(path).partition("/") for path in paths)
    return Places(
        KnownUnit(id=number, district=district, name=name)
        for number, (district, _slash, name) in enumerate(parted, 1)
    )


def _say_refused(name: str, reason: Reason, grid: Grid, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(told_refused(name, reason, grid), ensure_ascii=False))
    else:
        click.echo(_said(reason), err=True)


def _said(reason: Reason) -> str:
    return translate(DEFAULT_LOCALE, reason.message, reason.values)


def _say(name: str, grid: Grid, looked: Looked, *, as_json: bool) -> None:
    if as_json:
        lines = tuple(line.refused(*looked.by_class.get(line.row, ())) for line in looked.reading.lines)
        reading = replace(looked.reading, lines=lines)
        click.echo(json.dumps(told(name, grid, reading), ensure_ascii=False))
        return
    said = [_in_words(step) for step in looked.steps if step.fate is not Fate.SAME or step.warning]
    counts = Counter(step.fate for step in looked.steps)
    said.append("  ".join(f"{translate(DEFAULT_LOCALE, FATE_NAMES[fate])} {counts[fate]:,}" for fate in Fate))
    click.echo("\n".join(said))  # at once: each time it is asked for, what was said is sent off


def _in_words(step: Step) -> str:
    """Tell a row in a line: its number, what becomes of it, who it is, and why."""
    changes = (f"{change.before} → {change.after}".strip() for change in step.changes)
    warnings = (step.warning,) if step.warning else ()
    why = "；".join([*changes, *map(_said, (*step.reasons, *warnings))])
    row = step.line.row if step.line else "–"
    return f"{row:>6}  {translate(DEFAULT_LOCALE, FATE_NAMES[step.fate])}  {step.name}  {why}".rstrip()
