"""The `wellhead` command: the same library as the standalone binary."""

import signal
import sys

from . import _wellhead


def main() -> None:
    # The command handles Ctrl-C itself, or ends by it; Python's handler would only be seen after it returned.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.exit(_wellhead._command(["wellhead", *sys.argv[1:]]))


if __name__ == "__main__":
    main()
