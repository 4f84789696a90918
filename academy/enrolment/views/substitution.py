"""Another person comes in somebody's place: by the liaison until the end of arrival day, then by the office."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.classes.queries.sessions import ClassView
from academy.enrolment.actions import substituting as actions
from academy.enrolment.forms.claims import SubstituteForm
from academy.enrolment.queries import candidates, deciding, substituting
from academy.enrolment.queries.substituting import Candidate, Changeable
from academy.enrolment.rules.substituting import PlaceFacts, of_other, reasons_to_keep_person
from academy.enrolment.views.blueprint import bp
from academy.ground import clock
from academy.ground.access import Capability
from academy.ground.errors import Reason
from academy.people.queries import register as people
from academy.web.access import actor, requires
from academy.web.acts import Answer, Redrawn, perform
from academy.web.session import Session, reading


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A place that may change hands, and who was found for it."""

    place: Changeable
    class_: ClassView
    unit_name: str
    words: str
    found: tuple[Candidate, ...]
    against: Mapping[int, tuple[Reason, ...]]

    def named(self, who: Candidate) -> str:
        """Name somebody to choose."""
        return _named(who, self.unit_name)


def _asked(enrolment_id: int, chosen: int | None) -> _Asked:
    """Find who of the unit could come; whoever was chosen is among them, whatever the words."""
    session, today = reading(), clock.local_date(clock.now())
    place = substituting.changeable(session, actor(), enrolment_id)
    class_ = deciding.existing_class(session, place.class_session_id)
    words = request.args.get("q", "").strip()[:60]
    found = substituting.candidates(session, place, words=words, on=today)
    if chosen and chosen not in {each.person_id for each in found}:
        found = (*found, *substituting.candidates(session, place, words="", on=today, only=chosen))
    unit = people.unit(session, place.unit_id, today) if place.unit_id else None
    ids = [each.person_id for each in found]
    return _Asked(
        place=place, class_=class_, unit_name=unit.full_name if unit else "", words=words, found=found,
        against=candidates.reasons_against(session, class_, ids, group_id=place.group_id),
    )  # fmt: skip


def _page(asked: _Asked, form: SubstituteForm, *, late: bool) -> str:
    """Draw the page: who can come, who cannot and why, or why nobody can."""
    place, class_ = asked.place, asked.class_
    facts = PlaceFacts(
        class_state=class_.state, arrives_on=class_.starts_on, state=place.state, name=place.name,
        by_office=place.by_office, reason="–",
    )  # fmt: skip
    barred = [
        (asked.named(each), of_other(each.name, asked.against[each.person_id]))
        for each in asked.found
        if asked.against[each.person_id]
    ]
    return render_template(
        "enrolment/substitute.html", form=form, place=place, class_=class_, words=asked.words, late=late,
        back=_back(place, class_), reasons=reasons_to_keep_person(facts, now=clock.now()),
        unit_name=asked.unit_name, found=len(asked.found), barred=barred,
    )  # fmt: skip


@bp.route("/claims/<int:enrolment_id>/substitute", methods=["GET", "POST"])
@requires(Capability.DESK_UNIT, Capability.CLASS_OFFICE)
def substitute(enrolment_id: int) -> ResponseReturnValue:
    """Choose who of the unit comes instead of somebody."""
    form = SubstituteForm()
    chosen = form.person.data if form.is_submitted() else None
    asked = _asked(enrolment_id, chosen)
    late = clock.local_date(clock.now()) > asked.class_.starts_on
    can_come = [each for each in asked.found if each.person_id == chosen or not asked.against[each.person_id]]
    form.offer(((each.person_id, asked.named(each)) for each in can_come), with_reason=late)

    def page() -> str:
        return _page(asked, form, late=late)

    if not form.validate_on_submit():
        return page(), 422 if form.is_submitted() else 200
    person_id, reason = form.person.data, form.reason.data or ""

    def deed(session: Session) -> Answer:
        actions.substitute(
            session, actor=actor(), enrolment_id=enrolment_id, person_id=person_id, reason=reason, now=clock.now()
        )
        said = _("%(name)s is replaced; both are told.", name=asked.place.name)
        return Answer(_back(asked.place, asked.class_), said)

    return perform(deed, redraw=Redrawn(form, page))


def _named(who: Candidate, unit_name: str) -> str:
    """Name somebody to choose, with what tells namesakes apart, and the unit where it is one below."""
    return " · ".join(filter(None, (who.name, who.mark, who.unit_name if who.unit_name != unit_name else "")))


def _back(place: Changeable, class_: ClassView) -> str:
    return f"/teach/classes/{class_.code}" if place.by_office else url_for(".unit_claims")
