"""What the spreadsheet programs call their own menus, and what only one of them says."""

from __future__ import annotations

import msgspec

HELP_IN_EXCEL = """\
In any cell; where your Excel separates arguments by semicolons, as in the second spelling:

=GETCONTACTS()
=GETCONTACTS("group")
=GETCONTACTS("user", 100)   or   =GETCONTACTS("user"; 100)
=GETCONTACTS(,,FALSE)   or   =GETCONTACTS(;;FALSE)
=GETCONTACT("+49 151 00000001")
=GETCONTACT(A2, "name")   or   =GETCONTACT(A2; "name")
=GETCONTACTSINFO()

They show contacts in workbooks that you allowed: button Allow.

Refresh as a macro, for a shape or the macro window:
GetContacts.xlam!RefreshSheet

Refresh writes its own columns only, found by their titles: what you add beside them stays with \
the person. Undo refresh takes the last one back.

A workbook has an account of its own when the name getcontacts_account is defined in it, \
for example as ="main".

More is in the README of green-api-contacts, in the part "Buttons and formulas"."""

HELP_IN_CALC = """\
Refresh writes its own columns only, found by their titles: what you add beside them stays with \
the person. Undo refresh takes the last one back; so does Ctrl+Z, as one step.

In any cell:

=GETCONTACT("+49 151 00000001")
=GETCONTACT(A2; "name")
=GETCONTACTSINFO()

These fill several cells: select them, type the formula, and press Ctrl+Shift+Enter.

=GETCONTACTS()
=GETCONTACTS("group")
=GETCONTACTS("user"; 100; FALSE)

They show contacts in documents that you allowed: button Allow.

A document has an account of its own when the name getcontacts_account is defined in it, \
for example as "main".

More is in the README of green-api-contacts, in the part "I use LibreOffice"."""


class Words(msgspec.Struct, frozen=True):
    """The words of one program: its name, where our buttons are, and its menus."""

    program: str
    buttons: str
    allow: str
    clear_filter: str
    table_options: str
    hide_totals: str
    name_manager: str
    later: str
    help: str


EXCEL = Words(
    program="Excel",
    buttons="on the tab Contacts",
    allow="tab Contacts, Allow",
    clear_filter="Data, Clear",
    table_options="Table Design",
    hide_totals="Table Design",
    name_manager="Formulas, Name Manager",
    later="Press Ctrl+Alt+F9 in a few seconds.",
    help=HELP_IN_EXCEL,
)
CALC = Words(
    program="Calc",
    buttons="on the toolbar Contacts",
    allow="menu Contacts, Allow",
    clear_filter="Data, More Filters, Reset Filter",
    table_options="Data, Define Range, Options, Contains column labels",
    hide_totals="Data, Define Range, Options, Contains totals row",
    name_manager="Sheet, Named Ranges, Manage",
    later="It comes by itself in a few seconds.",
    help=HELP_IN_CALC,
)

_spoken = [EXCEL]


def here() -> Words:
    """Return the words of the program that this process works for."""
    return _spoken[-1]


def speak(words: Words) -> None:
    """Work for the program with these words from now on."""
    _spoken[:] = [words]
