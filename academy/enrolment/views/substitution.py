"""Another person comes in somebody's place: by the liaison until the end of arrival day, then by the office."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.classes.queries.sessions import ClassView
from academy.enrolment.actions import substituting as actions
from academy.enrolment.forms.claims import SubstituteForm
from academy.enrolment.queries import deciding, substituting
from academy.enrolment.queries.substituting import Candidate, Changeable
from academy.enrolment.rules.substituting import PlaceFacts, reasons_to_keep_person
from academy.enrolment.views.blueprint import bp
from academy.ground import clock
from academy.ground.access import Capability
from academy.people.queries import register as people
from academy.web.access import actor, requires
from academy.web.acts import Answer, Redrawn, perform
from academy.web.session import Session, reading


@bp.route("/claims/<int:enrolment_id>/substitute", methods=["GET", "POST"])
@requires(Capability.DESK_UNIT, Capability.CLASS_OFFICE)
def substitute(enrolment_id: int) -> ResponseReturnValue:
    """Choose who of the unit comes instead of somebody."""
    session, now = reading(), clock.now()
    today = clock.local_date(now)
    place = substituting.changeable(session, actor(), enrolment_id)
    class_ = deciding.existing_class(session, place.class_session_id)
    words = request.args.get("q", "").strip()[:60]
    found = substituting.candidates(session, place, words=words, on=today)
    late = today > class_.starts_on
    facts = PlaceFacts(
        class_state=class_.state, arrives_on=class_.starts_on, state=place.state, name=place.name,
        by_office=place.by_office, reason="–",
    )  # fmt: skip
    reasons = reasons_to_keep_person(facts, now=now)
    unit = people.unit(session, place.unit_id, today) if place.unit_id else None
    form = SubstituteForm()
    chosen = form.person.data if form.is_submitted() else None
    if chosen and chosen not in {each.person_id for each in found}:
        found = (*found, *substituting.candidates(session, place, words="", on=today, only=chosen))
    form.offer(
        ((each.person_id, _named(each, unit.full_name if unit else "")) for each in found), with_reason=late
    )

    def page() -> str:
        return render_template(
            "enrolment/substitute.html", form=form, place=place, class_=class_, words=words, late=late,
            back=_back(place, class_), reasons=reasons, unit_name=unit.full_name if unit else "", found=len(found),
        )  # fmt: skip

    if not form.validate_on_submit():
        return page(), 422 if form.is_submitted() else 200
    person_id, reason = form.person.data, form.reason.data or ""

    def deed(session: Session) -> Answer:
        actions.substitute(
            session, actor=actor(), enrolment_id=enrolment_id, person_id=person_id, reason=reason, now=clock.now()
        )
        return Answer(_back(place, class_), _("%(name)s is replaced; both are told.", name=place.name))

    return perform(deed, redraw=Redrawn(form, page))


def _named(who: Candidate, unit_name: str) -> str:
    """Name somebody to choose, with what tells namesakes apart, and the unit where it is one below."""
    return " · ".join(filter(None, (who.name, who.mark, who.unit_name if who.unit_name != unit_name else "")))


def _back(place: Changeable, class_: ClassView) -> str:
    return f"/teach/classes/{class_.code}" if place.by_office else url_for(".unit_claims")
