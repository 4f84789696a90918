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
        for serve in (serving.serve_all, serving.serve_pages):
            assert serve(Settings(env="test", port=port), say=said.append) == 1
    assert all(f"port {port} is taken" in words for words in said)
    assert [words.partition(f"ACADEMY_PORT={port + 1} ")[2] for words in said] == ["./run", "academy serve"]
    assert not serving.is_taken("127.0.0.1", port)
