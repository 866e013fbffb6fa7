"""Importing and exporting tables in Django admin (django-import-export), in our house's way."""
