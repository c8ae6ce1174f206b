"""Options that several commands share, defined once."""

from __future__ import annotations

from pathlib import Path

import click

account = click.option("--account", metavar="A", help="The alias of the account to use.")
quiet = click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
verbose = click.option("-v", "--verbose", is_flag=True, help="Log each call (never a URL).")
ca_bundle = click.option(
    "--ca-bundle",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Trust these certificates (PEM) instead of the machine's.",
)
