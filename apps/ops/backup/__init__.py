"""Backups: all rows as lines of JSON, the same on every database, and the files of DATA_DIR."""
