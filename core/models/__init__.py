"""Models of the kernel."""

from core.models.journal import JournalEntry
from core.models.versioned import VersionedModel

__all__ = ["JournalEntry", "VersionedModel"]
