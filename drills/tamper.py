"""Alter issued certificates in fourteen ways and have page and command judge them.

`./run drill tamper` issues a class in an academy of its own, makes a twin of each kind of three files, drops it
on the page, hands it to the command, and asks pdfsig what a viewer would say; the originals too. Of each kind it
tells how many files were refused (`refused_by_page`, `refused_by_command`), of how many both told what they are
(`told`), and how many a viewer calls validly signed (`viewer_valid`). All twins must be refused, all originals
accepted.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from click.testing import CliRunner

from academy.app import create_app
from academy.certificates.feature.plug import FEATURE
from academy.certificates.rules.verdicts import TITLES, Verdict
from academy.ground import db, migrating
from academy.ground.settings import Settings
from academy.web.limits import limiter
from bench.ground import tell
from tests.certificates.forging import TWINS, Issued
from tests.certificates.three import issued_files
from tests.pages import PageClient, text_of


def main() -> None:
    """Rehearse, print the figures, and end with 1 if a twin passed or an original did not."""
    with TemporaryDirectory(prefix="academy-tamper-") as folder:
        settings = Settings(env="test", var=Path(folder), sample=False)
        app = create_app(settings)
        app.test_client_class = PageClient
        migrating.upgrade(db.bound())
        files = issued_files(settings)
        client = app.test_client()
        assert isinstance(client, PageClient)
        with client.session_transaction() as cookie:
            cookie["locale"] = "en"
        judge = _Judge(client, settings, Path(folder) / "twin.pdf")
        rows = [judge.kind("original", lambda file, _other: file.data, Verdict.VALID, files)]
        rows += [judge.kind(kind, forge, verdict, files) for kind, (forge, verdict) in TWINS.items()]
        db.bound().close()
    tell("Tampering", rows)
    sys.exit(0 if all(map(_as_it_should_be, rows)) else 1)


def _as_it_should_be(row: dict[str, Any]) -> bool:
    refused = 0 if row["kind"] == "original" else row["files"]
    return bool(row["refused_by_page"] == row["refused_by_command"] == refused and row["told"] == row["files"])


class _Judge:
    """Page, command and viewer, asked about one file after the other."""

    def __init__(self, client: PageClient, settings: Settings, path: Path) -> None:
        self._client, self._settings, self._path = client, settings, path

    def kind(
        self, kind: str, forge: Callable[[Issued, Issued], bytes], verdict: Verdict, files: list[Issued]
    ) -> dict[str, Any]:
        """Judge the twins of one kind."""
        began, page, command, told, viewer = monotonic(), 0, 0, 0, 0
        for number, each in enumerate(files):
            self._path.write_bytes(forge(each, files[number - 1]))
            said = self._page()
            done = CliRunner().invoke(FEATURE.commands[0], ["verify", str(self._path)], obj=self._settings)
            page += TITLES[Verdict.VALID] not in said
            command += done.exit_code != 0
            told += TITLES[verdict] in said and f"verdict={verdict}" in done.output
            viewer += self._viewer()
        return {
            "kind": kind, "files": len(files), "refused_by_page": page, "refused_by_command": command,
            "told": told, "verdict": str(verdict), "viewer_valid": viewer if shutil.which("pdfsig") else None,
            "seconds": round((monotonic() - began) / (2 * len(files)), 2),
        }  # fmt: skip

    def _page(self) -> str:
        limiter.reset()
        file = (BytesIO(self._path.read_bytes()), "twin.pdf")
        return text_of(self._client.send("/verify/file", "/verify/", file=file))

    def _viewer(self) -> bool:
        """Tell whether a viewer calls a signature of the file valid, whether or not all of it is signed."""
        if not shutil.which("pdfsig"):
            return False
        said = subprocess.run(["pdfsig", "-nocert", str(self._path)], capture_output=True, check=False).stdout
        return b"Signature is Valid" in said


if __name__ == "__main__":
    main()
