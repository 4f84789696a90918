"""What is sent to decide on claims, to let somebody else come, and to move a class session: shape only."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, SelectMultipleField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from academy.web.forms import AcademyForm, in_our_time

_LONGEST_REASON = 200


class PickedClaimsForm(AcademyForm):
    """Name the claims picked in a list; which of them may be decided on is looked up."""

    picked = SelectMultipleField(_l("Picked people"), coerce=int, validate_choice=False)


class RefuseForm(AcademyForm):
    """Say why claims are refused, in words for those who made them."""

    picked = SelectMultipleField(
        _l("Who is refused"),
        coerce=int,
        validators=[InputRequired()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    reason = TextAreaField(_l("Why"), validators=[DataRequired(), Length(max=_LONGEST_REASON)])

    def offer(self, people: Iterable[tuple[int, str]]) -> None:
        """Offer these people and no others."""
        self.picked.choices = list(people)


class SubstituteForm(AcademyForm):
    """Choose who comes instead, and say why."""

    person = RadioField(_l("Who comes instead"), coerce=int, validators=[InputRequired()])
    reason = TextAreaField(_l("Why somebody else comes"), validators=[Length(max=_LONGEST_REASON)])

    def offer(self, people: Iterable[tuple[int, str]], *, with_reason: bool) -> None:
        """Offer these people and no others; where the day of arrival is over, a reason is asked for."""
        self.person.choices = list(people)
        if with_reason:
            self.reason.validators = [DataRequired(), Length(max=_LONGEST_REASON)]
            self.reason.flags.required = True


class MoveForm(AcademyForm):
    """Say on which day a class session begins instead."""

    starts_on = DateField(_l("New first day"), validators=[InputRequired(), in_our_time])
