"""The blueprint that all pages of places hang on."""

from flask import Blueprint

bp = Blueprint("enrolment", "academy.enrolment", template_folder="templates")
