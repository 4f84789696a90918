"""The blueprint that all pages of people hang on."""

from flask import Blueprint

bp = Blueprint("people", "academy.people", template_folder="templates")
