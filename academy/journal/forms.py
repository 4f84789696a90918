"""What the reader of the journal may narrow it down by."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, SelectField, StringField, ValidationError
from wtforms.validators import Length, NumberRange, Optional

from academy.web.forms import AcademyForm

_FIRST_YEAR, _LAST_YEAR = 2000, 2999


def _in_our_time(_form: AcademyForm, field: DateField) -> None:
    """Refuse a day that no journal has."""
    if field.data and not _FIRST_YEAR <= field.data.year <= _LAST_YEAR:
        raise ValidationError(_("Give a day with its full year, such as 2026-11-22."))


class JournalFilter(AcademyForm):
    """Ask which part of the journal to show; every question may stay open."""

    code = SelectField(_l("What was done"), validate_choice=False, validators=[Optional()])
    who = StringField(_l("Who did it"), validators=[Optional(), Length(max=100)])
    kind = SelectField(_l("What it is about"), validate_choice=False, validators=[Optional()])
    number = IntegerField(_l("Its number"), validators=[Optional(), NumberRange(min=1, max=2**62)])
    since = DateField(_l("From this day"), validators=[Optional(), _in_our_time])
    until = DateField(_l("Up to this day"), validators=[Optional(), _in_our_time])

    class Meta(AcademyForm.Meta):
        """A question changes nothing, so it carries no token."""

        csrf = False
