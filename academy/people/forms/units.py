"""What is typed about units: shapes and parsing."""

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from academy.ground.text import clean_name, has_a_character
from academy.people.forms.memberships import unit_field
from academy.people.forms.persons import PhoneField
from academy.people.rules.register import LONGEST_NAME, NAME_EMPTY
from academy.people.rules.signing_in import ACCOUNT_NAME_SHAPE, account_name_fits, read_account_name
from academy.web.forms import AcademyForm, in_our_time
from academy.web.i18n import say


class UnitNameForm(AcademyForm):
    """Name a unit."""

    name = StringField(
        _l("Name of the unit"),
        validators=[DataRequired(_l("Please enter the name of the unit.")), Length(max=LONGEST_NAME)],
        filters=[lambda value: clean_name(value) if value else value],
    )

    def validate_name(self, field: StringField) -> None:
        """Check that the name can be read."""
        if not has_a_character(field.data or ""):
            raise ValidationError(say(NAME_EMPTY))


class NewUnitForm(UnitNameForm):
    """Add a district, or a street of one."""

    above = SelectField(_l("Belongs to"), coerce=int)


def _day_field() -> DateField:
    return DateField(_l("From the day"), validators=[DataRequired(_l("Please enter the day.")), in_our_time])


class RenameForm(UnitNameForm):
    """Give a unit another name from a day on."""

    on = _day_field()


class MergeForm(AcademyForm):
    """Merge a unit into another one from a day on."""

    into = unit_field(_l("Into the unit"))
    on = _day_field()


class SplitForm(RenameForm):
    """Split a new unit off, with some of the people."""

    people = SelectMultipleField(
        _l("Who goes to the new unit"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[DataRequired(_l("Choose who goes to the new unit."))],
    )


class HandOverForm(AcademyForm):
    """Hand a desk over, from a day on."""

    giver = SelectField(_l("Who hands the desk over"), coerce=int)
    on = _day_field()


class SuccessorForm(AcademyForm):
    """Choose who of the unit is to have one's desk."""

    person = RadioField(
        _l("Who is to have the desk"),
        coerce=int,
        validators=[InputRequired(_l("Choose who is to have the desk."))],
    )


class NewHolderForm(HandOverForm):
    """Hand a desk over to somebody who is not on file yet."""

    name = StringField(
        _l("Name as on the ID card"),
        validators=[DataRequired(_l("Please enter the name.")), Length(max=LONGEST_NAME)],
        filters=[lambda value: clean_name(value) if value else value],
    )
    phone = PhoneField(_l("Mobile number"), validators=[Optional()])
    account_name = StringField(
        _l("Sign-in name"),
        validators=[DataRequired(_l("Please enter a sign-in name.")), Length(max=60)],
        filters=[lambda value: read_account_name(value) if value else value],
    )
    password = PasswordField(
        _l("First password"), validators=[DataRequired(_l("Please enter a password.")), Length(max=128)]
    )

    def validate_name(self, field: StringField) -> None:
        """Check that the name can be read."""
        if not has_a_character(field.data or ""):
            raise ValidationError(say(NAME_EMPTY))

    def validate_account_name(self, field: StringField) -> None:
        """Check the shape of the sign-in name."""
        if not account_name_fits(field.data or ""):
            raise ValidationError(say(ACCOUNT_NAME_SHAPE))
