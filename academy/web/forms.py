"""The base of every form: stripped text, an act id, and CSRF for the whole application."""

from typing import Any
from uuid import uuid4

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, StringField
from wtforms.fields.core import UnboundField


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

        def bind_field(self, form: FlaskForm, unbound_field: "UnboundField[Any]", options: dict[str, Any]) -> Field:
            """Add the stripping filter to text fields."""
            filters = [*unbound_field.kwargs.get("filters", ())]
            if issubclass(unbound_field.field_class, StringField):
                filters.append(_strip)
            field: Field = unbound_field.bind(form=form, filters=filters, **options)
            return field


class ActForm(AcademyForm):
    """A form of one button."""
