"""Excel through xlwings: functions, ribbon, sheets, and the installation."""
