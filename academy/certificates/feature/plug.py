"""What certificates plug in."""

from datetime import timedelta

from academy.certificates import sample
from academy.certificates.feature import checks, sample_answers
from academy.certificates.feature.commands import commands
from academy.certificates.feature.desk import desk, find, panel
from academy.certificates.feature.invariants import INVARIANTS
from academy.certificates.feature.key_commands import key_commands
from academy.certificates.feature.printing import FORGET
from academy.certificates.feature.waiting import forget_waiting
from academy.certificates.feature.work import JOBS, SWEEP
from academy.certificates.queries.held import credentials
from academy.certificates.views import checking, exports, giving, living, paper, pausing, proving
from academy.certificates.views import checks as check_views
from academy.certificates.views import designs as design_views
from academy.certificates.views import printing as printing_views
from academy.ground.access import Capability
from academy.ground.feature import Every, Feature, NavItem
from academy.ground.text import N_

FEATURE = Feature(
    name="certificates",
    blueprints=(
        exports.bp, proving.bp, living.bp, check_views.bp, design_views.bp, pausing.bp, paper.bp, checking.bp,
        giving.bp, printing_views.bp,
    ),
    jobs=JOBS.jobs,
    commands=(commands, key_commands),
    invariants=INVARIANTS,
    sample=(sample.fill, sample_answers.fill),
    nav=(
        NavItem(
            label=N_("Certificates"), endpoint="batches.office", icon="award", order=50,
            capability=Capability.CERTIFICATE_PROPOSE, phone=True, also=("/admin/batches/",),
        ),
        NavItem(
            label=N_("Certificates"), endpoint="certificates.mine", icon="award", order=70,
            capability=Capability.CERTIFICATE_HOLD, phone=True,
        ),
        NavItem(
            label=N_("Check certificates"), endpoint="checking.ask", icon="patch-check", order=75,
            capability=Capability.DESK_UNIT,
        ),
    ),
    schedule=(Every("certificates.forget-waiting", timedelta(hours=6), forget_waiting), FORGET, SWEEP),
    desk=(desk, checks.desk),
    search=(find,),
    panels=(panel,),
    credentials=(credentials,),
)  # fmt: skip
