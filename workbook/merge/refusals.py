"""Why a table is not updated: each refusal with its facts and its sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from workbook.errors import ContactsError

UNTOUCHED = "Nothing was changed."
UPDATE = "getcontacts export FILE --update"
ADD_ACCOUNT = f"{UPDATE} --columns basic,account"


class UpdateRefused(ContactsError):
    """The table cannot be updated without harm; every refusal says what to do about it."""

    exit_code = 8

    def sentence(self) -> str:
        return f"{super().sentence()} {UNTOUCHED}"


class IdTitleMissing(UpdateRefused):
    """No column is titled so, so nobody can be found; `titles` are those that are there."""

    titles: tuple[str, ...] = ()
    title: str = "id"
    text = (
        'The table has no column titled "{title}" (it has {there}). '
        "Give the column with the ids that title back and repeat."
    )

    def words(self) -> dict[str, object]:
        there = ", ".join(f'"{title}"' for title in self.titles[:12])
        return {**super().words(), "there": there or "none"}


class TitleTwice(UpdateRefused):
    """Two columns have the same title."""

    title: str
    text = (
        'The title "{title}" stands twice in the table. Rename one of the two columns and repeat.'
    )


class SheetHidden(UpdateRefused):
    """The table stands on a sheet that is not shown; `how`: what lets contacts in all the same."""

    sheet: str
    how: str
    text = (
        'The table stands on the hidden sheet "{sheet}", where nobody sees who is put in. '
        "Show the sheet (right-click a tab, Unhide), or let it be filled: {how}."
    )


class IdsAreFormulas(UpdateRefused):
    """A calculated column holds the ids."""

    title: str = "id"
    text = (
        'A formula of the table fills the column "{title}". '
        "Paste the ids there as values and repeat."
    )


class HoldsMembers(UpdateRefused):
    """The table holds the members of groups, among whom contacts have no place."""

    text = (
        "The table holds the members of groups. To bring it up to date: "
        "getcontacts members FILE --update."
    )


class SecondAccount(UpdateRefused):
    """The table has no column for accounts and belongs to another account."""

    owner: str
    account: str
    to_add: str = ADD_ACCOUNT
    text = (
        'This table belongs to "{owner}" and has no column "account" to tell the rows of '
        '"{account}" apart. To add that column, run once: {to_add}; or write them to another '
        "workbook."
    )


class RowsOfPersons(UpdateRefused):
    """A table with a row a person over several accounts, or one that is to be, but is not."""

    are: bool
    text = (
        "This table has a row for each person over several accounts, so the list of one account "
        "cannot go into it. Update it with: getcontacts export FILE --all-accounts --by person "
        "--update."
    )
    text_not = (
        'This table has no columns "accounts" and "knownBy", so its rows are not those of a person '
        "over several accounts. Write another workbook: getcontacts export FILE --all-accounts "
        "--by person; or update this one without --by."
    )

    def sentence(self) -> str:
        return f"{self.text if self.are else self.text_not} {UNTOUCHED}"


class FullOfStrangers(UpdateRefused):
    """Nothing is known of the table, and most people in it are in no list of this account."""

    account: str
    strangers: int
    people: int
    update: str = UPDATE
    text = (
        "{strangers:,} of the {people:,} people in this table are in no list of "
        '"{account}", so it seems to be of another account. If it is not, run once: '
        "{update} --adopt."
    )


class AccountUnclear(UpdateRefused):
    """A column titled "account" names this account, but it is not known whether we wrote it."""

    account: str
    to_add: str = ADD_ACCOUNT
    text = (
        'A column "account" names "{account}", and it is not known whether getcontacts '
        "wrote it. If so, say so once: {to_add}; if it is your own, give it another title."
    )


class OthersNamed(UpdateRefused):
    """A column titled "account" names others in most rows and never this account."""

    other: str
    account: str
    update: str = UPDATE
    to_add: str = ADD_ACCOUNT
    text = (
        'A column "account" names "{other}" and not "{account}". To have the '
        'rows of "{account}" added below, run once: {to_add}; if the column is your own, or all '
        'of them are of "{account}": {update} --adopt.'
    )


class NotAWorkbook(UpdateRefused):
    """The file cannot be edited in place; `why` is a key of `reasons`, or a whole reason."""

    why: str
    text = "The workbook cannot be updated: {reason}."
    reasons: ClassVar[Mapping[str, str]] = {
        "encrypted": "it is protected by a password; remove that in Excel (File, Info) and repeat",
        "xls": "it has the old format .xls; save it as .xlsx in Excel and repeat",
        "xlsb": "it has the binary format .xlsb; save it as .xlsx in Excel and repeat",
        "xlt": "it is a template of the old format; save the workbook itself as .xlsx in Excel",
        "xltx": "it is a template (.xltx); open it in Excel and save what comes as .xlsx",
        "xltm": "it is a template (.xltm); open it in Excel and save what comes as .xlsm",
        "xla": "it is an add-in, not a workbook; name the workbook that holds the list",
        "xlam": "it is an add-in, not a workbook; name the workbook that holds the list",
        "ods": "it has the OpenDocument format .ods; save it as .xlsx in LibreOffice and repeat",
        "zip": "it is not an .xlsx or .xlsm file, or it is damaged; "
        "open it in Excel and save it again",
    }


class BrokenPart(UpdateRefused):
    """One part of the file cannot be read; `why` never quotes it."""

    part: str
    why: str
    text = (
        "The workbook cannot be updated: its part {part} {why}. "
        "Open it in Excel, save it again and repeat."
    )


class SignedWorkbook(UpdateRefused):
    """The workbook has a digital signature, which any change would make invalid."""

    text = (
        "The workbook is signed, and an update would break the signature. "
        "Remove it in Excel (File, Info, View Signatures), or update a copy without it."
    )


class SharedWorkbook(UpdateRefused):
    """The workbook is shared in the old way, with a record of everybody's changes."""

    text = (
        "The workbook is shared in the old way, with a record of all changes, which an update "
        "would contradict. Stop sharing it in Excel (Review, Unshare Workbook) and repeat."
    )


class NoTable(UpdateRefused):
    """No table is called so, and not exactly one other has our titles (`alike` do)."""

    alike: tuple[str, ...] = ()
    name: str = "Contacts"
    titles: Sequence[str] = ("id", "name")
    text = (
        "The workbook has no table called {name} and none with the titles {wanted}. "
        "Make the list a table (Ctrl+T) with these titles, or replace the file with --overwrite."
    )
    text_alike = (
        "Several tables have the titles {wanted} ({names}), and none is called {name}. "
        "Give the right one that name (Table Design) and repeat."
    )

    def words(self) -> dict[str, object]:
        wanted = " and ".join(f'"{title}"' for title in self.titles)
        return {**super().words(), "wanted": wanted, "names": ", ".join(self.alike)}

    def sentence(self) -> str:
        if not self.alike:
            return super().sentence()
        return f"{self.text_alike.format(**self.words())} {UNTOUCHED}"


class SheetProtected(UpdateRefused):
    """The sheet with the table is protected."""

    sheet: str
    text = 'The sheet "{sheet}" is protected. Unprotect it (Review, Unprotect Sheet) and repeat.'


class MergedCells(UpdateRefused):
    """The table has merged cells."""

    where: str
    text = "The cells {where} are merged inside the table. Unmerge them (Home, Merge) and repeat."


class FilledByQuery(UpdateRefused):
    """A query fills the table and would overwrite what we write."""

    table: str
    text = (
        'The table "{table}" is filled by a query of the workbook itself. '
        "Update a table of its own."
    )


class MappedToXml(UpdateRefused):
    """The table belongs to an XML map of the workbook, whose import would write over ours."""

    table: str
    text = (
        'The table "{table}" is mapped to an XML file, and an import of that would replace what is '
        "written into it. Update a table of its own."
    )


class TitlesDisagree(UpdateRefused):
    """A header cell and the table's list of titles differ in a column that matters."""

    cell: str
    listed: str
    text = (
        'A header cell says "{cell}" where the table itself says "{listed}". '
        "Open the workbook in Excel, check the titles, save it and repeat."
    )


class ColumnsInTheWay(UpdateRefused):
    """The columns that were asked for have no room at the right end of the table."""

    titles: tuple[str, ...]
    obstacle: str
    text = (
        "There is no room right of the table for the new columns ({listed}): {obstacle} is in the "
        "way. Move it, or leave these columns out, and repeat."
    )

    def words(self) -> dict[str, object]:
        return {**super().words(), "listed": ", ".join(self.titles)}


class SheetFull(UpdateRefused):
    """The sheet has fewer free rows than there are new contacts."""

    new: int
    text = (
        "The sheet ends at row 1,048,576 and has no room for all new contacts ({new:,}). "
        "Write a new workbook with --overwrite or under another name."
    )
