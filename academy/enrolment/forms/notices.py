"""What the office sends about a notice."""

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import Length

from academy.web.forms import AcademyForm

_LONGEST = 2000


class NoticeForm(AcademyForm):
    """Add the office's own words to what the notice says of the class session."""

    words = TextAreaField(_l("What the academy adds"), validators=[Length(max=_LONGEST)])
