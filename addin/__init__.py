"""The Excel side: worksheet functions, ribbon and the add-in file."""
