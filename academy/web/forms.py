"""The base of every form: stripped text, an act id, and CSRF for the whole application."""

from typing import Any
from uuid import uuid4

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (  # type: ignore[attr-defined]  # the stubs do not know SelectChoice yet
    BooleanField,
    DateField,
    Field,
    FileField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.fields.core import UnboundField
from wtforms.validators import DataRequired, Length, ValidationError

_FIRST_YEAR, _LAST_YEAR = 2000, 2099


def new_act_id() -> str:
    """Name one act, so that sending its form twice does it once."""
    return str(uuid4())


def _strip(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


class AcademyForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Shape and parsing of what a page sends; no query and no rule."""

    act_id = HiddenField(default=new_act_id)

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Strip what people type around a value."""

        def bind_field(
            self, form: FlaskForm, unbound_field: "UnboundField[Any]", options: dict[str, Any]
        ) -> Field:
            """Add the stripping filter to text fields."""
            filters = [*unbound_field.kwargs.get("filters", ())]
            if issubclass(unbound_field.field_class, StringField):
                filters.append(_strip)
            field: Field = unbound_field.bind(form=form, filters=filters, **options)
            return field


def in_our_time(_form: FlaskForm, field: Field) -> None:
    """Refuse a day, or a moment, that was mistyped by centuries."""
    if field.data and not _FIRST_YEAR <= field.data.year <= _LAST_YEAR:
        raise ValidationError(_("Give a day with its full year, such as 2026-11-22."))


# Made-up people for the page that shows all components: short names, long ones, a name of a rare character.
KITCHEN_NAMES = (
    "陈静", "程晶晶", "丁一", "冯建国", "何静怡", "金宇航", "李建国", "欧阳建平", "钱荣根", "尚无", "史景涛",
    "王秀兰", "徐立明", "宣宝玲", "阿卜杜热西提·买买提艾力江", "张晓勇", "周堃", "朱立明",
)  # fmt: skip


class ActForm(AcademyForm):
    """A form of one button."""


class KitchenForm(AcademyForm):
    """One field of each kind, for the page that shows all components."""

    name = StringField(
        _l("Name"), validators=[DataRequired(), Length(max=60)], description=_l("As on the ID card.")
    )
    phone = TelField(_l("Mobile number"), validators=[DataRequired(), Length(min=11, max=11)])
    day = DateField(_l("Day"), validators=[DataRequired(), in_our_time])
    unit = SelectField(_l("Unit"), choices=[SelectChoice("1", "玄武区"), SelectChoice("2", "秦淮区")])
    instructor = SelectField(
        _l("Instructor"),
        validators=[DataRequired()],
        choices=[SelectChoice("", _l("Please choose")), *(SelectChoice(name, name) for name in KITCHEN_NAMES)],
    )
    roster = FileField(
        _l("List of names"), validators=[DataRequired()], description=_l("An Excel file up to 5 MB.")
    )
    way = RadioField(
        _l("Way"),
        validators=[DataRequired()],
        choices=[SelectChoice("code", _l("By code")), SelectChoice("password", _l("By password"))],
    )
    remark = TextAreaField(_l("Remark"), validators=[Length(max=200)])
    agreed = BooleanField(_l("I have read this."), validators=[DataRequired()])
