"""Every change of a claim: pools are locked first, by id, then persons, by id; then facts, rules, write, tell."""
