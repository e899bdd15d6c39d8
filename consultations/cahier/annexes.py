"""What of each structure goes with a cahier des charges: its diagnostic and its plan, with its recorded consent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction

from consultations.cahier.enums import PIECE_DIAGNOSTIC, Diagnostic, NatureAnnexe
from consultations.cahier.models import AnnexeDiffusee, AnnexeStructure, CahierDesCharges, VersionDiffusee
from core import canonical, clock, journal
from core.actor import Actor
from core.documents import EmbeddedFile
from core.documents.frozen import kept_document, produce
from core.editing import apply_changes, checked, create, lock
from core.errors import EditConflict, InvalidInput
from core.formats import format_date
from core.models import Attachment, GeneratedDocument
from projects.ingenierie.services import ensure_open, touch
from projects.structures_ciblees.models import StructureCiblee
from structures.diagnostics.models import Diagnostic as DiagnosticPartage
from structures.diagnostics.models import VersionDiagnostic
from structures.plans.models import ActualisationPlan, PlanAccompagnement

journal.register_verbs({"consultations.annexe": "a précisé ce qui est annexé d’une structure au cahier des charges"})

DOCUMENT_ANNEXE = "cahier_annexe"


# --- What the application has -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sources:
    """What may be annexed of a structure: the diagnostic as it was last shared, the plan as it was last actualised."""

    partage: VersionDiagnostic | None
    actualisation: ActualisationPlan | None


def sources_of(cible: StructureCiblee, actor: Actor) -> Sources:
    """What ``actor`` may read of the structure, newest first."""
    diagnostics = DiagnosticPartage.objects.visible_to(actor).filter(structure=cible.structure_id)
    plans = PlanAccompagnement.objects.visible_to(actor).filter(structure=cible.structure_id)
    partage = VersionDiagnostic.objects.filter(diagnostic__in=diagnostics.values("pk")).order_by("-le", "-pk").first()
    done = ActualisationPlan.objects.filter(plan__in=plans.values("pk")).order_by("-le", "-pk").first()
    return Sources(partage, done)


# --- Writing ----------------------------------------------------------------------------------------------------------


def draft_of(cahier: CahierDesCharges, cible: StructureCiblee) -> AnnexeStructure:
    """What is annexed of ``cible``, or nothing, not saved (version 0)."""
    found = cahier.annexes_structures.filter(cible=cible).select_related("partage__diagnostic", "actualisation").first()
    chosen = cahier.diagnostic if cahier.diagnostic == Diagnostic.COMPLET else Diagnostic.AUCUN
    row = found or AnnexeStructure(cahier=cahier, version=0, diagnostic=chosen)
    row.cible = cible
    return row


def save_annexe(
    cahier: CahierDesCharges,
    cible: StructureCiblee,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    expected_version: int | None = None,
) -> AnnexeStructure:
    """Record what of ``cible`` is annexed, with its consent; of what the application has, what stands now is taken.

    Raises ``NotAllowed`` (rights, text validated or diffused), ``InvalidInput`` (another's structure, a consent to
    come, a diagnostic or a plan that the actor does not read), ``EditConflict``.
    """
    ensure_open(cahier.ingenierie, actor)
    if cible.ingenierie_id != cahier.ingenierie_id:
        raise InvalidInput("Cette structure n’est pas de cette ingénierie.")
    if values.get("accord_le") and values["accord_le"] > clock.today():
        raise InvalidInput("L’accord de la structure ne peut pas être donné dans le futur.")
    with transaction.atomic():
        locked = lock(cahier)
        locked.ingenierie = cahier.ingenierie
        locked.ensure_open()
        row = AnnexeStructure.objects.filter(cahier=locked, cible=cible).first()
        taken = _taken(row or AnnexeStructure(), cible, values, actor)
        if row is None:
            if expected_version:
                raise InvalidInput("Cette annexe a été retirée entre-temps : rechargez la page.")
            row = AnnexeStructure(cahier=locked, cible=cible, **taken)
            row = create(row, values, actor=actor, verb="consultations.annexe", scope=cahier.ingenierie)
        else:
            if expected_version == 0:
                raise EditConflict(
                    "Quelqu’un vient de le préciser : relisez, puis enregistrez.",
                    entries=journal.entries_since(row, 0),
                    current=row,
                )
            told = {**checked(row, values), **taken}
            told |= _consent_after(row, told)
            row = apply_changes(
                row,
                told,
                actor=actor,
                verb="consultations.annexe",
                expected_version=expected_version,
                scope=cahier.ingenierie,
            )
        touch(locked.ingenierie_id)
    return row


#: What a consent is about.
ANNEXED = ("diagnostic", "synthese", "plan", "partage", "actualisation")


def _consent_after(row: AnnexeStructure, told: Mapping[str, Any]) -> dict[str, Any]:
    """What becomes of the answer of the structure when ``told`` is written: given by its link, it falls with what it
    was about; typed, it is the last word."""
    changed = any(told.get(name, getattr(row, name)) != getattr(row, name) for name in ANNEXED)
    typed = {name: told.get(name, getattr(row, name)) for name in ("accord_le", "accord_par")}
    retyped = any(typed[name] != getattr(row, name) for name in typed)
    answer: dict[str, Any] = {}
    if row.par_lien and (changed or retyped):
        answer["par_lien"] = False
        if not retyped:
            answer |= {"accord_le": None, "accord_par": ""}
    if row.refus_le and (changed or (retyped and typed["accord_le"])):
        answer |= {"refus_le": None, "refus_mot": ""}
    return answer


def _taken(row: AnnexeStructure, cible: StructureCiblee, values: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    """What is taken of the application's own documents; what somebody who reads it took before stays."""
    asked = {name: values.get(name, getattr(row, name)) for name in ("diagnostic", "plan")}
    found = sources_of(cible, actor)
    partage = (found.partage or row.partage) if asked["diagnostic"] == Diagnostic.COMPLET else None
    actualisation = (found.actualisation or row.actualisation) if asked["plan"] else None
    if asked["plan"] and actualisation is None:
        raise InvalidInput(
            "Vous ne lisez aucun plan d’accompagnement arrêté de cette structure : qui le tient peut l’annexer ici, ou "
            "vous en donner le fichier à déposer."
        )
    return {"partage": partage, "actualisation": actualisation}


# --- What is lacking --------------------------------------------------------------------------------------------------


def presented(cahier: CahierDesCharges) -> list[tuple[StructureCiblee, AnnexeStructure | None]]:
    """The structures presented, in their order, with what is annexed of each: two queries."""
    rows = cahier.structures_presentees().select_related("structure__departement")
    known = {
        row.cible_id: row for row in cahier.annexes_structures.select_related("partage__diagnostic", "actualisation")
    }
    ordered = rows.order_by("structure__departement__code", "structure__search_text", "pk")
    return [(cible, known.get(cible.pk)) for cible in ordered]


def has_file(cahier: CahierDesCharges) -> bool:
    """Is the file of a diagnostic attached to the cahier?"""
    return Attachment.objects.of(cahier._meta.label_lower, [cahier.pk]).filter(category=PIECE_DIAGNOSTIC).exists()


def lack_of(row: AnnexeStructure | None, *, whole: bool, with_file: bool) -> str:
    """What one structure still needs, in words: ``whole`` when the cahier announces complete diagnostics."""
    if row is None:
        return "à préciser" if whole else ""
    if row.diagnostic == Diagnostic.COMPLET and row.partage_id is None and not with_file:
        return "diagnostic à joindre"
    if row.diagnostic == Diagnostic.SYNTHESE and not row.synthese.strip():
        return "synthèse à écrire"
    if row.is_something and not (row.accord_le and row.accord_par.strip()):
        return "accord refusé" if row.refus_le else "accord à recueillir"
    return ""


def lacks(cahier: CahierDesCharges, *, with_file: bool) -> list[tuple[StructureCiblee, str]]:
    """The structures whose annexes are not complete, and why."""
    whole = cahier.diagnostic == Diagnostic.COMPLET
    found = [(cible, lack_of(row, whole=whole, with_file=with_file)) for cible, row in presented(cahier)]
    return [(cible, lack) for cible, lack in found if lack]


# --- What goes out ----------------------------------------------------------------------------------------------------


def told_of(cahier: CahierDesCharges) -> list[dict[str, Any]]:
    """What the content says of the annexes of the structures: which, as of when, their SHA-256, the day of consent."""
    answer = []
    for cible, row in presented(cahier):
        if row is None or not row.is_something:
            continue
        partage, actualisation = row.partage, row.actualisation
        answer.append(
            {
                "structure": str(cible.structure),
                "diagnostic": row.diagnostic,
                "synthese": row.synthese.strip() if row.diagnostic == Diagnostic.SYNTHESE else "",
                "partage": f"diagnostic du {partage.data['date']}" if partage else "",
                "empreinte_diagnostic": partage.empreinte if partage else "",
                "plan": f"plan du {format_date(actualisation.le)}" if actualisation else "",
                "empreinte_plan": actualisation.empreinte if actualisation else "",
                "accord": row.accord_le.isoformat() if row.accord_le else None,
            }
        )
    return answer


def lines_of(content: Mapping[str, Any]) -> list[str]:
    """A line for each annexed document of a structure, as the list of annexes tells it."""
    lines = []
    for told in content.get("annexes_structures", ()):
        for what in filter(None, (told["partage"], told["plan"])):
            lines.append(f"{what[:1].upper()}{what[1:]} de {told['structure']}, joint à ce fichier")
    return lines


def syntheses_of(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(structure, text) of each synthesis that is printed in the cahier itself."""
    return [(t["structure"], t["synthese"]) for t in content.get("annexes_structures", ()) if t["synthese"]]


def freeze(cahier: CahierDesCharges, version: VersionDiffusee) -> None:
    """Freeze the documents of the structures with ``version``; their PDF are made with its own."""
    for cible, row in presented(cahier):
        if row is None or not row.accord_le:
            continue
        structure = cible.structure
        facts = {
            "structure": str(structure),
            "secteur": f"{structure.secteur}, {structure.departement}",
            "etabli_par": str(structure.organisation),
            "accord": row.accord_le.isoformat(),
        }
        for nature, source in ((NatureAnnexe.DIAGNOSTIC, row.partage), (NatureAnnexe.PLAN, row.actualisation)):
            if source is not None:
                kept = {"facts": facts, "le": source.le.isoformat(), "source": source.empreinte, "dit": source.data}
                text = canonical.canonical(kept)
                AnnexeDiffusee.objects.create(
                    version_diffusee=version,
                    nature=nature,
                    structure=str(structure)[:255],
                    contenu=text,
                    empreinte=canonical.digest(text),
                )


def made_for(version: VersionDiffusee, actor: Actor) -> list[tuple[AnnexeDiffusee, GeneratedDocument]]:
    """The documents of the structures that go with ``version``, printed now when they were not yet."""
    rows = list(version.annexes.all())
    return [
        (row, kept_document(row, DOCUMENT_ANNEXE) or produce(DOCUMENT_ANNEXE, row.pk, actor=actor, keep=True))
        for row in rows
    ]


def embedded_of(made: Iterable[tuple[AnnexeDiffusee, GeneratedDocument]]) -> list[EmbeddedFile]:
    """The same documents, to be put inside the PDF of the version."""
    files = []
    for row, document in made:
        with default_storage.open(document.storage_key) as file:
            files.append(EmbeddedFile(document.filename, file.read(), f"{row} (annexe)"))
    return files
