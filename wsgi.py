"""Settings from the environment → create_app → app, for any WSGI server."""

import os

from academy.app import create_app
from academy.ground import settings

app = create_app(settings.read(os.environ))
