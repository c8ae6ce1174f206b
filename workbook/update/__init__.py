"""An .xlsx or .xlsm that is there, operated on in place: the rest stays byte for byte."""
