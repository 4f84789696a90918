"""The blueprint that all pages of the portal hang on."""

from flask import Blueprint

bp = Blueprint("portal", "academy.portal", template_folder="templates")
