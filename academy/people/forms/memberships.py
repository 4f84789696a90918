"""What is typed about people of a unit: shapes and parsing."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import (  # type: ignore[attr-defined]  # the stubs do not know SelectChoice yet
    DateField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, Length, Optional

from academy.ground.text import clean_name, has_a_character
from academy.people.forms.persons import IdField, PhoneField
from academy.people.rules.memberships import LONGEST_ROLE
from academy.people.rules.register import GRID_ROLE_NAMES, LONGEST_NAME, NAME_EMPTY, REASON_EMPTY
from academy.web.forms import AcademyForm, in_our_time
from academy.web.i18n import say

Choices = Iterable[tuple[int, str]]


def _clean(value: str | None) -> str | None:
    return clean_name(value) if value else value


def unit_field(label: str) -> SelectField:
    """Ask for a unit; its choices are offered by the view."""
    return SelectField(label, coerce=int, validators=[DataRequired(_l("Please choose a unit."))])


def offer(field: SelectField, units: Choices) -> None:
    """Offer these units and no others."""
    field.choices = [SelectChoice(0, _l("Please choose")), *(SelectChoice(key, name) for key, name in units)]


class RoleForm(AcademyForm):
    """Say what somebody is in the grid, and in the unit's own words."""

    grid_role = SelectField(
        _l("Role in the grid"),
        choices=[
            SelectChoice("", _l("None of these")),
            *(SelectChoice(value, _l(name)) for value, name in GRID_ROLE_NAMES.items()),
        ],
    )
    role_as_written = StringField(
        _l("Role in the unit's own words"),
        validators=[Optional(), Length(max=LONGEST_ROLE)],
        filters=[_clean],
        description=_l("As your lists have it; it is kept beside the role above."),
    )


class MemberForm(RoleForm):
    """Enter somebody in a unit."""

    unit = unit_field(_l("Unit"))
    name = StringField(
        _l("Name as on the ID card"),
        validators=[DataRequired(_l("Please enter the name.")), Length(max=LONGEST_NAME)],
        filters=[_clean],
    )
    id_number = IdField(
        _l("ID number"),
        validators=[Optional()],
        description=_l("It alone tells whether the academy knows this person already. It is kept encrypted."),
    )
    phone = PhoneField(
        _l("Mobile number"),
        validators=[Optional()],
        description=_l("It signs the person in once they have proved it by a code and the end of the ID number."),
    )

    def validate_name(self, field: StringField) -> None:
        """Check that the name can be read."""
        if not has_a_character(field.data or ""):
            raise ValidationError(say(NAME_EMPTY))


class LeaveForm(AcademyForm):
    """Say when somebody left a unit."""

    last_day = DateField(
        _l("Last day in the unit"),
        validators=[DataRequired(_l("Please enter the last day in the unit.")), in_our_time],
    )


class MoveForm(AcademyForm):
    """Say to which unit somebody moves."""

    unit = unit_field(_l("New unit"))


class RefuseForm(AcademyForm):
    """Say why a move is refused."""

    reason = TextAreaField(
        _l("Why you refuse the move"),
        validators=[DataRequired(_l("Please give the reason; the other unit reads it.")), Length(max=200)],
    )

    def validate_reason(self, field: TextAreaField) -> None:
        """Check that the reason can be read."""
        if not has_a_character(field.data or ""):
            raise ValidationError(say(REASON_EMPTY))
