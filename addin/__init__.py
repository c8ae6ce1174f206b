"""Contacts inside spreadsheet programs. `addin` imports `workbook`; nobody imports `addin`.

shared      what every spreadsheet program needs, without one of their libraries:
            refresh_decision decides what Refresh does, as a Work for any host; undo takes it back;
            blocks says which cells are written; messages and error_text say what was done, words
            is what each program calls its own menus;
            formula_lists and arguments answer formulas; account_form, account_window and launch
            ask for an account
excel       Excel through xlwings:
            ribbon (buttons) -> refreshing -> reading, writing, workbook_memory; udfs (formulas);
            install, doctor, machine (the add-in on this computer); xlam builds the add-in file
calc        LibreOffice Calc: child answers the office over pipes, with the ribbon and the functions
            of excel over an xlwings engine; office is what LibreOffice's own Python runs, in
            the extension that oxt builds; offices, install, doctor (the extension on this computer)
commands    what the add-ins add to the command line, found by it as entry points

`ribbon` and `udfs` beside them are for add-ins of version 0.1: they say "install it anew".
Rooms import from rooms above them only (tests/test_architecture.py).
"""
