"""What several people may edit at once."""

from django.db import models


class VersionedModel(models.Model):
    """An object whose every change adds one to ``version``: forms post the version they were drawn from."""

    version = models.PositiveIntegerField("version", default=1, editable=False)

    #: Fields whose values never enter the journal (personal data, sealed content): only their name does.
    journal_redacted: frozenset[str] = frozenset()

    class Meta:
        abstract = True
