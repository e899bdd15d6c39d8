"""Models of the kernel."""

from core.models.contacts import Contact
from core.models.documents import GeneratedDocument, SealCertificate
from core.models.frozen import FrozenContent, FrozenError, FrozenModel, FrozenQuerySet
from core.models.imports import Import, ImportLine, ImportState, Issue, Verdict
from core.models.jobs import Job, JobState, Lane, ScheduledRun, WorkerBeat
from core.models.journal import JournalEntry
from core.models.merging import MergeableModel, PaireDistincte
from core.models.once import FormulaireRecu
from core.models.outbox import MailState, OutboxMail
from core.models.uploads import Attachment
from core.models.versioned import VersionedModel

__all__ = [
    "Attachment",
    "Contact",
    "FormulaireRecu",
    "FrozenContent",
    "FrozenError",
    "FrozenModel",
    "FrozenQuerySet",
    "GeneratedDocument",
    "Import",
    "ImportLine",
    "ImportState",
    "Issue",
    "Job",
    "JobState",
    "JournalEntry",
    "Lane",
    "MailState",
    "MergeableModel",
    "OutboxMail",
    "PaireDistincte",
    "ScheduledRun",
    "SealCertificate",
    "Verdict",
    "VersionedModel",
    "WorkerBeat",
]
