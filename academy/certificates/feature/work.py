"""The work of certificates: jobs, for the worker and for commands that see one through, and what is done daily."""

from datetime import datetime, timedelta

import structlog

from academy.certificates import jobs
from academy.certificates.actions import making, printing, sweeping
from academy.certificates.feature.printing import print_class
from academy.ground import db
from academy.ground.feature import Every, Feature, JobType
from academy.ground.settings import Settings

log = structlog.get_logger()

JOBS = Feature(
    name="certificates",
    jobs=(
        JobType(making.ISSUE_JOB, jobs.issue),
        JobType(making.MAKE_JOB, jobs.make_one),
        JobType(printing.PRINT_JOB, print_class),
    ),
)


def _sweep(now: datetime, _settings: Settings) -> None:
    with db.reading() as session:
        log.info("parts of certificates that nobody names were removed", files=sweeping.sweep(session, now=now))


SWEEP = Every("certificates.sweep", timedelta(days=1), _sweep)
