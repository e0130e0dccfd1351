"""``python -m visualmlp`` is the same as ``visualmlp``."""

import sys

from visualmlp.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
