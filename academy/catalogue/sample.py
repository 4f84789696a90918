"""The catalogue of the sample academy: the courses as `courses/` has them, and programmes that teach them all."""

from dataclasses import dataclass

from academy.catalogue import actions, queries
from academy.ground.feature import Sample
from academy.ground.settings import ROOT


@dataclass(frozen=True, slots=True)
class Programme:
    """One programme of the sample and the courses it teaches, in order."""

    slug: str
    title: str
    required_percent: int
    courses: str


# All but 骨干研修 can be a grid worker's first: they teach what their courses build on.
PROGRAMMES = (
    Programme(
        "induction", "新任网格员岗前培训", 80,
        "grid-role-and-duties social-governance-regulation personal-information fire-law-and-duties home-visits "
        "grid-platform service-notes",
    ),
    Programme(
        "yearly", "在岗网格员年度轮训", 80,
        "fraud-tactics personal-information rented-housing-services elder-care-policy labour-disputes "
        "waste-and-environment phone-skills excel-for-grids fraud-dissuasion",
    ),
    Programme(
        "grid-leads", "网格长骨干研修", 85,
        "community-self-governance petitions-and-requests civil-code-neighbours property-management-law "
        "residents-meeting volunteer-teams public-speaking case-writing",
    ),
    Programme(
        "mediation", "专职网格员调解实务", 80,
        "civil-code-neighbours mediation-law labour-disputes personal-information home-visits neighbour-mediation",
    ),
    Programme(
        "safety", "社区安全与应急", 80,
        "grid-role-and-duties hazard-knowledge emergency-management-basics fire-law-and-duties ebike-safety "
        "fire-fighting-drill gas-safety-check flood-season emergency-drill",
    ),
    Programme(
        "justice", "政法网格员联训", 80,
        "grid-role-and-duties public-security-law domestic-violence-law minors-protection personal-information "
        "rented-housing-services social-governance-regulation labour-disputes child-safety-outreach",
    ),
    Programme(
        "part-time", "兼职网格员入门", 75,
        "personal-information fraud-tactics elder-care-policy waste-and-environment home-visits phone-skills",
    ),
    Programme(
        "care", "心理与助老专题", 80,
        "grid-role-and-duties personal-information elder-care-policy mental-health-basics "
        "social-assistance-policy home-visits elderly-visits crisis-first-contact",
    ),
    Programme(
        "first-aid", "急救与反诈实操专题", 80,
        "fraud-tactics elder-care-policy first-aid-cpr first-aid-injuries fraud-dissuasion",
    ),
)  # fmt: skip


def fill(sample: Sample) -> None:
    """Bring in the courses, and make the programmes."""
    actions.sync(sample.session, actor=sample.actor, folder=ROOT / "courses", now=sample.now)
    ids = queries.course_ids(sample.session)
    for done, programme in enumerate(PROGRAMMES, 1):
        actions.add_programme(
            sample.session,
            actor=sample.actor,
            title=programme.title,
            slug=programme.slug,
            required_percent=programme.required_percent,
            course_ids=[ids[slug] for slug in programme.courses.split()],
            now=sample.now,
            sample=True,
        )
        sample.progress(done, len(PROGRAMMES), "课程 courses")
