"""Contacts from GREEN-API into rows and files, without any spreadsheet program.

One line: account, fetch, guard, contacts, select, table, file. The rooms in their order; each
imports only from rooms above it, and none from `addin` (tests/test_architecture.py):

errors      what can go wrong, in sentences with exit codes
files       a file replaced in one step; locks; how a shell writes a command
contacts    pure: what a contact is, who is who, columns, what changed between two lists
accounts    which account is meant; settings; where its token is kept
merge       pure: a table that is there and a new list become a plan, or a refusal
store       the SQLite database: all SQL
green_api   the service: protocol (pure), transport, one client
sync        the use cases: `latest` fetches, judges and keeps; history, person, purge, doctor
export      a new .xlsx, .csv, .json or .vcf; `run` goes from wish to report
ooxml       an .xlsx that is there, brought up to date; `update_run` goes from wish to report
fleet       one run on several machines: shards, their claims and their store; the only Dask
simulator   a GREEN-API on loopback
cli         the command, from `__main__`; the only room that prints

README.md, "How it is built", says what is decided where and what to touch for what.
"""

__version__ = "0.4.0"
