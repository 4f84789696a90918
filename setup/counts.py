"""Say how many tests ran where, as tests/conftest.py counted them; fail if a whole engine was left out."""

import json
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "var"
PLACES = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "chromium": "Chromium", "without": "no database"}


def counted() -> dict[str, int]:
    """Add up what the runs left: the engines are one, the browser's journeys another, their judgement a third."""
    counts = dict.fromkeys(PLACES, 0)
    for path in FOLDER.glob("test-counts*.json"):
        for place, count in json.loads(path.read_text(encoding="utf-8")).items():
            counts[place] = counts.get(place, 0) + int(count)
    return counts


def main() -> None:
    """Print one line; zero tests on an engine is no success."""
    counts = counted()
    print(" · ".join(f"{PLACES.get(place, place)} {count}" for place, count in counts.items()))
    sys.exit(0 if all(counts.values()) else 1)


if __name__ == "__main__":
    main()
