"""Soft limits on how often one address may ask; what must hold exactly is counted in the database instead."""

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(key_func=get_remote_address, storage_uri="memory://", default_limits=[])
