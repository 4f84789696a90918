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
from academy.sites.rules import KIND_NAMES, DistrictCount, map_links, tiles, weekday_runs
from academy.web.access import actor, public, requires
from academy.web.acts import Answer, Redrawn, perform
from academy.web.i18n import habits
from academy.web.plugs import place_panels
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
    return format_list(said, style="unit", locale=habits()) if said else ""


def _weekdays() -> dict[int, str]:
    names = get_day_names("abbreviated", locale=habits())
    return {number + 1: str(names[number]) for number in range(7)}


@bp.get("/sites/", endpoint="list")
@public
def list_sites() -> ResponseReturnValue:
    """List the field sites by district, of one district if asked, beside a drawing of the districts."""
    found = queries.field_sites(reading(), on=clock.local_date(clock.now()))
    groups = [
        (DistrictCount(id=district_id or 0, name=name, count=len(sites)), sites)
        for (district_id, name), group in groupby(found, lambda site: (site.facts.district_id, site.district_name))
        if (sites := list(group))
    ]
    districts = [district for district, _sites in groups]
    chosen = request.args.get("district", type=int)
    return render_template(
        "sites/list.html",
        groups=[(district, sites) for district, sites in groups if chosen in {None, district.id}],
        districts=districts,
        tiles=tiles(districts),
        chosen=chosen,
        total=len(found),
        days={weekdays: opening_days(weekdays) for weekdays in {site.facts.opening_weekdays for site in found}},
    )


@bp.get("/sites/<slug>")
@public
def show(slug: str) -> ResponseReturnValue:
    """Show one place: where it is, what is taught, when it is open, how to get there, what is near."""
    session, today = reading(), clock.local_date(clock.now())
    place = queries.place(session, slug)
    if place is None:
        raise NotFound
    facts = place.facts
    links = None
    if facts.gcj02_latitude is not None and facts.gcj02_longitude is not None:
        links = map_links(facts.name, facts.address, facts.gcj02_latitude, facts.gcj02_longitude)
    near = queries.field_sites(session, facts.district_id, on=today) if facts.district_id else ()
    return render_template(
        "sites/show.html",
        place=place,
        links=links,
        opening_days=opening_days(facts.opening_weekdays),
        retired=place.retired_on is not None and place.retired_on <= today,
        near=[each for each in near if each.slug != slug],
        panels=place_panels(place.id),
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

    def page() -> str:
        return render_template("sites/new.html", form=form)

    if not form.validate_on_submit():
        return page(), 422 if form.is_submitted() else 200

    def deed(session: Session) -> Answer:
        place = actions.add_place(session, actor=actor(), facts=form.facts(), now=clock.now())
        return Answer(url_for(".edit", slug=place.slug), _("%(name)s is added.", name=place.name))

    return perform(deed, redraw=Redrawn(form, page))


@bp.route("/admin/places/<slug>", methods=["GET", "POST"])
@requires(Capability.CLASS_EDIT)
def edit(slug: str) -> ResponseReturnValue:
    """Change a place."""
    place = queries.place(reading(), slug)
    if place is None:
        raise NotFound
    form = PlaceForm(data={**asdict(place.facts), "district_id": place.facts.district_id or 0})
    _offer(form)

    def page() -> str:
        retire_form = RetireForm(None, on=place.retired_on)
        return render_template("sites/edit.html", form=form, place=place, retire_form=retire_form)

    if not form.validate_on_submit():
        return page(), 422 if form.is_submitted() else 200

    def deed(session: Session) -> Answer:
        actions.change_place(session, actor=actor(), slug=slug, facts=form.facts(), now=clock.now())
        return Answer(url_for(".edit", slug=slug), _("%(name)s is changed.", name=form.facts().name))

    return perform(deed, redraw=Redrawn(form, page))


@bp.post("/admin/places/<slug>/retire")
@requires(Capability.CLASS_EDIT)
def retire(slug: str) -> ResponseReturnValue:
    """Take a place out of use from a day on, or into use again where no day is given."""
    place = queries.place(reading(), slug)
    if place is None:
        raise NotFound
    form = RetireForm()

    def page() -> str:
        edit_form = PlaceForm(None, data={**asdict(place.facts), "district_id": place.facts.district_id or 0})
        _offer(edit_form)
        return render_template("sites/edit.html", form=edit_form, place=place, retire_form=form)

    if not form.validate_on_submit():
        return page(), 422

    def deed(session: Session) -> Answer:
        actions.retire_place(session, actor=actor(), slug=slug, on=form.on.data, now=clock.now())
        said = _("The place is out of use from that day.") if form.on.data else _("The place is in use.")
        return Answer(url_for(".places"), said)

    return perform(deed, redraw=Redrawn(form, page))


def _offer(form: PlaceForm) -> None:
    districts = people.unit_tree(reading(), clock.local_date(clock.now()))
    form.offer(
        kinds=[(kind.value, _(name)) for kind, name in KIND_NAMES.items()],
        districts=[(0, _("– none –")), *((district.id, district.name) for district in districts)],
        weekdays=list(_weekdays().items()),
    )
