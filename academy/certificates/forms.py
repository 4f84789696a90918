"""What people type to have a certificate checked."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length

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
