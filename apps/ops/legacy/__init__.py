"""Taking over what the back end before this one kept in MongoDB, which is only read (docs/migration.md).

A row has a key that follows from its document's, so that it comes once however often it is imported. What is
here already stays as it is.
"""
