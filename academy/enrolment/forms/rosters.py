"""What somebody who sends a list of people is asked."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import FileField, RadioField, SelectChoice, SelectField  # type: ignore[attr-defined]  # the stubs lag
from wtforms.validators import InputRequired

from academy.web.forms import AcademyForm


class ImportForm(AcademyForm):
    """A list of people, whose it is, and what it claims to be."""

    file = FileField(
        _l("List of people"), validators=[InputRequired(_l("Choose the file of the list."))],
        description=_l("Excel (.xlsx, .xls) or text (CSV), up to 10 MB. Titles and other columns may stay."),
    )  # fmt: skip
    unit = SelectField(_l("Whose list is it?"))
    kind = RadioField(
        _l("Who is in it?"),
        default="some",
        choices=[
            SelectChoice("some", _l("Some people. Nobody else changes.")),
            SelectChoice("all", _l("Everybody of the unit. Whoever is missing has left.")),
        ],
    )
    code = SelectField(_l("Put them forward for a class"))

    def offer(self, units: Iterable[tuple[str, str]], classes: Iterable[tuple[str, str]]) -> None:
        """Offer these units and classes, and no others."""
        self.unit.choices = [SelectChoice(value, name) for value, name in units]
        self.code.choices = [
            SelectChoice("", _l("No, only enter them")),
            *(SelectChoice(*each) for each in classes),
        ]
