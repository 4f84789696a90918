"""What the office sends of a notice."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from academy.portal.rules import KIND_NAMES, LONGEST_BODY, LONGEST_TITLE, NoticeKind, Words
from academy.web.forms import AcademyForm, in_our_time


class NoticeForm(AcademyForm):
    """The words of a notice, and the version that the writer has seen of it."""

    kind = SelectField(_l("Kind of notice"), coerce=NoticeKind, validators=[InputRequired()])
    title = StringField(_l("Title of the notice"), validators=[DataRequired(), Length(max=LONGEST_TITLE)])
    body = TextAreaField(_l("Text of the notice"), validators=[Length(max=LONGEST_BODY)])
    pinned_until = DateField(_l("At the top until"), validators=[Optional(), in_our_time])
    version = HiddenField(default="1")

    def offer(self) -> None:
        """Offer the kinds of notice in the reader's language."""
        self.kind.choices = {kind.value: str(_(name)) for kind, name in KIND_NAMES.items()}

    @property
    def seen(self) -> int:
        """Tell which version the writer has seen; none where somebody mangled it."""
        return seen_version(self.version.data)

    def words(self) -> Words:
        """Give what was typed."""
        return Words(
            kind=self.kind.data,
            title=self.title.data or "",
            body=(self.body.data or "").replace("\r\n", "\n"),
            pinned_until=self.pinned_until.data,
        )


def seen_version(text: str | None) -> int:
    """Read the version that somebody has seen; 0 is none."""
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004 - fits any database
