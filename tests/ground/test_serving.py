"""The academy starts where nobody else listens, and says so where somebody does."""

import socket

from academy.ground import serving
from academy.ground.settings import Settings


def test_a_second_academy_does_not_share_the_port_unseen() -> None:
    said: list[str] = []
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as the page server binds it
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert serving.serve_all(Settings(env="test", port=port), say=said.append) == 1
    assert f"port {port} is taken" in said[0]
    assert not serving.is_taken("127.0.0.1", port)
