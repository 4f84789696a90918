"""What the office and the units send about plans, quotas and lists."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    FileField,
    IntegerField,
    SelectField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from academy.enrolment.rules.plan import APPROVAL_NAMES, MOST_CONFIRM_HOURS, Approval, Plan
from academy.ground.clock import ZONE, local
from academy.web.forms import AcademyForm, in_our_time

_MINUTE = "%Y-%m-%dT%H:%M"
_MOST_PLACES = 2000
_UNIT = "unit_"


def _moment(typed: datetime | None) -> datetime | None:
    """Read what somebody typed on the academy's clock."""
    return typed.replace(tzinfo=ZONE) if typed else None


class PlanForm(AcademyForm):
    """How the places of a class session are filled."""

    nomination = BooleanField(_l("Units put their people forward"))
    by_streets = BooleanField(_l("Streets put people forward, on places that their district gives them"))
    by_districts = BooleanField(_l("Districts check the streets' lists and report them"))
    academy_confirms = BooleanField(_l("The academy confirms what is reported"))
    streets_by = DateTimeLocalField(_l("Streets hand in by"), format=_MINUTE, validators=[Optional(), in_our_time])
    districts_by = DateTimeLocalField(
        _l("Districts report by"), format=_MINUTE, validators=[Optional(), in_our_time]
    )
    open_road = BooleanField(_l("People may ask for a place themselves"))
    approval = SelectField(_l("Who approves what people ask for"), coerce=Approval)
    reserve_returns_on = DateField(_l("Unused places are open to all from"), validators=[Optional(), in_our_time])
    confirm_hours = IntegerField(
        _l("Hours to confirm a place that became free"),
        validators=[InputRequired(), NumberRange(min=0, max=MOST_CONFIRM_HOURS)],
    )

    @classmethod
    def of_plan(cls, plan: Plan) -> "PlanForm":
        """Ask with what holds now as the answers."""
        return cls(
            data={
                **{name: getattr(plan, name) for name in Plan.__dataclass_fields__},
                "streets_by": local(plan.streets_by) if plan.streets_by else None,
                "districts_by": local(plan.districts_by) if plan.districts_by else None,
            }
        )

    def offer(self, names: Mapping[Approval, str]) -> None:
        """Offer these ways of approving, by the words for each."""
        self.approval.choices = [(each.value, names[each]) for each in APPROVAL_NAMES]

    def plan(self) -> Plan:
        """Give the plan that was typed."""
        return Plan(
            nomination=self.nomination.data,
            by_streets=self.by_streets.data,
            by_districts=self.by_districts.data,
            academy_confirms=self.academy_confirms.data,
            streets_by=_moment(self.streets_by.data),
            districts_by=_moment(self.districts_by.data),
            open_road=self.open_road.data,
            approval=self.approval.data,
            reserve_returns_on=self.reserve_returns_on.data,
            confirm_hours=self.confirm_hours.data or 0,
        )


class GivingForm(AcademyForm):
    """So many places for each of some units; the fields are those of the units."""

    def giving(self) -> dict[int, int]:
        """Give the number typed for each unit."""
        return {
            int(field.name.removeprefix(_UNIT)): field.data or 0 for field in self if field.name.startswith(_UNIT)
        }

    def put(self, numbers: Mapping[int, int]) -> None:
        """Write other numbers into the fields, for somebody to look at before they are saved."""
        for unit_id, number in numbers.items():
            field = self[f"{_UNIT}{unit_id}"]
            field.data, field.raw_data = number, None

    def field_of(self, unit_id: int) -> IntegerField:
        """Pick the field of a unit."""
        field: IntegerField = self[f"{_UNIT}{unit_id}"]
        return field


class QuotaForm(GivingForm):
    """Places for all districts at once, and those kept back."""

    reserve = IntegerField(_l("Kept back"), validators=[InputRequired(), NumberRange(min=0, max=_MOST_PLACES)])
    keep_open = IntegerField(
        _l("Open to all, when dividing evenly"),
        validators=[Optional(), NumberRange(min=0, max=_MOST_PLACES)],
        default=0,
    )


def asking_for(form: type[GivingForm], units: Sequence[tuple[int, str, int]]) -> type[GivingForm]:
    """Make a form that asks for a number of places for each unit: its id, its name, and what it has now."""
    fields = {
        f"{_UNIT}{unit_id}": IntegerField(
            name, validators=[InputRequired(), NumberRange(min=0, max=_MOST_PLACES)], default=number
        )
        for unit_id, name, number in units
    }
    return type(form.__name__, (form,), fields)


class FromReserveForm(AcademyForm):
    """Some of the places kept back, for one district."""

    unit_id = SelectField(_l("District"), coerce=int, validators=[InputRequired()])
    number = IntegerField(
        _l("Places to give"), validators=[InputRequired(), NumberRange(min=1, max=_MOST_PLACES)], default=1
    )


class ReturnForm(AcademyForm):
    """Why a list is returned, and until when it is mended."""

    reason = TextAreaField(
        _l("What is to be mended"),
        validators=[DataRequired(_l("Please say what is to be mended.")), Length(max=200)],
    )
    until = DateTimeLocalField(
        _l("To be handed in again by"), format=_MINUTE, validators=[Optional(), in_our_time]
    )

    def moment(self) -> datetime | None:
        """Tell until when, on the academy's clock."""
        return _moment(self.until.data)


class ExtendForm(AcademyForm):
    """More time for a unit's list."""

    until = DateTimeLocalField(_l("New deadline"), format=_MINUTE, validators=[InputRequired(), in_our_time])

    def moment(self) -> datetime:
        """Tell until when, on the academy's clock."""
        typed = _moment(self.until.data)
        if typed is None:
            raise ValueError("Only a form that holds a moment has one.")
        return typed


class StampedForm(AcademyForm):
    """The scan or photo of a stamped list."""

    file = FileField(_l("Scan or photo"), validators=[InputRequired(_l("Choose the file first."))])
