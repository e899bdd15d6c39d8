"""What the « Structures » tab shows, formatted in Python: the pipeline and the rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, Value, When
from django.urls import reverse
from django.utils import timezone

from core import journal
from core.actor import Actor
from core.errors import DomainError
from core.formats import format_date, format_date_short, format_money_plain, format_number, plural
from core.lifecycle import available_actions
from projects.enums import EtatMobilisation
from projects.ingenierie.mobilisation import Mobilisation
from projects.ingenierie.models import Ingenierie
from projects.structures_ciblees.models import StructureCiblee
from projects.structures_ciblees.services import Together
from referentiels import lists
from referentiels.models import Departement, Secteur
from structures.annuaire.totaux import totaux_of

#: From repérée to confirmée, then those who left the way.
PIPELINE = (
    EtatMobilisation.REPEREE,
    EtatMobilisation.CONTACTEE,
    EtatMobilisation.INTERESSEE,
    EtatMobilisation.CONFIRMEE,
)
LEFT = (EtatMobilisation.DECLINEE, EtatMobilisation.RETIREE)
WORDS = {
    EtatMobilisation.REPEREE: "repérée",
    EtatMobilisation.CONTACTEE: "contactée",
    EtatMobilisation.INTERESSEE: "intéressée",
    EtatMobilisation.CONFIRMEE: "confirmée",
    EtatMobilisation.DECLINEE: "déclinée",
    EtatMobilisation.RETIREE: "retirée",
}
#: The actions on several structures: what the button says, what is told afterwards of one and of many.
TOGETHER = {
    "contacter": ("Marquer contactées", "marquée contactée", "marquées contactées"),
    "interesser": ("Intéressées", "marquée intéressée", "marquées intéressées"),
    "confirmer": ("Confirmer", "confirmée", "confirmées"),
    "decliner": ("Déclinent", "marquée déclinée", "marquées déclinées"),
}
#: So many names of structures in a message, at most.
NAMED = 5
_ORDER = Case(
    *[When(state=state, then=Value(rank)) for rank, state in enumerate((*PIPELINE, *LEFT))],
    output_field=IntegerField(),
)
SORTS = {
    "nom": ("structure__search_text", "pk"),
    "-nom": ("-structure__search_text", "-pk"),
    "etat": (_ORDER.asc(), "structure__search_text", "pk"),
    "-etat": (_ORDER.desc(), "structure__search_text", "pk"),
    "departement": ("structure__departement__position", "structure__search_text", "pk"),
    "-departement": ("-structure__departement__position", "structure__search_text", "pk"),
    "etp": (F("structure__etp").asc(nulls_last=True), "structure__search_text", "pk"),
    "-etp": (F("structure__etp").desc(nulls_last=True), "structure__search_text", "pk"),
    "contact": (F("contactee_le").asc(nulls_last=True), "structure__search_text", "pk"),
    "-contact": (F("contactee_le").desc(nulls_last=True), "structure__search_text", "pk"),
}
COLUMNS = (
    ("nom", "Structure", ""),
    ("departement", "Département", ""),
    ("", "Secteur", ""),
    ("etp", "ETP", "num"),
    ("contact", "Premier contact", ""),
    ("etat", "État", ""),
)
#: How the exchanges of a structure are asked for in the list: what they have in common, in one word.
REPONSES = {"sans": ("sans réponse", Q(contactee_le__isnull=False, reponse_le__isnull=True))}
EXPORT_HEADER = (
    "Structure",
    "Sigle",
    "Commune",
    "Département",
    "Secteur",
    "Salariés",
    "ETP",
    "Saisonniers",
    "Bénévoles",
    "Bénévoles actifs",
    "Budget (€)",
    "État",
    "Repérée le",
    "Contactée le",
    "Contactée par",
    "Première réponse le",
    "Comment",
    "Note",
    "Annuaire de",
)


def pipeline(ingenierie: Ingenierie, chosen: str) -> dict[str, Any]:
    """Counts by state and by département, in one query; each count leads to the filtered table."""
    by_state: dict[str, int] = {}
    by_departement: dict[int, int] = {}
    counted = ingenierie.structures_ciblees.order_by().values("state", "structure__departement").annotate(n=Count("pk"))
    for row in counted:
        by_state[row["state"]] = by_state.get(row["state"], 0) + row["n"]
        departement = row["structure__departement"]
        by_departement[departement] = by_departement.get(departement, 0) + row["n"]
    figures = Mobilisation.of(ingenierie)
    base = reverse("projects:structures", args=[ingenierie.pk])

    def entry(state: EtatMobilisation) -> dict[str, Any]:
        count, word = by_state.get(state, 0), WORDS[state]
        return {
            "code": state.value,
            "count": count,
            "label": word + "s" if count >= 2 else word,
            "url": base if chosen == state else f"{base}?etat={state.value}",
            "current": chosen == state,
        }

    departements = sorted(
        (item for pk in by_departement if (item := lists.by_id(Departement, pk)) is not None),
        key=lambda item: (item.position, item.label),
    )
    return {
        "figures": figures,
        "sans_reponse_url": f"{base}?reponse=sans",
        "steps": [entry(state) for state in PIPELINE],
        "left": [entry(state) for state in LEFT if by_state.get(state)],
        "total": sum(by_state.values()),
        "departements": [(item.code, f"{item} : {by_departement[item.pk]}") for item in departements],
    }


def rows(
    ingenierie: Ingenierie, ciblees: Iterable[StructureCiblee], actor: Actor, *, writes: bool
) -> list[dict[str, Any]]:
    """Rows of the table (``select_related("structure")``); no query. ``writes``: draw the buttons of the actions."""
    # No action of this lifecycle has a condition of its own: what is possible depends on the state alone.
    possible: dict[str, list[Any]] = {}
    answer = []
    for c in ciblees:
        c.ingenierie = ingenierie
        if writes and c.state not in possible:
            possible[c.state] = [a.action for a in available_actions(c, actor) if a.allowed]
        actions = possible.get(c.state, []) if writes else []
        structure = c.structure
        answer.append(
            {
                "pk": c.pk,
                "url": reverse("projects:structure", args=[ingenierie.pk, c.pk]),
                "name": structure.name,
                "sigle": structure.sigle,
                "place": structure.commune,
                "departement": str(lists.by_id(Departement, structure.departement_id)),
                "secteur": str(lists.by_id(Secteur, structure.secteur_id)),
                "etp": format_number(structure.etp),
                "contact": format_date_short(c.contactee_le),
                "contact_par": c.contactee_par,
                "silent": c.contactee_le is not None and c.reponse_le is None,
                "state": c.state,
                "state_label": c.get_state_display(),
                "tag": c.state_tag,
                "version": c.version,
                "noted": bool(c.note),
                "actions": [a for a in actions if not a.needs_reason],
                "with_reason": [a for a in actions if a.needs_reason],
            }
        )
    return answer


def export_rows(queryset) -> Iterator[tuple]:
    """Rows of the export, read in chunks."""
    for c in queryset.select_related("structure__organisation").iterator(chunk_size=500):
        structure = c.structure
        yield (
            structure.name,
            structure.sigle,
            structure.commune,
            str(lists.by_id(Departement, structure.departement_id)),
            str(lists.by_id(Secteur, structure.secteur_id)),
            *(getattr(structure, champ) for champ in EXPORT_TOTALS),
            c.get_state_display(),
            c.added_at,
            c.contactee_le,
            c.contactee_par,
            c.reponse_le,
            c.origine,
            c.note,
            structure.organisation.name,
        )


#: The columns of the export that add up, in their order.
EXPORT_TOTALS = ("salaries", "etp", "saisonniers", "benevoles", "benevoles_actifs", "budget")


def export_totals(queryset) -> list[tuple]:
    """The last line of the export: the sums, under their columns."""
    totals = totaux_of(queryset, "structure__")
    return [(f"Total ({plural(totals.structures, 'structure')})", "", "", "", "", *totals.cells(EXPORT_TOTALS))]


def echanges(ciblee: StructureCiblee, *, writes: bool) -> list[dict[str, Any]]:
    """What was said with a structure, oldest first."""
    base = ciblee.ingenierie_id, ciblee.pk
    return [
        {
            "pk": e.pk,
            "date": format_date(e.le),
            "quoi": e.get_sens_display(),
            "etat": e.get_etat_display() if e.etat else "",
            "par": e.par,
            "moyen": e.get_moyen_display() if e.moyen else "",
            "note": e.note,
            # Said when it was typed later or by somebody else: that is another date and another person.
            "saisi": ""
            if (timezone.localtime(e.saisi_le).date(), e.saisi_par) == (e.le, e.par)
            else f"noté le {format_date(e.saisi_le)} par {e.saisi_par}",
            "remove": reverse("projects:echange_remove", args=[*base, e.pk]) if writes else "",
        }
        for e in ciblee.echanges.all()
    ]


def facts(ciblee: StructureCiblee) -> list[tuple[str, str]]:
    """The summary of a targeted structure, for all who read the ingénierie: never its contact."""
    structure = ciblee.structure
    lines = [
        ("Commune", structure.commune),
        ("Département", str(lists.by_id(Departement, structure.departement_id))),
        ("Secteur", str(lists.by_id(Secteur, structure.secteur_id))),
        ("Emplois", f"{format_number(structure.etp)} ETP" if structure.etp is not None else ""),
        ("Salariés", format_number(structure.salaries)),
        ("Saisonniers", format_number(structure.saisonniers)),
        ("Bénévoles", format_number(structure.benevoles)),
        ("Bénévoles actifs", format_number(structure.benevoles_actifs)),
        ("Budget annuel", format_money_plain(structure.budget)),
        ("Annuaire de", structure.organisation.name),
        ("Repérée le", format_date(ciblee.added_at)),
        ("Comment", ciblee.origine),
    ]
    return [line for line in lines if line[1]]


def _named(ciblees: list[StructureCiblee]) -> str:
    names = [f"« {c.structure} » ({c.get_state_display()})" for c in ciblees[:NAMED]]
    others = len(ciblees) - NAMED
    if others > 0:
        names.append(plural(others, "autre"))
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} et {names[-1]}"


def told_together(action: str, result: Together) -> str:
    """« 12 structures marquées contactées ; 3 l’étaient déjà. », and by name those that could not be."""
    _, one, many = TOGETHER[action]
    done, already, left = len(result.done), len(result.already), len(result.left)
    parts = [plural(done, f"structure {one}", f"structures {many}") if done else f"Aucune structure {one}"]
    if already:
        parts.append(plural(already, "l’était déjà", "l’étaient déjà"))
    if left:
        cannot = "ne peut pas l’être" if left == 1 else "ne peuvent pas l’être"
        parts.append(f"{cannot} depuis {'son' if left == 1 else 'leur'} état : {_named(result.left)}")
    return f"{' ; '.join(parts)}."


def told(error: DomainError) -> dict[str, Any]:
    """A refusal, ready to show above what it refuses."""
    return {
        "title": error.title,
        "message": error.message,
        "reasons": error.reasons,
        "lines": journal.describe(getattr(error, "entries", ())),
    }
