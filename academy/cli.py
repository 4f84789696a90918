"""The `academy` command: what the operator does, made of what the features bring."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

import click
import structlog
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from academy.app import FEATURES, bind, refuse_to_serve
from academy.clockwork import jobs, runner
from academy.ground import clock, db, migrating, serving
from academy.ground.access import operator
from academy.ground.errors import AcademyError, Refused
from academy.ground.feature import AlreadyFilled, Finding, Sample
from academy.ground.feature import Progress as Report
from academy.ground.settings import BadSettings, Settings, read
from academy.ground.text import DEFAULT_LOCALE, translate

console = Console(highlight=False)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def academy(context: click.Context) -> None:
    """Run the academy. Settings come from ACADEMY_… variables; see docs/operating.md."""
    context.obj = settings = read(os.environ)
    context.call_on_close(bind(settings).close)


@academy.command()
@click.pass_obj
def migrate(settings: Settings) -> None:
    """Bring the database to this program's schema."""
    settings.var.mkdir(parents=True, exist_ok=True, mode=0o700)
    if migrating.version(db.bound()) == migrating.head():
        console.print(f"数据库已是最新 / the database is at {migrating.head()}")
        return
    migrating.upgrade(db.bound())
    console.print(f"数据库已更新 / the database is now at {migrating.head()}")


@academy.command()
@click.argument("message")
def revision(message: str) -> None:
    """Write the next migration from the models (developers)."""
    console.print(f"migrations/versions/{migrating.revise(db.bound(), message)}_…")


@academy.command()
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The day around which the sample turns.")
@click.pass_obj
def demo(settings: Settings, today: datetime | None) -> None:
    """Fill an empty academy with the sample: 42 courses, 164 classes, 28 sites, 15,300 trainees."""
    if settings.production:
        raise click.ClickException("Production refuses the sample academy: set ACADEMY_ENV=development")
    _migrate_quietly(settings)
    try:
        _fill(settings, today.date() if today else clock.local_date(clock.now()))
    except AlreadyFilled:
        console.print("样本数据已在，没有改动 / the sample is there already, nothing was changed")
    _say_accounts()


def _fill(settings: Settings, today: date) -> None:
    """Fill the sample academy in one transaction: all of it or nothing."""
    with _progress_bar() as progress, db.transaction() as session:
        sample = Sample(
            session=session,
            actor=operator("demo"),
            now=clock.at(today, 8, 30),
            today=today,
            settings=settings,
            progress=progress,
        )
        for feature in FEATURES:
            for fill in feature.sample:
                fill(sample)
                db.look_again(session)
    with _progress_bar() as progress:  # what the sample asked for is done as for real people
        jobs.work_off(
            settings, FEATURES, report=lambda done, of: progress(done, of, "证书文件 certificate files")
        )  # fmt: skip


@contextmanager
def _progress_bar() -> Iterator[Report]:
    columns = TextColumn("{task.description:<28}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=console) as bar:
        tasks: dict[str, object] = {}

        def report(done: int, total: int, message: str = "") -> None:
            if message not in tasks:
                tasks[message] = bar.add_task(message, total=total)
            bar.update(tasks[message], completed=done, total=total)  # type: ignore[arg-type]  # a TaskID it gave

        yield report


def _say_accounts() -> None:
    for feature in FEATURES:
        for line in feature.says:
            console.print(line)


@academy.command()
@click.option("--json", "as_json", is_flag=True, help="One object per invariant.")
def audit(*, as_json: bool) -> None:
    """Check every invariant of the database; exit 1 if one is broken."""
    with db.reading() as session:
        findings = [
            (invariant.name, finding)
            for feature in FEATURES
            for invariant in feature.invariants
            if (finding := invariant.check(session)) is not None
        ]
    if as_json:
        for name, finding in findings:
            row = {"invariant": name, "count": finding.count, "expected": finding.expected, "ok": _holds(finding)}
            click.echo(json.dumps(row, ensure_ascii=False))
    else:
        for name, finding in findings:
            mark = "[green]ok    [/]" if _holds(finding) else "[red]BROKEN[/]"
            console.print(f"{mark} {finding.count:>8,}  (expected {finding.expected:,})  {name}", soft_wrap=True)
            for example in finding.examples if not _holds(finding) else ():
                console.print(f"       {example}", soft_wrap=True)
    if not all(_holds(finding) for _name, finding in findings):
        sys.exit(1)


def _holds(finding: Finding) -> bool:
    return finding.count == finding.expected


@academy.command()
@click.option("--workers", type=int, default=2, show_default=True, help="Worker processes.")
@click.pass_obj
def worker(settings: Settings, workers: int) -> None:
    """Run background jobs and clockwork until told to stop."""
    bell = runner.Bell(settings)
    runner.bind(bell)
    jobs.serve(settings, FEATURES, bell, processes=workers)


@academy.command()
@click.pass_obj
def serve(settings: Settings) -> None:
    """Serve the pages until told to stop."""
    refuse_to_serve(settings, db.bound())
    sys.exit(serving.serve_pages(settings, say=console.print))


@academy.command()
@click.pass_obj
def up(settings: Settings) -> None:
    """Bring everything up: schema, sample at the first start, pages and worker together."""
    _migrate_quietly(settings)
    if settings.sample:
        try:
            _fill(settings, clock.local_date(clock.now()))
        except AlreadyFilled:
            console.print("· 样本数据已在 / the sample academy is there")
        _say_accounts()
    refuse_to_serve(settings, db.bound())
    db.bound().close()
    sys.exit(serving.serve_all(settings, say=console.print))


def _migrate_quietly(settings: Settings) -> None:
    settings.var.mkdir(parents=True, exist_ok=True, mode=0o700)
    if migrating.version(db.bound()) != migrating.head():
        console.print("· 建立数据库 / bringing the database to its schema")
        migrating.upgrade(db.bound())


for _feature in FEATURES:
    for _command in _feature.commands:
        academy.add_command(_command)


def main() -> None:
    """Run a command; what the product can explain is said in a line, anything else is a bug with its trace."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    try:
        academy(prog_name="academy")
    except BadSettings as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    except Refused as error:
        for reason in error.reasons:
            click.echo(translate(DEFAULT_LOCALE, reason.message, reason.values), err=True)
        sys.exit(1)
    except AcademyError as error:
        click.echo(str(error) or type(error).__name__, err=True)
        sys.exit(1)
