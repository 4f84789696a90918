"""The application: all features, put together. The only module that names them."""

from datetime import timedelta
from urllib.parse import urlsplit

from flask import Flask, g, request
from flask_compress import Compress
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import BadRequest
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from academy.catalogue.feature import FEATURE as CATALOGUE
from academy.certificates.feature.plug import FEATURE as CERTIFICATES
from academy.classes.actions import sessions as class_sessions
from academy.classes.feature import FEATURE as CLASSES
from academy.clockwork import runner
from academy.clockwork.feature import FEATURE as CLOCKWORK
from academy.enrolment.feature import FEATURE as ENROLMENT
from academy.enrolment.queries import admission
from academy.ground import crypto, db, migrating, storage
from academy.ground.feature import Feature
from academy.ground.settings import BadSettings, Settings
from academy.hours.feature import FEATURE as HOURS
from academy.journal.feature import FEATURE as JOURNAL
from academy.office.feature import FEATURE as OFFICE
from academy.outbox.feature import FEATURE as OUTBOX
from academy.people.feature import FEATURE as PEOPLE
from academy.people.queries import binding, units
from academy.people.queries import sample as accounts
from academy.people.views import sign_in
from academy.portal.feature import FEATURE as PORTAL
from academy.sites.feature import FEATURE as SITES
from academy.web import assets, context, headers, i18n, kitchen, limits, pages, session, shell, views
from academy.web.feature import FEATURE as WEB
from academy.web.plugs import Extensions

FEATURES: tuple[Feature, ...] = (
    WEB,
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


def bind(settings: Settings, features: tuple[Feature, ...] = FEATURES) -> db.Database:
    """Open the database, the keys and the bell that wakes the worker, for pages and commands alike.

    Both are also told what people hold, since both let them into class sessions.
    """
    database = db.Database(settings.database)
    db.bind(database)
    crypto.bind(settings.vault())
    storage.bind(settings.storage)
    runner.bind(runner.Bell(settings))
    admission.plug_credentials([tells for feature in features for tells in feature.credentials])
    return database


def create_app(settings: Settings, features: tuple[Feature, ...] = FEATURES) -> Flask:
    """Put the application together from its settings and features."""
    refuse_to_serve(settings, bind(settings, features))
    app = Flask("academy")
    app.jinja_environment = context.PageEnvironment
    app.config.update(_flask_config(settings))
    app.url_map.strict_slashes = False
    app.url_map.converters["int"] = RowConverter
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    i18n.init_app(app)
    pages.init_app(app)
    headers.init_app(app, https=settings.https)
    sign_in.init_login(app)
    limits.limiter.init_app(app)
    assets.init_app(app)
    Compress(app)
    _refuse_unreadable(app)
    _guard_against_forgery(app)
    app.teardown_request(session.stop_reading)
    app.register_blueprint(views.bp)
    app.register_blueprint(kitchen.bp)
    app.register_blueprint(shell.bp)
    for feature in features:
        for blueprint in feature.blueprints:
            app.register_blueprint(blueprint)
    app.extensions["academy"] = Extensions(
        settings=settings,
        desk=tuple(part for feature in features for part in feature.desk),
        panels=tuple(part for feature in features for part in feature.panels),
        search=tuple(part for feature in features for part in feature.search),
        course_panels=tuple(part for feature in features for part in feature.course_panels),
        place_panels=tuple(part for feature in features for part in feature.place_panels),
    )
    binding.plug_in_charge_of([tells for feature in features for tells in feature.in_charge_of])
    class_sessions.plug_day_changes([acts for feature in features for acts in feature.day_changes])
    units.plug_ties([tells for feature in features for tells in feature.unit_ties])
    context.init_app(app, settings, tuple(item for feature in features for item in feature.nav))
    return app


def refuse_to_serve(settings: Settings, database: db.Database) -> None:
    """Stop before real people are let into a sample academy, or into a database of another version.

    Raises BadSettings with the line that mends it; only production is asked.
    """
    if not settings.production:
        return
    if migrating.version(database) != migrating.head():
        raise BadSettings("The database is not of this program's version: run `academy migrate` first.")
    with database.reading() as session:
        if accounts.any_of_the_sample(session):
            raise BadSettings(
                "This database holds the sample academy, whose password everybody knows: "
                "set ACADEMY_VAR=/another/folder or ACADEMY_DATABASE_URL to another database."
            )


def _flask_config(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": settings.cookie_secret(),
        "TESTING": settings.env == "test",
        "TRUSTED_HOSTS": [urlsplit(settings.base_url).hostname] if settings.production else None,
        "SESSION_COOKIE_NAME": "academy",
        "SESSION_COOKIE_SECURE": settings.https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(days=365),
        "MAX_CONTENT_LENGTH": 16 * 1024 * 1024,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_CHECK_DEFAULT": False,  # checked below, such that a refused form can be redrawn
        "WTF_CSRF_SSL_STRICT": False,  # some browsers send no Referer; the token is what counts
        # A page of 10 kB costs 0.04 ms by zstd, 0.1 ms by the others; static files come squeezed from web/assets.
        "COMPRESS_MIMETYPES": ["text/html", "text/javascript", "application/json", "application/manifest+json"],
        "COMPRESS_ALGORITHM": ["zstd", "br", "gzip"],
        "COMPRESS_LEVEL": 5,
        "COMPRESS_BR_LEVEL": 4,
        "COMPRESS_ZSTD_LEVEL": 3,
    }


class RowConverter(IntegerConverter):
    """A row's key in an address; a longer number is no address of ours."""

    def __init__(self, map: Map) -> None:  # noqa: A002 - werkzeug's own name
        super().__init__(map, max=2**63 - 1)


def _refuse_unreadable(app: Flask) -> None:
    """Refuse NUL characters before anybody stores or searches them: PostgreSQL cannot, and nobody types them."""

    @app.before_request
    def _check() -> None:
        sent = (request.path, *request.args.values(), *request.form.values(), *request.args, *request.form)
        if any("\0" in text for text in sent):
            raise BadRequest


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
