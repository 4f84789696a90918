"""What people type to have a certificate checked."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    ColorField,
    DecimalField,
    FileField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from academy.certificates.rules.designs import Design, clean
from academy.certificates.rules.printing import FURTHEST
from academy.web.forms import AcademyForm


class VerifyForm(AcademyForm):
    """A number, and the holder's name for whoever wants to see more than its state."""

    number = StringField(
        _l("Certificate number"),
        validators=[InputRequired(_l("Type the number printed below the title.")), Length(max=60)],
    )
    name = StringField(_l("Name of the holder"), validators=[Length(max=60)])


class HolderForm(AcademyForm):
    """The holder's name, for a number already given."""

    name = StringField(
        _l("Name of the holder"),
        validators=[InputRequired(_l("Type the name as it is printed.")), Length(max=60)],
    )


class ProofForm(AcademyForm):
    """A file that somebody was given as a certificate."""

    file = FileField(
        _l("The PDF that you were given"), validators=[InputRequired(_l("Choose the file of the certificate."))]
    )


class WorkbookForm(AcademyForm):
    """A list as a workbook."""

    workbook = FileField(
        _l("Excel workbook (.xlsx)"), validators=[InputRequired(_l("Choose the workbook to be read."))]
    )


class LifeForm(AcademyForm):
    """Why something happens to a certificate after its issue."""

    reason = TextAreaField(
        _l("Reason"), validators=[InputRequired(_l("Please give the reason.")), Length(max=200)]
    )

    def validate_reason(self, field: TextAreaField) -> None:
        """Check that the reason says something, on one line."""
        field.data = " ".join((field.data or "").split())
        if not any(character.isalnum() for character in field.data):
            raise ValidationError(_("Please give the reason."))


class CheckForm(AcademyForm):
    """What a trainee finds wrong on a certificate that is to be made; the mark tells what they were shown."""

    mark = HiddenField()
    wish = TextAreaField(
        _l("What is wrong, and what should it say?"),
        validators=[DataRequired(_l("Please say what is wrong.")), Length(max=200)],
    )


class SettleForm(AcademyForm):
    """How the office settled what a trainee found wrong."""

    note = TextAreaField(
        _l("Answer to the trainee"),
        validators=[DataRequired(_l("Please write what you did, or why all stays as it is.")), Length(max=200)],
    )


class DesignForm(AcademyForm):
    """What the certificates of a series say and look like."""

    version = HiddenField()
    seal = HiddenField()
    title = StringField(_l("Heading"), validators=[Length(max=60)])
    body = TextAreaField(_l("Text"), validators=[Length(max=600)])
    signatory = StringField(_l("Signatory"), validators=[Length(max=60)])
    purpose = StringField(_l("Words of the seal"), validators=[Length(max=60)])
    image = FileField(_l("Image of the seal"))
    drawn = BooleanField(_l("Take the uploaded seal away and print the drawn one"))
    ink = ColorField(_l("Colour of the text"))
    accent = ColorField(_l("Colour of headings and border"))
    gold = ColorField(_l("Colour of fine lines"))

    @property
    def seen(self) -> int:
        """The version that was on the page."""
        typed = self.version.data or ""
        return int(typed) if typed.isdecimal() else -1

    @property
    def design(self) -> Design:
        """What was typed, as it would be printed."""
        return Design(
            title=clean(self.title.data or ""), body=clean(self.body.data or ""),
            purpose=clean(self.purpose.data or ""), signatory=clean(self.signatory.data or ""),
            ink=_colour(self.ink), accent=_colour(self.accent), gold=_colour(self.gold),
            seal=self.seal.data or None,
        )  # fmt: skip


def _colour(field: ColorField) -> str:
    return (field.data or "").lower()


class PrintForm(AcademyForm):
    """How a pile of certificates is printed."""

    order = SelectField(_l("Order of the sheets"))
    bare = BooleanField(_l("Without border and seal, for pre-printed paper"))
    right = DecimalField(_l("Move to the right, in millimetres"), places=1, validators=[InputRequired()])
    down = DecimalField(_l("Move down, in millimetres"), places=1, validators=[InputRequired()])

    def validate_right(self, field: DecimalField) -> None:
        """Check that the paper is not missed."""
        asked = field.data
        if asked is not None and not (asked.is_finite() and abs(asked) * 10 <= FURTHEST):
            raise ValidationError(_("Give millimetres from -20.0 to 20.0, such as 0.3."))

    validate_down = validate_right

    @staticmethod
    def tenths(field: DecimalField) -> int:
        """Give a distance in tenths of a millimetre."""
        return round((field.data or 0) * 10)
