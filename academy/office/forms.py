"""What is sent to run a class: who was there, which people of the roster are meant, why it is not held."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField, TextAreaField
from wtforms.validators import DataRequired, Length
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


class CancelForm(AcademyForm):
    """Say why a class session is not held, in words for those who were to come."""

    reason = TextAreaField(_l("Why it is cancelled"), validators=[DataRequired(), Length(max=200)])

    def words(self) -> str:
        """Give the reason in one line."""
        return " ".join((self.reason.data or "").split())
