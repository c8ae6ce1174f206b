"""Why a table is left as it is instead of brought up to date, as types; a leaf beside errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from workbook.errors import ContactsError

UNTOUCHED = "Nothing was changed."


@dataclass(eq=False)
class UpdateRefused(ContactsError):
    """What is there cannot be brought up to date without harm; every cause says what to do."""

    exit_code: ClassVar[int] = 8


@dataclass(eq=False)
class IdTitleMissing(UpdateRefused):
    """No column is titled "id", so nobody can be found; `titles` are the ones there are."""

    titles: tuple[str, ...] = ()

    def sentence(self) -> str:
        there = ", ".join(f'"{title}"' for title in self.titles[:12])
        return (
            f'The table has no column titled "id" (it has {there or "none"}). '
            f"Give the column with the ids that title back and repeat. {UNTOUCHED}"
        )


@dataclass(eq=False)
class TitleTwice(UpdateRefused):
    """A title stands over more than one column."""

    title: str

    def sentence(self) -> str:
        return (
            f'The title "{self.title}" stands twice in the table. '
            f"Rename one of the two columns and repeat. {UNTOUCHED}"
        )


@dataclass(eq=False)
class IdsAreFormulas(UpdateRefused):
    """A formula of the table fills the column of ids."""

    def sentence(self) -> str:
        return (
            'A formula of the table fills the column "id". '
            f"Paste the ids there as values and repeat. {UNTOUCHED}"
        )


@dataclass(eq=False)
class SecondAccount(UpdateRefused):
    """A table without accounts in it belongs to one account, and this is another one."""

    owner: str
    account: str

    def sentence(self) -> str:
        return (
            f'This table holds the contacts of "{self.owner}" and has no column "account" to tell '
            f'those of "{self.account}" apart. Write them to another workbook. {UNTOUCHED}'
        )


@dataclass(eq=False)
class FullOfStrangers(UpdateRefused):
    """Most people of a table of which nothing is known are in no list of this account."""

    account: str
    strangers: int
    people: int

    def sentence(self) -> str:
        return (
            f"{self.strangers:,} of the {self.people:,} people in this table are in no list of "
            f'"{self.account}", so it seems to be of another account. If it is not, run once: '
            f"getcontacts export FILE --update --adopt. {UNTOUCHED}"
        )


@dataclass(eq=False)
class AccountUnclear(UpdateRefused):
    """A column is titled "account" and holds this account, but is not known to be ours."""

    account: str

    def sentence(self) -> str:
        return (
            f'A column "account" names "{self.account}", and it is not known whether getcontacts '
            "wrote it. If so, say so once: getcontacts export FILE --update --columns "
            f"basic,account; if it is your own, give it another title. {UNTOUCHED}"
        )


@dataclass(eq=False)
class OthersNamed(UpdateRefused):
    """A column "account", not known to be ours, names others in most rows and never this one."""

    other: str
    account: str

    def sentence(self) -> str:
        return (
            f'A column "account" names "{self.other}" and not "{self.account}". To have the '
            f'contacts of "{self.account}" added below, run once: getcontacts export FILE --update '
            "--columns basic,account; if the column is your own, or all of them are of "
            f'"{self.account}": getcontacts export FILE --update --adopt. {UNTOUCHED}'
        )


@dataclass(eq=False)
class NotAWorkbook(UpdateRefused):
    """The file is none that can be edited in place; `why` is a key of WHY_NOT or a whole reason."""

    why: str

    def sentence(self) -> str:
        return f"The workbook cannot be updated: {WHY_NOT.get(self.why, self.why)}. {UNTOUCHED}"


WHY_NOT = {
    "encrypted": "it is protected by a password; remove that in Excel (File, Info) and repeat",
    "xls": "it has the old format .xls; save it as .xlsx in Excel and repeat",
    "xlsb": "it has the binary format .xlsb; save it as .xlsx in Excel and repeat",
    "zip": "it is not an .xlsx or .xlsm file, or it is damaged; open it in Excel and save it anew",
}


@dataclass(eq=False)
class BrokenPart(UpdateRefused):
    """One part of the file cannot be read; `why` never quotes it."""

    part: str
    why: str

    def sentence(self) -> str:
        return (
            f"The workbook cannot be updated: its part {self.part} {self.why}. "
            f"Open it in Excel, save it anew and repeat. {UNTOUCHED}"
        )


@dataclass(eq=False)
class NoTable(UpdateRefused):
    """No table is called Contacts, and not exactly one other looks like ours."""

    alike: tuple[str, ...] = ()

    def sentence(self) -> str:
        if self.alike:
            return (
                f"Several tables have the titles id and name ({', '.join(self.alike)}), and none "
                "is called Contacts. Give the right one that name (Table Design) and repeat. "
                f"{UNTOUCHED}"
            )
        return (
            'The workbook has no table called Contacts and none with the titles "id" and "name". '
            "Make the list a table (Ctrl+T) with these titles, or write it anew with --overwrite. "
            f"{UNTOUCHED}"
        )


@dataclass(eq=False)
class SheetProtected(UpdateRefused):
    """The sheet that holds the table is protected."""

    sheet: str

    def sentence(self) -> str:
        return (
            f'The sheet "{self.sheet}" is protected. '
            f"Unprotect it (Review, Unprotect Sheet) and repeat. {UNTOUCHED}"
        )


@dataclass(eq=False)
class MergedCells(UpdateRefused):
    """Cells of the table are merged."""

    where: str

    def sentence(self) -> str:
        return (
            f"The cells {self.where} are merged inside the table. "
            f"Unmerge them (Home, Merge) and repeat. {UNTOUCHED}"
        )


@dataclass(eq=False)
class FilledByQuery(UpdateRefused):
    """The table is the result of a query, which would write over ours."""

    table: str

    def sentence(self) -> str:
        return (
            f'The table "{self.table}" is filled by a query of the workbook itself. '
            f"Update a table of its own. {UNTOUCHED}"
        )


@dataclass(eq=False)
class TitlesDisagree(UpdateRefused):
    """A header cell and the table's own list of titles differ where it matters."""

    cell: str
    listed: str

    def sentence(self) -> str:
        return (
            f'A header cell says "{self.cell}" where the table itself says "{self.listed}". '
            f"Open the workbook in Excel, check the titles, save it and repeat. {UNTOUCHED}"
        )


@dataclass(eq=False)
class NoRoomBelow(UpdateRefused):
    """New rows would have to push away what stands below; `what` names it."""

    what: str
    new: int

    def sentence(self) -> str:
        people = (
            "1 new contact needs a row" if self.new == 1 else f"{self.new} new contacts need rows"
        )
        return (
            f"{people}, and below the table is {self.what}. Excel can insert rows there: "
            f"use Refresh on the ribbon, or move what is below away and repeat. {UNTOUCHED}"
        )


@dataclass(eq=False)
class SheetFull(UpdateRefused):
    """The sheet has fewer free rows than there are new contacts."""

    new: int

    def sentence(self) -> str:
        return (
            f"{self.new} new contacts do not fit on the sheet, which ends at row 1,048,576. "
            f"Write a new workbook with --overwrite or under another name. {UNTOUCHED}"
        )
