"""`python -m chalicelib.cli` is the `habitue` command."""

import sys

from chalicelib.cli import main

sys.exit(main())
