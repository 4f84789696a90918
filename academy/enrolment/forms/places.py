"""What the office sends about places."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from academy.web.forms import AcademyForm

_MOST_PLACES = 2000


class PlacesForm(AcademyForm):
    """Say how many places a class session has."""

    places = IntegerField(_l("Places"), validators=[InputRequired(), NumberRange(min=1, max=_MOST_PLACES)])
