"""The printed diagnostic or plan of a structure, as it left with a diffused cahier des charges."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.utils.text import slugify

from accounts.letterhead import letterhead
from consultations.cahier import permissions
from consultations.cahier.annexes import DOCUMENT_ANNEXE
from consultations.cahier.enums import NatureAnnexe
from consultations.cahier.models import AnnexeDiffusee
from core.actor import Actor
from core.documents import DOCUMENT_TYPES, BuiltDocument, DocumentType
from core.formats import NBSP, format_date
from structures.diagnostics import documents as diagnostics
from structures.plans import documents as plans


def _date(iso: str) -> str:
    return format_date(dt.datetime.fromisoformat(iso)) if "T" in iso else format_date(dt.date.fromisoformat(iso))


def build(object_id: int, actor: Actor, *, blank: bool = False) -> BuiltDocument:
    """What the annexe ``object_id`` says, from its frozen content. Raises ``AnnexeDiffusee.DoesNotExist``."""
    found = AnnexeDiffusee.objects.select_related("version_diffusee__cahier__ingenierie__pilote").get(pk=object_id)
    version, content = found.version_diffusee, found.data
    cahier, facts, said = version.cahier, content["facts"], content["dit"]
    is_plan = found.nature == NatureAnnexe.PLAN
    title = f"{'Plan d’accompagnement' if is_plan else 'Diagnostic partagé'}{NBSP}: {facts['structure']}"
    rows = [
        ("Structure", facts["structure"]),
        ("Secteur et département", facts["secteur"]),
        ("Établi par", facts["etabli_par"]),
        ("Arrêté le" if is_plan else "Partagé avec la structure le", _date(content["le"])),
        ("Accord de la structure pour cette diffusion", _date(facts["accord"])),
    ]
    return BuiltDocument(
        template="consultations/cahier/annexe_plan.html" if is_plan else "consultations/cahier/annexe_diagnostic.html",
        context={
            "header": letterhead(
                cahier.ingenierie.pilote,
                kind="Annexe au cahier des charges",
                reference=cahier.reference,
                version=f"Version {version.numero}",
                name=title,
                date=format_date(version.le),
            ),
            "facts": rows,
            "sha256": found.empreinte,
            **(plans.parts_of(said) if is_plan else diagnostics.parts_of(said)),
        },
        title=title,
        filename=f"{found.nature}-{slugify(facts['structure'])[:60]}.pdf",
        obj=found,
        scope=cahier.ingenierie,
        author=facts["etabli_par"],
        subject=f"Annexe au cahier des charges {cahier.reference}, version {version.numero}",
    )


def viewable(ids: Collection[int], actor: Actor) -> set[int]:
    """Of these annexes, those whose diffused version ``actor`` may read."""
    rows = dict(AnnexeDiffusee.objects.filter(pk__in=ids).values_list("pk", "version_diffusee"))
    versions = permissions.viewable_versions(set(rows.values()), actor)
    return {pk for pk, version in rows.items() if version in versions}


def register() -> None:
    """Called once by :func:`consultations.cahier.documents.register`."""
    DOCUMENT_TYPES.register(DOCUMENT_ANNEXE, DocumentType("Annexe du cahier des charges", build, viewable, sealed=True))
