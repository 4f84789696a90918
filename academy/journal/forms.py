"""What the reader of the journal may narrow it down by."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.validators import Length, NumberRange, Optional

from academy.web.forms import AcademyForm, in_our_time


class JournalFilter(AcademyForm):
    """Ask which part of the journal to show; every question may stay open."""

    q = StringField(_l("Words"), validators=[Optional(), Length(max=60)])
    code = SelectField(_l("What was done"), validate_choice=False, validators=[Optional()])
    who = StringField(_l("Who did it"), validators=[Optional(), Length(max=100)])
    kind = SelectField(_l("What it is about"), validate_choice=False, validators=[Optional()])
    number = IntegerField(_l("Its number"), validators=[Optional(), NumberRange(min=1, max=2**62)])
    since = DateField(_l("From this day"), validators=[Optional(), in_our_time])
    until = DateField(_l("Up to this day"), validators=[Optional(), in_our_time])

    class Meta(AcademyForm.Meta):
        """A question changes nothing, so it carries no token."""

        csrf = False
