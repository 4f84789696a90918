"""The `academy` command, and `python -m academy`."""

import gc

gc.disable()  # nothing that is loaded is garbage; to look for some all the while takes an eighth of the start

from academy.cli import main  # noqa: E402 - see above

gc.freeze()
gc.enable()

if __name__ == "__main__":
    main()
