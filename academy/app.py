"""The application: all features, put together. The only module that names them."""

from datetime import timedelta

from flask import Flask, g, request
from flask_compress import Compress
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from academy.catalogue.feature import FEATURE as CATALOGUE
from academy.certificates.feature import FEATURE as CERTIFICATES
from academy.classes.feature import FEATURE as CLASSES
from academy.clockwork import runner
from academy.clockwork.feature import FEATURE as CLOCKWORK
from academy.enrolment.feature import FEATURE as ENROLMENT
from academy.ground import crypto, db, storage
from academy.ground.feature import Feature
from academy.ground.settings import Settings
from academy.hours.feature import FEATURE as HOURS
from academy.journal.feature import FEATURE as JOURNAL
from academy.office.feature import FEATURE as OFFICE
from academy.outbox.feature import FEATURE as OUTBOX
from academy.people.feature import FEATURE as PEOPLE
from academy.people.queries import binding
from academy.people.views import sign_in
from academy.portal.feature import FEATURE as PORTAL
from academy.sites.feature import FEATURE as SITES
from academy.web import context, headers, i18n, limits, pages, session, views
from academy.web.plugs import Extensions

FEATURES: tuple[Feature, ...] = (
    JOURNAL,
    OUTBOX,
    CLOCKWORK,
    PEOPLE,
    CATALOGUE,
    SITES,
    CLASSES,
    HOURS,
    ENROLMENT,
    OFFICE,
    CERTIFICATES,
    PORTAL,
)


def bind(settings: Settings) -> db.Database:
    """Open the database, the keys and the bell that wakes the worker, for pages and commands alike."""
    database = db.Database(settings.database)
    db.bind(database)
    crypto.bind(settings.vault())
    storage.bind(settings.storage)
    runner.bind(runner.Bell(settings))
    return database


def create_app(settings: Settings, features: tuple[Feature, ...] = FEATURES) -> Flask:
    """Put the application together from its settings and features."""
    bind(settings)
    app = Flask("academy")
    app.config.update(_flask_config(settings))
    app.url_map.strict_slashes = False
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    i18n.init_app(app)
    pages.init_app(app)
    headers.init_app(app, https=settings.https)
    sign_in.init_login(app)
    limits.limiter.init_app(app)
    Compress(app)
    _guard_against_forgery(app)
    app.teardown_request(session.stop_reading)
    app.register_blueprint(views.bp)
    for feature in features:
        for blueprint in feature.blueprints:
            app.register_blueprint(blueprint)
    app.extensions["academy"] = Extensions(
        settings=settings,
        desk=tuple(part for feature in features for part in feature.desk),
        panels=tuple(part for feature in features for part in feature.panels),
    )
    binding.plug_in_charge_of([tells for feature in features for tells in feature.in_charge_of])
    context.init_app(app, settings, tuple(item for feature in features for item in feature.nav))
    return app


def _flask_config(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": settings.cookie_secret(),
        "TESTING": settings.env == "test",
        "SESSION_COOKIE_NAME": "academy",
        "SESSION_COOKIE_SECURE": settings.https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(days=365),
        "MAX_CONTENT_LENGTH": 16 * 1024 * 1024,
        "SEND_FILE_MAX_AGE_DEFAULT": timedelta(days=365),  # addresses carry a fingerprint
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_CHECK_DEFAULT": False,  # checked below, such that a refused form can be redrawn
        "WTF_CSRF_SSL_STRICT": False,  # some browsers send no Referer; the token is what counts
        "COMPRESS_MIMETYPES": [
            "text/html",
            "text/css",
            "text/javascript",
            "image/svg+xml",
            "application/json",
        ],
    }


def _guard_against_forgery(app: Flask) -> None:
    """Check the CSRF token of every POST.

    A refused token does not end the request: its form is redrawn with what was typed, and no transaction opens.
    """
    protect = CSRFProtect(app)

    @app.before_request
    def _check() -> None:
        if request.method in {"GET", "HEAD", "OPTIONS"}:
            return
        try:
            protect.protect()
        except CSRFError as error:
            g.csrf_refused = error.description
