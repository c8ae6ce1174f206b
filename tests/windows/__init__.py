"""What only Windows' own Python can show."""

NONE_HERE = "NO WINDOWS HERE"  # what the summary of a run says where it cannot be had
