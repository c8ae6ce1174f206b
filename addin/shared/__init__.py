"""What every spreadsheet program needs: formula answers, undo, messages, the account window."""
