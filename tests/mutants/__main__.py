"""`python -m tests.mutants`: put faults in by sample, and tell which of them no test noticed."""

import sys

from tests.mutants.command import main

sys.exit(main())
