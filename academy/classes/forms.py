"""What the office's pages of class sessions send."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    DateTimeLocalField,
    DecimalField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from academy.ground.clock import ZONE
from academy.web.forms import AcademyForm, in_our_time

Choices = Sequence[tuple[int, str]]
_MINUTE = "%Y-%m-%dT%H:%M"
_MOMENTS = ("opens_at", "closes_at")


class ClassForm(AcademyForm):
    """What the office decides about a class session."""

    title = StringField(_l("Title"), validators=[DataRequired(), Length(max=100)])
    programme_id = SelectField(_l("Programme"), coerce=int, validators=[InputRequired()])
    manager_id = SelectField(_l("Class manager"), coerce=int, default=0)
    kind_id = SelectField(_l("Kind of class session"), coerce=int, validators=[InputRequired()])
    level_id = SelectField(_l("Level of the class session"), coerce=int, validators=[InputRequired()])
    starts_on = DateField(_l("First day"), validators=[InputRequired(), in_our_time])
    ends_on = DateField(_l("Last day"), validators=[InputRequired(), in_our_time])
    opens_at = DateTimeLocalField(_l("Enrolment opens"), format=_MINUTE, validators=[InputRequired(), in_our_time])
    closes_at = DateTimeLocalField(
        _l("Enrolment closes"), format=_MINUTE, validators=[InputRequired(), in_our_time]
    )
    capacity = IntegerField(_l("Places"), validators=[InputRequired(), NumberRange(min=1, max=5000)])
    audience = TextAreaField(_l("For whom"), validators=[Length(max=200)])

    def offer(self, *, kinds: Choices, levels: Choices, programmes: Choices, managers: Choices) -> None:
        """Offer these kinds, levels, programmes and managers."""
        offers = {"kind_id": kinds, "level_id": levels, "programme_id": programmes, "manager_id": managers}
        for name, choices in offers.items():
            if name in self:
                self[name].choices = list(choices)

    def keep(self, names: Collection[str]) -> None:
        """Ask for these facts only."""
        for name in [field.name for field in self if field.name not in {*names, "act_id", "csrf_token"}]:
            del self[name]

    def values(self) -> dict[str, Any]:
        """Give what was asked for, by name; moments on the academy's clock."""
        typed = {field.name: field.data for field in self if field.name not in {"act_id", "csrf_token"}}
        for name in typed.keys() & set(_MOMENTS):
            typed[name] = typed[name].replace(tzinfo=ZONE)
        if "manager_id" in typed:
            typed["manager_id"] = typed["manager_id"] or None
        return typed


class SittingForm(AcademyForm):
    """One entry of a timetable."""

    course_id = SelectField(_l("Course"), coerce=int, validators=[InputRequired()])
    instructor_id = SelectField(_l("Instructor"), coerce=int, validators=[DataRequired(_l("Please choose one."))])
    place_id = SelectField(_l("Place"), coerce=int, validators=[InputRequired()])
    day = DateField(_l("Day"), validators=[InputRequired(), in_our_time])
    starts = TimeField(_l("Starts"), default=time(9, 0), validators=[InputRequired()])
    ends = TimeField(_l("Ends"), default=time(12, 0), validators=[InputRequired()])
    hours = DecimalField(
        _l("Hours it is worth"), places=1, validators=[Optional(), NumberRange(min=Decimal("0.1"), max=24)]
    )
    group_ids = SelectMultipleField(
        _l("For these groups only"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def offer(self, *, courses: Choices, instructors: Choices, places: Choices, groups: Choices) -> None:
        """Offer these courses, instructors, places and groups; without groups nobody is asked for one."""
        self.course_id.choices = list(courses)
        self.instructor_id.choices = list(instructors)
        self.place_id.choices = list(places)
        self.group_ids.choices = list(groups)

    def values(self) -> dict[str, Any]:
        """Give the sitting by name: moments on the academy's clock, hours in tenths or none."""
        return {
            "course_id": self.course_id.data,
            "instructor_id": self.instructor_id.data,
            "place_id": self.place_id.data,
            "starts_at": _moment(self.day.data, self.starts.data),
            "ends_at": _moment(self.day.data, self.ends.data),
            "tenths": int(self.hours.data * 10) if self.hours.data else None,
            "group_ids": frozenset(self.group_ids.data or ()),
        }


def _moment(day: date | None, hour: time | None) -> datetime:
    if day is None or hour is None:
        raise ValueError("Only a form that holds a day and an hour has values.")
    return datetime.combine(day, hour, ZONE)


class GroupsForm(AcademyForm):
    """The names of further groups, one a line."""

    names = TextAreaField(_l("Names of the groups"), validators=[DataRequired(), Length(max=600)])

    def lines(self) -> list[str]:
        """Give the names, without the empty lines; one that is too long is cut where the table ends."""
        return [line.strip()[:30] for line in (self.names.data or "").splitlines() if line.strip()]


class NameForm(AcademyForm):
    """One name: of a group, a kind or a level."""

    name = StringField(_l("Name of it"), validators=[DataRequired(), Length(max=30)])
