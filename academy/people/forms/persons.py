"""What people are asked for when they sign in, join, or are put right: shapes and parsing."""

from collections.abc import Mapping
from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import (  # type: ignore[attr-defined]  # the stubs do not know SelectChoice yet
    BooleanField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, Length, Optional, Regexp

from academy.ground.text import clean_name, has_a_character
from academy.people.rules.numbers import PHONE_SHAPE, problem_with_id, read_id, read_phone
from academy.people.rules.register import NAME_EMPTY, REASON_EMPTY
from academy.people.rules.signing_in import ACCOUNT_NAME_SHAPE, account_name_fits, read_account_name
from academy.web.forms import AcademyForm
from academy.web.i18n import say


class PhoneField(TelField):
    """A mobile number however it is typed; its data is the eleven digits."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number."""
        self.data = valuelist[0].strip() if valuelist else ""
        number = read_phone(self.data)
        if self.data and number is None:
            raise ValueError(say(PHONE_SHAPE))
        self.data = number or self.data


class IdField(StringField):
    """An ID number however it is typed; its check character and date of birth are right, if any is given."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number."""
        self.data = read_id(valuelist[0]) if valuelist else ""


class DigitsField(StringField):
    """Some digits, or the X at the end of an ID number, however they are typed."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the digits."""
        self.data = read_id(valuelist[0]) if valuelist else ""


class PhoneForm(AcademyForm):
    """Have a code sent to one's phone, to sign in."""

    phone = PhoneField(_l("Mobile number"), validators=[DataRequired(_l("Please enter your mobile number."))])
    next = HiddenField()


class CodeForm(AcademyForm):
    """Enter the code that came to the phone."""

    code = DigitsField(
        _l("Code from the message"),
        validators=[
            DataRequired(_l("Please enter the code.")),
            Regexp(r"^[0-9]{6}$", message=_l("A code has 6 digits.")),
        ],
    )
    remember = BooleanField(_l("This is my own phone: keep me signed in for 30 days"))


class LastSixForm(AcademyForm):
    """Confirm once who one is."""

    last_six = DigitsField(
        _l("Last six characters of your ID number"),
        validators=[
            DataRequired(_l("Please enter the last six characters of your ID number.")),
            Regexp(r"^[0-9]{5}[0-9X]$", message=_l("These are five digits and one more digit or X.")),
        ],
    )


class PasswordForm(AcademyForm):
    """Sign in by name and password."""

    name = StringField(
        _l("Sign-in name or mobile number"),
        validators=[DataRequired(_l("Please enter your sign-in name.")), Length(max=60)],
    )
    password = PasswordField(
        _l("Password"), validators=[DataRequired(_l("Please enter your password.")), Length(max=128)]
    )
    remember = BooleanField(_l("This is my own device: keep me signed in for 30 days"))
    next = HiddenField()


class JoinForm(AcademyForm):
    """Register oneself as a trainee."""

    name = StringField(
        _l("Your name, as on your ID card"),
        validators=[DataRequired(_l("Please enter your name.")), Length(max=60)],
        filters=[lambda value: clean_name(value) if value else value],
    )
    phone = PhoneField(
        _l("Mobile number"),
        validators=[DataRequired(_l("Please enter your mobile number."))],
        description=_l("We send a code to it, now and whenever you sign in."),
    )
    unit_id = SelectField(
        _l("Your unit"),
        coerce=lambda value: int(value or 0),
        validators=[DataRequired(_l("Please choose your unit."))],
        description=_l("The street or town you work for; your district if you work there."),
    )
    grid_role = RadioField(_l("What you are in the grid"), validators=[DataRequired(_l("Please choose one."))])
    id_number = IdField(
        _l("ID number, if you like"),
        validators=[Optional()],
        description=_l(
            "It keeps your hours together if your phone changes. It is stored encrypted and shown masked."
        ),
    )
    consent = BooleanField(
        _l(
            "I agree that the academy keeps my name, phone, unit and ID number to run its training: "
            "to enrol me, count my hours and issue my certificates."
        ),
        validators=[DataRequired(_l("Without your consent we may not register you."))],
    )

    def validate_name(self, field: StringField) -> None:
        """Check that the name can be read."""
        if not has_a_character(field.data or ""):
            raise ValidationError(say(NAME_EMPTY))

    def offer(self, units: Mapping[str, Mapping[int, str]], grid_roles: Mapping[str, str], please: str) -> None:
        """Offer these units, by district, and these roles."""
        self.unit_id.choices = {"": please, **{district: dict(parts) for district, parts in units.items()}}
        self.grid_role.choices = dict(grid_roles)

    def check_id(self, today: date) -> bool:
        """Say at its field what is wrong with the ID number."""
        return id_is_right(self.id_number, today)


def id_is_right(field: IdField, today: date) -> bool:
    """Say at the field what is wrong with an ID number; none at all is right too."""
    problem = problem_with_id(field.data, today=today) if field.data else None
    if problem:
        field.errors = [*field.errors, say(problem)]
    return problem is None


class NewPasswordForm(AcademyForm):
    """Set or change one's password."""

    account_name = StringField(
        _l("Sign-in name"),
        validators=[DataRequired(_l("Please choose a sign-in name."))],
        filters=[lambda value: read_account_name(value) if value else value],
        description=_l("Letters a–z, digits, dots and dashes."),
    )
    current = PasswordField(
        _l("The password you have now"),
        validators=[DataRequired(_l("Please enter the password you have now.")), Length(max=128)],
    )
    password = PasswordField(
        _l("New password"),
        validators=[DataRequired(_l("Please enter a new password."))],
        description=_l("At least 10 characters; a few words in a row are good."),
    )
    again = PasswordField(
        _l("New password once more"), validators=[DataRequired(_l("Please enter the new password once more."))]
    )

    def validate_account_name(self, field: StringField) -> None:
        """Check the characters of the name."""
        if not account_name_fits(field.data or ""):
            raise ValidationError(say(ACCOUNT_NAME_SHAPE))

    def validate_again(self, field: PasswordField) -> None:
        """Check that both are the same."""
        if field.data != self.password.data:
            raise ValidationError(_l("The two new passwords differ."))


class NewPhoneForm(AcademyForm):
    """Have a code sent to one's new phone."""

    phone = PhoneField(_l("New mobile number"), validators=[DataRequired(_l("Please enter the new number."))])


class ReadingForm(AcademyForm):
    """Choose the language of pages and messages, and the size of type."""

    locale = RadioField(_l("Language of pages and messages"), choices={"zh_CN": "中文", "en": "English"})
    large_type = RadioField(
        _l("Size of type"),
        choices=[
            SelectChoice("0", _l("Standard type")),
            SelectChoice("1", _l("Large type, with stronger contrast")),
        ],
    )


class BindForm(AcademyForm):
    """Bind a phone after seeing the ID card; the fields that do not apply are taken out by the view."""

    phone = PhoneField(_l("Mobile number"), validators=[DataRequired(_l("Please enter the new number."))])
    last_four = DigitsField(
        _l("Last four characters of the ID card"),
        validators=[
            DataRequired(_l("Please enter the last four characters of the ID card.")),
            Regexp(r"^[0-9]{3}[0-9X]$", message=_l("These are three digits and one more digit or X.")),
        ],
    )
    id_number = IdField(
        _l("Whole number of the ID card"),
        validators=[DataRequired(_l("Please enter the number of the ID card."))],
        description=_l("No ID number is on file yet; this one will be, encrypted."),
    )
    seen = BooleanField(
        _l("I have seen the ID card, and it is this person's."),
        validators=[DataRequired(_l("Look at the ID card first, then tick this box."))],
    )


class ReasonForm(AcademyForm):
    """Say why, before something that is written down for good."""

    reason = TextAreaField(
        _l("Why you need this"),
        validators=[DataRequired(_l("Please give the reason; it goes into the journal.")), Length(max=200)],
    )

    def validate_reason(self, field: TextAreaField) -> None:
        """Check that the reason can be read."""
        if not has_a_character(field.data or ""):
            raise ValidationError(say(REASON_EMPTY))


class NameForm(ReasonForm):
    """Correct somebody's name, and say why."""

    name = StringField(
        _l("Name as on the ID card"),
        validators=[DataRequired(_l("Please enter the name.")), Length(max=60)],
        filters=[lambda value: clean_name(value) if value else value],
    )
    reason = TextAreaField(
        _l("Why the name is corrected"),
        validators=[DataRequired(_l("Please give the reason; it goes into the journal.")), Length(max=200)],
    )

    def validate_name(self, field: StringField) -> None:
        """Check that the name can be read."""
        if not has_a_character(field.data or ""):
            raise ValidationError(say(NAME_EMPTY))
