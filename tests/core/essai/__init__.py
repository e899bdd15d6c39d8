"""A small application installed by the worker processes of the tests: its jobs and mails are made to be interrupted."""
