"""What the composer of admission rules sends: of each kind its own few fields."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectMultipleField
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from academy.web.forms import AcademyForm

_MOST_MONTHS = 120


class ChoicesField(SelectMultipleField):
    """Any of several, each with a box of its own to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class RuleForm(AcademyForm):
    """Choose what a rule asks for; how long ago it may be stays open where nobody says."""

    keys = ChoicesField(_l("One of these is enough"), choices=[])
    months = IntegerField(
        _l("Not more months before the class than"),
        validators=[Optional(), NumberRange(min=1, max=_MOST_MONTHS)],
    )

    certified = BooleanField(_l("Only a valid certificate counts, from the day of its issue on"))

    def offer(self, named: Mapping[int | str, str]) -> None:
        """Offer these and no others."""
        self.keys.choices = [(str(key), name) for key, name in named.items()]

    def chosen(self, named: Mapping[int | str, str]) -> list[int | str]:
        """Give what was chosen, as it is kept."""
        ticked = set(self.keys.data or ())
        return [key for key in named if str(key) in ticked]


class RestForm(AcademyForm):
    """Say how long nobody may have been in another class."""

    months = IntegerField(
        _l("Months without another class"),
        validators=[InputRequired(), NumberRange(min=1, max=_MOST_MONTHS)],
        default=6,
    )
