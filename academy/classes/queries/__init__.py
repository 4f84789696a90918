"""Read class sessions: `sessions` for every feature, `office` for the pages here, `audit` for the invariants."""
