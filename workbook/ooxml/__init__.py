"""An .xlsx file that is there, edited in place."""
