"""Soft limits on how often one network may ask, counted by each process for itself.

What must hold exactly is counted in the database instead. The numbers are half of what is meant, as two processes
serve the pages.
"""

from flask import request
from flask_limiter import Limiter

from academy.ground.network import network


def _asker() -> str:
    """Name the network that asks; a visitor without an address, as over a socket, is one more."""
    return network(request.remote_addr) or "nowhere"


limiter = Limiter(key_func=_asker, storage_uri="memory://", default_limits=[])
