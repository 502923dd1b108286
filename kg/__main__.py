"""``python -m kg`` is the command ``soins``."""

import sys

from kg.cli import main

sys.exit(main())
