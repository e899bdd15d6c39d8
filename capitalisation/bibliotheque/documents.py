"""A récit of the library printed for whoever reads it: PDF and DOCX, names resolved when they are made."""

from __future__ import annotations

from collections.abc import Collection

from capitalisation.bibliotheque.models import Ressource
from capitalisation.bibliotheque.permissions import readable
from capitalisation.recits.documents import build_lecture, docx_de, figee, perime
from capitalisation.recits.lecture import derniere
from capitalisation.recits.models import VersionRecit
from core.actor import Actor
from core.documents import DOCUMENT_TYPES, BuiltDocument, DocumentType
from core.documents.docx import BuiltDocx
from core.models import GeneratedDocument

DOCUMENT = "ressource_recit"


def version_of(ressource: Ressource) -> VersionRecit | None:
    """The version of its récit that its readers read; ``None`` when it is made of something else."""
    return derniere(ressource.recit) if ressource.recit is not None else None


def _with_recit(ids: Collection[int]):
    return Ressource.objects.filter(pk__in=ids, recit__versions__isnull=False)


def readers(ids: Collection[int], actor: Actor) -> set[int]:
    """Of these resources, those whose récit ``actor`` may print: who reads them, with an account."""
    if actor.kind not in ("user", "system"):
        return set()
    return readable(set(_with_recit(ids).values_list("pk", flat=True)), actor)


def build(object_id: int, actor: Actor, *, blank: bool = False) -> BuiltDocument:
    """The version that is read at this instant."""
    ressource = Ressource.objects.select_related("recit").get(pk=object_id)
    version = version_of(ressource)
    if version is None:
        raise VersionRecit.DoesNotExist
    return build_lecture(version, obj=ressource, scope=ressource)


def docx(ressource: Ressource, version: VersionRecit) -> BuiltDocx:
    """The same as DOCX."""
    return docx_de(version.recit, figee(version.recit, version))


def still_valid(document: GeneratedDocument) -> str:
    """Why a document printed from a resource may not be given any more, or ``""``."""
    ressource = Ressource.objects.select_related("recit").filter(pk=document.object_id).first()
    return perime(document, ressource.recit if ressource is not None else None)


def register() -> None:
    """Called once by :func:`capitalisation.bibliotheque.providers.register`."""
    DOCUMENT_TYPES.register(DOCUMENT, DocumentType("Récit de la bibliothèque", build, readers, still_valid=still_valid))
