"""What pages of the catalogue send."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import FieldList, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from academy.web.forms import AcademyForm

SPARE_LINES = 4


class ProgrammeForm(AcademyForm):
    """A programme's title, the share of hours it asks for, and its courses in order."""

    title = StringField(_l("Title"), validators=[InputRequired(), Length(max=80)])
    required_percent = IntegerField(
        _l("Share of the hours that completion asks for, in percent"),
        validators=[InputRequired(), NumberRange(min=1, max=100)],
        default=90,
    )
    courses = FieldList(SelectField(_l("Course"), coerce=int, default=0), min_entries=2 * SPARE_LINES)

    def offer(self, titles: Mapping[int, str], no_course: str) -> None:
        """Offer these courses in every line, and a line without one."""
        for line in self.courses:
            line.choices = [(0, no_course), *titles.items()]

    def values(self) -> dict[str, Any]:
        """Give what was typed, the courses in order and without the empty lines."""
        return {
            "title": self.title.data,
            "required_percent": self.required_percent.data,
            "course_ids": [line.data for line in self.courses if line.data],
        }
