# Thin aliases: ./run is the one front door.
.PHONY: run test check

run:
	./run

test:
	./run test

check:
	./run check
