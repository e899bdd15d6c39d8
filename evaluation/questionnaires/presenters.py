"""What the pages of the team say of the questionnaires: where each stands, who is asked, who answered."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from accounts.models import Grant
from accounts.services.sent_links import not_sent
from core.formats import format_date, format_datetime, plural
from evaluation.questionnaires.contenu import definition_of
from evaluation.questionnaires.definitions import DEFINITIONS, INGENIERIE
from evaluation.questionnaires.enums import SAISIES, EtatRepondant, SorteRepondant, Voie
from evaluation.questionnaires.models import ModeleQuestionnaire, Questionnaire, Repondant
from evaluation.questionnaires.services.repondants import LIEN
from missions.conventions.models import Convention
from projects.ingenierie.models import Ingenierie

_TONES = {EtatRepondant.ATTENDU: "neutral", EtatRepondant.BROUILLON: "warn", EtatRepondant.REPONDU: "ok"}


def counted(queryset: Any) -> Any:
    """Questionnaires with how many are asked and have answered."""
    done = Q(repondants__state=EtatRepondant.REPONDU)
    return queryset.annotate(n_repondants=Count("repondants"), n_reponses=Count("repondants", filter=done))


def count_line(answered: int, asked: int) -> str:
    if not asked:
        return "personne n’est encore sollicité"
    return f"{plural(answered, 'réponse')} sur {asked}"


def questionnaires(ingenierie: Ingenierie) -> list[dict[str, Any]]:
    """Those of the ingénierie, in the order they were prepared: one query."""
    rows = counted(Questionnaire.objects.filter(ingenierie=ingenierie)).select_related("convention__choix__prestataire")
    return [
        {
            "titre": row.titre,
            "url": reverse("evaluation:questionnaire", args=[ingenierie.pk, row.pk]),
            "etat": row.get_state_display(),
            "tag": row.state_tag,
            "mission": str(row.convention.choix.prestataire) if row.convention else "",
            "compte": count_line(row.n_reponses, row.n_repondants),
            "echeance": format_date(row.echeance) if row.echeance and row.is_open else "",
            "cle": (row.code, row.convention_id, row.mois),
        }
        for row in rows
    ]


def to_prepare(ingenierie: Ingenierie, prepared: list[dict[str, Any]], organisation: Any) -> list[dict[str, Any]]:
    """What may still be prepared: each definition of this cycle, for the ingénierie or for each of its missions."""
    there = {row["cle"] for row in prepared}
    missions = list(
        Convention.objects.signed().standing().filter(ingenierie=ingenierie).select_related("choix__prestataire")
    )
    kept: dict[str, list[ModeleQuestionnaire]] = {}
    if organisation is not None:
        for row in ModeleQuestionnaire.objects.filter(organisation=organisation):
            kept.setdefault(row.code, []).append(row)
    found = []
    for definition in DEFINITIONS.values():
        if definition.apres or not definition.concerns(ingenierie.cycle):
            continue
        targets: list[Convention | None] = [None] if definition.portee == INGENIERIE else [*missions]
        found += [
            {
                "code": definition.code,
                "titre": definition.titre,
                "source": definition.source,
                "convention": target.pk if target else "",
                "mission": str(target.choix.prestataire) if target else "",
                "modeles": kept.get(definition.code, []),
            }
            for target in targets
            if (definition.code, target.pk if target else None, None) not in there
        ]
    return found


def repondants(questionnaire: Questionnaire) -> list[dict[str, Any]]:
    """Who is asked, by kind in the order in which they answer: three queries whatever their number."""
    rows = list(questionnaire.repondants.all())
    grants = list(Grant.objects.filter(
        purpose=LIEN, object_type=Repondant._meta.label_lower, object_id__in=[row.pk for row in rows]
    ))  # fmt: skip
    failed = {grant.object_id for grant in grants if grant.pk in not_sent(grants)} if grants else set()
    opened = {grant.object_id for grant in grants if grant.opened_count}
    ingenierie = questionnaire.ingenierie_id
    groups = []
    for prevu in definition_of(questionnaire).repondants:
        lines = [
            _line(row, prevu.voies, ingenierie, failed=row.pk in failed, opened=row.pk in opened)
            for row in rows
            if row.sorte == prevu.code
        ]
        groups.append(
            {
                "code": prevu.code,
                "titre": SorteRepondant(prevu.code).label.capitalize() if prevu.code not in ("c2ra", "cnar", "dla")
                else SorteRepondant(prevu.code).label,
                "voies": ", ".join(Voie(v).label for v in prevu.voies),
                "lignes": lines,
                "compte": count_line(sum(1 for line in lines if line["repondu"]), len(lines)) if lines else "",
                "par_voie": _by_way(lines),
            }
        )  # fmt: skip
    return groups


def _by_way(lines: list[dict[str, Any]]) -> str:
    ways = Counter(line["voie"] for line in lines if line["repondu"] and line["voie"])
    return ", ".join(f"{label} : {count}" for label, count in ways.most_common())


def _line(row: Repondant, voies: tuple[str, ...], ingenierie: int, *, failed: bool, opened: bool) -> dict[str, Any]:
    said = ""
    if row.has_answered:
        said = f"le {format_date(row.le)}, {row.get_voie_display()}" + (f", par {row.par}" if row.par else "")
    elif row.sollicite_at:
        said = f"sollicité le {format_date(row.sollicite_at)}" + (", lien ouvert" if opened else ", lien pas ouvert")
    elif not row.email and Voie.LIEN in voies:
        said = "aucune adresse électronique"
    return {
        "pk": row.pk,
        "qui": row.qui,
        "organisme": row.organisme,
        "etat": row.get_state_display(),
        "tone": _TONES[row.state],
        "dit": said,
        "voie": row.get_voie_display() if row.voie else "",
        "repondu": row.has_answered,
        "failed": failed,
        "url": reverse("evaluation:repondant", args=[ingenierie, row.questionnaire_id, row.pk]),
        "by_link": Voie.LIEN in voies and bool(row.email) and not row.has_answered,
        "typed_url": reverse("evaluation:saisir", args=[ingenierie, row.questionnaire_id, row.pk])
        if not row.has_answered and (set(voies) & {*SAISIES, Voie.EQUIPE})
        else "",
    }


def facts(questionnaire: Questionnaire) -> list[tuple[str, str]]:
    """The dates of a questionnaire."""
    told = (
        ("Mission", str(questionnaire.convention.choix.prestataire) if questionnaire.convention else ""),
        ("Demandé", f"{questionnaire.mois} mois après la fin" if questionnaire.mois else ""),
        ("Ouvert", format_datetime(questionnaire.ouvert_at)),
        ("Réponses attendues", f"pour le {format_date(questionnaire.echeance)}" if questionnaire.echeance else ""),
        ("Réponses closes", format_datetime(questionnaire.clos_at)),
        ("Terminé", format_datetime(questionnaire.termine_at)),
    )
    return [(label, value) for label, value in told if value]
