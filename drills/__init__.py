"""Rehearsals of what must not harm: `./run drill NAME` prints its figures as `./run bench` does."""
