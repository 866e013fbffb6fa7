"""The Django project: environment, settings, the tree of addresses, start-up."""
