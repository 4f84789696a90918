"""Pages of field sites for everybody, and of all places for the office."""

from dataclasses import asdict
from itertools import groupby

from babel.dates import get_day_names
from babel.lists import format_list
from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.ground import clock
from academy.ground.access import Capability
from academy.ground.errors import NotFound
from academy.people.queries import register as people
from academy.sites import actions, queries
from academy.sites.forms import PlaceForm, RetireForm
from academy.sites.rules import KIND_NAMES, map_links, weekday_runs
from academy.web.access import actor, public, requires
from academy.web.acts import Answer, perform
from academy.web.i18n import locale
from academy.web.session import Session, reading

bp = Blueprint("sites", __name__, template_folder="templates")


def opening_days(weekdays: tuple[int, ...]) -> str:
    """Say on which days a place is open: every day, or the runs of days that follow each other."""
    names = _weekdays()
    runs = weekday_runs(weekdays)
    if runs == ((1, 7),):
        return str(_("Every day"))
    said = [
        names[first] if first == last else _("%(first)s to %(last)s", first=names[first], last=names[last])
        for first, last in runs
    ]
    return format_list(said, style="unit", locale=locale()) if said else ""


def _weekdays() -> dict[int, str]:
    names = get_day_names("abbreviated", locale=locale())
    return {number + 1: str(names[number]) for number in range(7)}


@bp.get("/sites/", endpoint="list")
@public
def list_sites() -> ResponseReturnValue:
    """List the field sites by district, of one district if asked."""
    today = clock.local_date(clock.now())
    found = queries.field_sites(reading(), on=today)
    counts = [
        (district_id, name, len(list(sites)))
        for (district_id, name), sites in groupby(found, lambda site: (site.facts.district_id, site.district_name))
    ]
    chosen = request.args.get("district", type=int)
    shown = [site for site in found if chosen in {None, site.facts.district_id}]
    return render_template(
        "sites/list.html",
        groups=[(name, list(sites)) for name, sites in groupby(shown, lambda site: site.district_name)],
        counts=counts,
        chosen=chosen,
        shown=len(shown),
        total=len(found),
        opening_days=opening_days,
    )


@bp.get("/sites/<slug>")
@public
def show(slug: str) -> ResponseReturnValue:
    """Show one place: where it is, what is taught, when it is open, how to get there."""
    place = queries.place(reading(), slug)
    if place is None:
        raise NotFound
    facts = place.facts
    links = None
    if facts.gcj02_latitude is not None and facts.gcj02_longitude is not None:
        links = map_links(facts.name, facts.address, facts.gcj02_latitude, facts.gcj02_longitude)
    return render_template(
        "sites/show.html",
        place=place,
        links=links,
        opening_days=opening_days(facts.opening_weekdays),
        retired=place.retired_on is not None and place.retired_on <= clock.local_date(clock.now()),
    )


@bp.get("/admin/places/")
@requires(Capability.CLASS_EDIT)
def places() -> ResponseReturnValue:
    """List every place for the office."""
    found = queries.all_places(reading())
    return render_template("sites/places.html", places=found, today=clock.local_date(clock.now()))


@bp.route("/admin/places/new", methods=["GET", "POST"])
@requires(Capability.CLASS_EDIT)
def new() -> ResponseReturnValue:
    """Add a place."""
    form = PlaceForm()
    _offer(form)
    if not form.validate_on_submit():
        return render_template("sites/new.html", form=form), 422 if form.is_submitted() else 200

    def deed(session: Session) -> Answer:
        place = actions.add_place(session, actor=actor(), facts=form.facts(), now=clock.now())
        return Answer(url_for(".edit", slug=place.slug), _("%(name)s is added.", name=place.name))

    return perform(deed)


@bp.route("/admin/places/<slug>", methods=["GET", "POST"])
@requires(Capability.CLASS_EDIT)
def edit(slug: str) -> ResponseReturnValue:
    """Change a place."""
    place = queries.place(reading(), slug)
    if place is None:
        raise NotFound
    form = PlaceForm(data={**asdict(place.facts), "district_id": place.facts.district_id or 0})
    _offer(form)
    if not form.validate_on_submit():
        page = render_template(
            "sites/edit.html", form=form, place=place, retire_form=RetireForm(None, on=place.retired_on)
        )
        return page, 422 if form.is_submitted() else 200

    def deed(session: Session) -> Answer:
        actions.change_place(session, actor=actor(), slug=slug, facts=form.facts(), now=clock.now())
        return Answer(url_for(".edit", slug=slug), _("%(name)s is changed.", name=form.facts().name))

    return perform(deed)


@bp.post("/admin/places/<slug>/retire")
@requires(Capability.CLASS_EDIT)
def retire(slug: str) -> ResponseReturnValue:
    """Take a place out of use from a day on, or into use again where no day is given."""
    place = queries.place(reading(), slug)
    if place is None:
        raise NotFound
    form = RetireForm()
    if not form.validate_on_submit():
        edit_form = PlaceForm(None, data={**asdict(place.facts), "district_id": place.facts.district_id or 0})
        _offer(edit_form)
        return render_template("sites/edit.html", form=edit_form, place=place, retire_form=form), 422

    def deed(session: Session) -> Answer:
        actions.retire_place(session, actor=actor(), slug=slug, on=form.on.data, now=clock.now())
        said = _("The place is out of use from that day.") if form.on.data else _("The place is in use.")
        return Answer(url_for(".places"), said)

    return perform(deed)


def _offer(form: PlaceForm) -> None:
    districts = people.unit_tree(reading(), clock.local_date(clock.now()))
    form.offer(
        kinds=[(kind.value, _(name)) for kind, name in KIND_NAMES.items()],
        districts=[(0, _("– none –")), *((district.id, district.name) for district in districts)],
        weekdays=list(_weekdays().items()),
    )
