Attribute VB_Name = "ContactsRibbon"
Option Explicit

'Each button calls one function of the Python module addin.excel.ribbon and does nothing else;
'Excel forgets OnUndo unless it comes last.

Public Sub ContactsRefresh(control As IRibbonControl)
    RunPython "import addin.excel.ribbon; addin.excel.ribbon.refresh()"
    On Error Resume Next 'no workbook may be open
    Application.OnUndo "Undo refresh", "'" & ThisWorkbook.Name & "'!UndoRefresh"
End Sub

Public Sub ContactsUndo(control As IRibbonControl)
    RunPython "import addin.excel.ribbon; addin.excel.ribbon.undo()"
End Sub

Public Sub ContactsExport(control As IRibbonControl)
    RunPython "import addin.excel.ribbon; addin.excel.ribbon.export()"
End Sub

Public Sub ContactsAccount(control As IRibbonControl)
    RunPython "import addin.excel.ribbon; addin.excel.ribbon.account()"
End Sub

Public Sub ContactsCheck(control As IRibbonControl)
    RunPython "import addin.excel.ribbon; addin.excel.ribbon.check()"
End Sub

Public Sub ContactsHelp(control As IRibbonControl)
    RunPython "import addin.excel.ribbon; addin.excel.ribbon.help()"
End Sub

'To be typed into the macro window, or given to a shape: GetContacts.xlam!RefreshSheet
Public Sub RefreshSheet()
    RunPython "import addin.excel.ribbon; addin.excel.ribbon.refresh()"
    On Error Resume Next 'no workbook may be open
    Application.OnUndo "Undo refresh", "'" & ThisWorkbook.Name & "'!UndoRefresh"
End Sub

'What Ctrl+Z calls right after a refresh.
Public Sub UndoRefresh()
    RunPython "import addin.excel.ribbon; addin.excel.ribbon.undo_last_press()"
End Sub
