"""`python -m tests.proof`: run what attacks the promises, and write the report."""

from tests.proof.report import main

main()
