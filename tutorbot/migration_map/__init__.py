"""What clients and .env files of the old system say, and what answers here: for docs/old-and-new.md."""
