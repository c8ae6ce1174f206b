"""A new .xlsx, .csv, .json or .vcf file."""
