"""A reader of foreign files cannot hang, fill the memory or write."""

import subprocess
import sys

import pytest

from academy.ground import confined


@pytest.mark.parametrize(
    "deed",
    [
        "bytearray(400 * 1024 * 1024)",
        "import tempfile; tempfile.TemporaryFile(buffering=0).write(b'x')",
        "[0 for _ in iter(int, 1)]",
    ],
    ids=["fills the memory", "writes a file", "hangs"],
)
def test_what_a_reader_may_not_do_ends_it(deed: str) -> None:
    program = f"from academy.ground import confined\nconfined.confine(seconds=1, megabytes=300)\n{deed}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=30, check=False)
    assert done.returncode != 0


def test_a_reader_that_breaks_or_takes_too_long_is_told() -> None:
    with pytest.raises(confined.Overwhelmed):
        confined.read("academy.ground.no_such_module", b"", seconds=20)
    with pytest.raises(confined.Overwhelmed):
        confined.read("academy.ground.workbooks", b"", seconds=0.01)
