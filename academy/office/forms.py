"""What a class manager sends: who was there, and which people of the roster are meant."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from academy.web.forms import AcademyForm


class RegisterForm(AcademyForm):
    """Say who was at a sitting."""

    present = SelectMultipleField(
        _l("Who was there"), coerce=int, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )

    def offer(self, people: Iterable[tuple[int, str]]) -> None:
        """Offer these people and no others."""
        self.present.choices = list(people)


class PickedForm(AcademyForm):
    """Name the people picked on the roster; which of them are meant is looked up inside the class session."""

    picked = SelectMultipleField(_l("Picked people"), coerce=int, validate_choice=False)
