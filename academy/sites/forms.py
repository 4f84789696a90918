"""What pages of places send."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    FloatField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from academy.sites.rules import PlaceFacts, PlaceKind
from academy.web.forms import AcademyForm, in_our_time

_ANY_LATITUDE = [Optional(), NumberRange(min=-90, max=90)]
_ANY_LONGITUDE = [Optional(), NumberRange(min=-180, max=180)]


class PlaceForm(AcademyForm):
    """All that is known of a place."""

    kind = SelectField(_l("Kind of place"), validators=[InputRequired()])
    name = StringField(_l("Name of the place"), validators=[DataRequired(), Length(max=60)])
    district_id = SelectField(_l("District"), coerce=int, default=0)
    address = StringField(_l("Street address"), validators=[DataRequired(), Length(max=120)])
    capacity = IntegerField(
        _l("How many people it holds"), validators=[InputRequired(), NumberRange(min=1, max=5000)]
    )
    teaches = TextAreaField(_l("What is taught there"), validators=[Length(max=400)])
    opening_weekdays = SelectMultipleField(
        _l("Open on"), coerce=int, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    opening_hours = StringField(_l("Opening hours"), validators=[Length(max=60)])
    contact = StringField(_l("Contact person"), validators=[Length(max=60)])
    contact_phone = StringField(_l("Contact's telephone"), validators=[Length(max=20)])
    getting_there = TextAreaField(_l("How to get there"), validators=[Length(max=200)])
    gcj02_latitude = FloatField(_l("Latitude (GCJ-02)"), validators=_ANY_LATITUDE)
    gcj02_longitude = FloatField(_l("Longitude (GCJ-02)"), validators=_ANY_LONGITUDE)
    wgs84_latitude = FloatField(_l("Latitude (WGS-84)"), validators=_ANY_LATITUDE)
    wgs84_longitude = FloatField(_l("Longitude (WGS-84)"), validators=_ANY_LONGITUDE)

    def offer(
        self,
        *,
        kinds: Sequence[tuple[str, str]],
        districts: Sequence[tuple[int, str]],
        weekdays: Sequence[tuple[int, str]],
    ) -> None:
        """Offer these kinds, districts and days of the week."""
        self.kind.choices = list(kinds)
        self.district_id.choices = list(districts)
        self.opening_weekdays.choices = list(weekdays)

    def facts(self) -> PlaceFacts:
        """Give what was typed."""
        return PlaceFacts(
            kind=PlaceKind(self.kind.data),
            name=self.name.data or "",
            district_id=self.district_id.data or None,
            address=self.address.data or "",
            capacity=self.capacity.data or 0,
            teaches=self.teaches.data or "",
            opening_weekdays=tuple(self.opening_weekdays.data or ()),
            opening_hours=self.opening_hours.data or "",
            contact=self.contact.data or "",
            contact_phone=self.contact_phone.data or "",
            getting_there=self.getting_there.data or "",
            gcj02_latitude=self.gcj02_latitude.data,
            gcj02_longitude=self.gcj02_longitude.data,
            wgs84_latitude=self.wgs84_latitude.data,
            wgs84_longitude=self.wgs84_longitude.data,
        )


class RetireForm(AcademyForm):
    """The first day on which a place is no longer used."""

    on = DateField(_l("Out of use from"), validators=[Optional(), in_our_time])
