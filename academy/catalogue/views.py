"""Pages of courses for everybody, and of programmes for the office."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.catalogue import actions, queries
from academy.catalogue.forms import SPARE_LINES, ProgrammeForm
from academy.catalogue.rules.kinds import DOMAIN_NAMES, LEVEL_NAMES, CourseLevel, Domain
from academy.ground import clock
from academy.ground.access import Capability
from academy.ground.errors import NotFound
from academy.ground.search import is_marked
from academy.web.access import actor, public, requires
from academy.web.acts import Answer, Redrawn, perform
from academy.web.plugs import course_panels
from academy.web.session import Session, reading

bp = Blueprint("catalogue", __name__, template_folder="templates")


@bp.get("/courses/", endpoint="list")
@public
def list_courses() -> ResponseReturnValue:
    """List the courses of one domain; whoever looks for something sees both, those first whose titles have it."""
    words = request.args.get("q", "").strip()[:100]
    level = request.args.get("level", type=CourseLevel)
    found = queries.courses(reading(), words=words, level=level)
    counts = {each: sum(line.domain is each for line in found) for each in Domain}
    chosen = request.args.get("domain", type=Domain)
    with_some = next((each for each in Domain if counts[each]), Domain.THEORY)
    domain = chosen if chosen or words or level else with_some
    shown = [line for line in found if domain in {None, line.domain}]
    return render_template(
        "catalogue/list.html",
        courses=sorted(shown, key=lambda line: not is_marked(line.title, words)) if words else shown,
        domain=domain,
        chosen=chosen,
        counts=counts,
        words=words,
        level=level,
        may_edit=actor().may(Capability.CLASS_EDIT),
        domain_names=DOMAIN_NAMES,
        level_names=LEVEL_NAMES,
    )


@bp.get("/courses/<slug>")
@public
def show(slug: str) -> ResponseReturnValue:
    """Show one course: what it is for, what is done in each hour, what it builds on."""
    course = queries.course(reading(), slug)
    if course is None:
        raise NotFound
    return render_template(
        "catalogue/show.html",
        course=course,
        domain_names=DOMAIN_NAMES,
        level_names=LEVEL_NAMES,
        panels=course_panels(course.id),
    )


@bp.get("/admin/programmes/")
@requires(Capability.CLASS_EDIT)
def programmes() -> ResponseReturnValue:
    """List the programmes."""
    return render_template("catalogue/programmes.html", programmes=queries.programmes(reading()))


@bp.route("/admin/programmes/new", methods=["GET", "POST"])
@requires(Capability.CLASS_EDIT)
def new_programme() -> ResponseReturnValue:
    """Make a programme."""
    form = ProgrammeForm()
    form.offer(queries.course_titles(reading()), _("– no course –"))
    if not form.validate_on_submit():
        return _programme_page(form, None), 422 if form.is_submitted() else 200

    def deed(session: Session) -> Answer:
        programme = actions.add_programme(session, actor=actor(), now=clock.now(), **form.values())
        return Answer(url_for(".programmes"), _("The programme “%(title)s” is made.", title=programme.title))

    return perform(deed, redraw=Redrawn(form, lambda: _programme_page(form, None)))


@bp.route("/admin/programmes/<int:programme_id>", methods=["GET", "POST"])
@requires(Capability.CLASS_EDIT)
def edit_programme(programme_id: int) -> ResponseReturnValue:
    """Change a programme."""
    programme = queries.programme(reading(), programme_id)
    ids = [line.id for line in programme.courses]
    form = ProgrammeForm(
        data={
            "title": programme.title,
            "required_percent": programme.required_percent,
            "courses": ids + [0] * SPARE_LINES,
        }
    )
    form.offer(queries.course_titles(reading(), ids), _("– no course –"))
    if not form.validate_on_submit():
        return _programme_page(form, programme), 422 if form.is_submitted() else 200

    def deed(session: Session) -> Answer:
        actions.change_programme(
            session, actor=actor(), programme_id=programme_id, now=clock.now(), **form.values()
        )
        return Answer(url_for(".programmes"), _("The programme is changed."))

    return perform(deed, redraw=Redrawn(form, lambda: _programme_page(form, programme)))


def _programme_page(form: ProgrammeForm, programme: queries.ProgrammeView | None) -> str:
    return render_template("catalogue/programme.html", form=form, programme=programme)
