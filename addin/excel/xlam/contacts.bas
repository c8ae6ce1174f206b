Attribute VB_Name = "ContactsAddin"
Option Explicit

'The whole code of the add-in. A cell may call every public function of an add-in, and
'Application.Run calls private procedures, too. So no procedure has a parameter that reaches
'Python, a library, a script, a file or a path. What is run are the constants of this file;
'getcontacts wrote them when it built the add-in.

#If Mac Then
    Private Const MAC_SCRIPT As String = "xlwings-@XLWINGS@.applescript"
    Private Const MAC_REST As String = "|-|/Applications/Microsoft Excel.app|@MAC_LOG@"
#Else
    Private Declare PtrSafe Function LoadLibraryW Lib "kernel32" (ByVal FilePointer As LongPtr) As LongPtr
    Private Declare PtrSafe Function GetCurrentDirectoryW Lib "kernel32" (ByVal Size As Long, ByVal FolderPointer As LongPtr) As Long
    Private Declare PtrSafe Function SetCurrentDirectoryW Lib "kernel32" (ByVal FolderPointer As LongPtr) As Long
    #If Win64 Then
        Private Const LIBRARY As String = "xlwings64-@XLWINGS@.dll"
        Private Declare PtrSafe Function XLPyDLLActivateAuto Lib "xlwings64-@XLWINGS@.dll" (ByRef Result As Variant, ByVal CommandPointer As LongPtr, ByVal Mode As Long) As Long
    #Else
        Private Const LIBRARY As String = "xlwings32-@XLWINGS@.dll"
        Private Declare PtrSafe Function XLPyDLLActivateAuto Lib "xlwings32-@XLWINGS@.dll" (ByRef Result As Variant, ByVal CommandPointer As LongPtr, ByVal Mode As Long) As Long
    #End If
    Private Const SERVE As String = @SERVE@
    Private Const LONGEST_PATH As Long = 32767
#End If

Private Const OUR_ERROR As Long = 1000
Private Const TITLE As String = "Contacts"
Private Const ANEW As String = " Close Excel and run: getcontacts addin install"

Private Const REFRESH_CODE As String = "import @RIBBON@; @RIBBON@.refresh()"
Private Const UNDO_CODE As String = "import @RIBBON@; @RIBBON@.undo()"
Private Const LAST_PRESS_CODE As String = "import @RIBBON@; @RIBBON@.undo_last_press()"
Private Const EXPORT_CODE As String = "import @RIBBON@; @RIBBON@.export()"
Private Const ACCOUNT_CODE As String = "import @RIBBON@; @RIBBON@.account()"
Private Const CHECK_CODE As String = "import @RIBBON@; @RIBBON@.check()"
Private Const HELP_CODE As String = "import @RIBBON@; @RIBBON@.help()"
Private Const ALLOW_CODE As String = "import @RIBBON@; @RIBBON@.allow()"

Public Sub ContactsRefresh(control As IRibbonControl)
    RefreshSheet
End Sub

Public Sub ContactsUndo(control As IRibbonControl)
    Press 2
End Sub

Public Sub ContactsExport(control As IRibbonControl)
    Press 4
End Sub

Public Sub ContactsAccount(control As IRibbonControl)
    Press 5
End Sub

Public Sub ContactsCheck(control As IRibbonControl)
    Press 6
End Sub

Public Sub ContactsHelp(control As IRibbonControl)
    Press 7
End Sub

Public Sub ContactsAllow(control As IRibbonControl)
    Press 8
End Sub

'To be typed into the macro window, or given to a shape: GetContacts.xlam!RefreshSheet
Public Sub RefreshSheet()
    Press 1
    On Error Resume Next 'no workbook may be open
    Application.OnUndo "Undo refresh", "'" & ThisWorkbook.Name & "'!UndoRefresh" 'Excel forgets it unless it comes last
End Sub

'What Ctrl+Z calls right after a refresh.
Public Sub UndoRefresh()
    Press 3
End Sub

Private Sub Press(ByVal button As Long)
    Dim code As String
    Select Case button
        Case 1: code = REFRESH_CODE
        Case 2: code = UNDO_CODE
        Case 3: code = LAST_PRESS_CODE
        Case 4: code = EXPORT_CODE
        Case 5: code = ACCOUNT_CODE
        Case 6: code = CHECK_CODE
        Case 7: code = HELP_CODE
        Case 8: code = ALLOW_CODE
        Case Else: Exit Sub
    End Select
    If ActiveWorkbook Is Nothing Then
        MsgBox "Open a workbook, or enable editing in this one, and repeat.", vbExclamation, TITLE
        Exit Sub
    End If
    On Error GoTo unable
    #If Mac Then
        If AppleScriptTask(MAC_SCRIPT, "VbaHandler", MacStart() & code & MAC_REST) = "1" Then Err.Raise OUR_ERROR
    #Else
        Dim server As Object
        Set server = Python()
        server.SetAttr server.Module("xlwings._xlwindows"), "BOOK_CALLER", ActiveWorkbook
        server.Exec code
    #End If
    Exit Sub
unable:
    #If Mac Then
        MsgBox "Python could not be started. Run once in a terminal: xlwings runpython install", vbCritical, TITLE
    #Else
        MsgBox Err.Description, vbCritical, TITLE
    #End If
End Sub

'The one routine that starts Python: xlwings' DLL does it, and keeps it until Excel ends.
Private Function Python() As Object
    #If Mac Then
        Err.Raise OUR_ERROR, Description:="Formulas need Excel for Windows; on a Mac use the button Refresh."
    #Else
        Dim words() As Byte, server As Variant, former As String, folder As String, broken As Boolean
        LoadOnce
        words = StrConv(SERVE & vbNullChar, vbFromUnicode)
        If XLPyDLLActivateAuto(server, VarPtr(words(0)), 0) <> 0 Then Err.Raise OUR_ERROR, Description:=server
        If server Is Nothing Then
            former = String$(LONGEST_PATH, vbNullChar)
            GetCurrentDirectoryW LONGEST_PATH, StrPtr(former)
            folder = WindowsFolder()
            If SetCurrentDirectoryW(StrPtr(folder)) = 0 Then Err.Raise OUR_ERROR, Description:="Python is not in " & folder & " any more." & ANEW
            broken = XLPyDLLActivateAuto(server, VarPtr(words(0)), 1) <> 0
            SetCurrentDirectoryW StrPtr(former)
            If broken Then Err.Raise OUR_ERROR, Description:="Python could not be started. Run: getcontacts doctor" & vbNewLine & server
        End If
        Set Python = server
    #End If
End Function

#If Mac Then
'Python, and what xlwings' script has to know before the code; the script hands it to a shell as it is.
Private Function MacStart() As String
@MAC_START@
End Function
#Else
Private Sub LoadOnce()
    Static loaded As Boolean
    Dim folder As String, file As String
    If loaded Then Exit Sub
    folder = WindowsFolder()
    If folder = "" Then Err.Raise OUR_ERROR, Description:="This add-in was built for a Mac." & ANEW
    file = folder & "\" & LIBRARY
    loaded = LoadLibraryW(StrPtr(file)) <> 0
    file = folder & "\..\" & LIBRARY 'where a virtual environment has it
    If Not loaded Then loaded = LoadLibraryW(StrPtr(file)) <> 0
    If Not loaded Then Err.Raise OUR_ERROR, Description:=LIBRARY & " is not in " & folder & " or beside it." & ANEW
End Sub

Private Function WindowsFolder() As String
@WINDOWS_FOLDER@
End Function
#End If

'Which workbook asks, as text: its name, its folder, its window. "" where no cell asks.
Private Function CallingWorkbook() As String
    Dim book As Object, told As String
    On Error Resume Next 'what is no cell has no workbook, and one inside a letter has no window
    Set book = Application.Caller.Worksheet.Parent
    If book Is Nothing Then Exit Function
    told = book.FullName & vbLf & book.Path & vbLf
    CallingWorkbook = told
    CallingWorkbook = told & book.Windows(1).Hwnd
End Function

@FUNCTIONS@
'Excel takes texts for its function window only while a workbook is open, and starts without one.
Public Sub DescribeFunctions()
    On Error Resume Next
    If ActiveWorkbook Is Nothing Then
        Application.OnTime Now + TimeSerial(0, 0, 5), "'" & ThisWorkbook.Name & "'!DescribeFunctions"
        Exit Sub
    End If
@DESCRIPTIONS@
End Sub
