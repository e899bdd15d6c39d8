"""What the choice of a prestataire answers to the cycle, and what the portfolio is told of those asked and retained."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import CharField, Count, QuerySet, Value
from django.urls import reverse
from django.utils import timezone

from consultations.appel.models import Appel, Invitation
from consultations.appel.registry import SUITES_CANDIDAT, SUITES_EQUIPE, Suite
from consultations.choix import documents, liens, personal
from consultations.choix.decision import DOCUMENT_PV, DOCUMENT_RESTITUTION, why_not_decide
from consultations.choix.documents import DOCUMENT_PROJET
from consultations.choix.models import ChoixPrestataire, ProcesVerbal, Restitution, VersionProjet
from consultations.consultes.models import PrestataireConsulte
from consultations.lecture.models import Evaluateur
from consultations.lecture.permissions import is_opened
from consultations.propositions.models import PropositionOuverte
from core import clock
from core.actor import Actor
from core.clock import months_after
from core.formats import format_date, plural
from partners.portfolio.donnees.registry import ENGAGEMENTS, NOMMES, Engagement
from partners.recherche.registry import SOLLICITATIONS, Sollicitation
from projects import facts
from projects.cycle.gates import CONDITIONS, ConditionProvider
from projects.enums import Etat
from projects.evidence import EVIDENCE, Evidence, EvidenceProvider
from projects.facts import Answer
from projects.ingenierie.models import Ingenierie
from projects.papiers import PAPERS, Paper
from projects.tabs import TABS, Tab


def _counted(since: Any, prestataires: Collection[Any] | None) -> QuerySet:
    """(prestataire, what it was, how many times) of what was asked after ``since``."""

    def of(standing: QuerySet, word: str) -> QuerySet:
        found = standing.filter(date__gt=since).order_by()
        if prestataires is not None:
            found = found.filter(prestataire__in=prestataires)
        told = Value(word, output_field=CharField())
        return found.values("prestataire").annotate(n=Count("pk"), told=told).values("prestataire", "n", "told")

    return of(PrestataireConsulte.objects.standing(), "consulte").union(
        of(ChoixPrestataire.objects.standing(), "retenu"), all=True
    )


def _asked(prestataires: Collection[int] | None) -> dict[int, Sollicitation]:
    """How often each prestataire was consulted and retained over the last twelve months: one query."""
    if prestataires is not None and not prestataires:
        return {}
    since = months_after(clock.today(), -12)
    counts: dict[int, dict[str, int]] = {}
    for row in _counted(since, prestataires):
        counts.setdefault(row["prestataire"], {})[row["told"]] = row["n"]
    return {pk: Sollicitation(**by_word) for pk, by_word in counts.items()}


def _engagements(prestataires: Collection[int]) -> dict[int, Engagement]:
    """What each prestataire was retained for: what runs, and until when what is over ran. One query."""
    found: dict[int, Engagement] = {}
    rows = ChoixPrestataire.objects.filter(prestataire__in=prestataires).select_related("ingenierie").order_by("pk")
    for choix in rows:
        ingenierie = choix.ingenierie
        runs = choix.retire_at is None and ingenierie.is_open
        known = found.get(choix.prestataire_id)
        days = [choix.date, ingenierie.date_fin, timezone.localdate(ingenierie.state_since)]
        if choix.retire_at is not None:
            days = [choix.date, timezone.localdate(choix.retire_at)]
        last = max(day for day in (*days, known.last if known else None) if day is not None)
        told = ""
        if runs:
            # A choice that was not announced yet is not told here.
            signed = ingenierie.state == Etat.FINALISER
            told = f"« {ingenierie.titre} »" if signed else "une ingénierie s’appuie sur cette fiche"
        found[choix.prestataire_id] = Engagement(last, (known.running if known else "") or told)
    return found


def _choices() -> dict[str, Any]:
    standing = ChoixPrestataire.objects.standing()
    return {
        "n_choix": facts.count_of(standing),
        "choix_nom": facts.first_of(standing.order_by("date", "pk"), "prestataire__name"),
    }


def _chosen(count: int, name: str | None) -> str:
    """« Atelier des possibles », « Atelier des possibles et 1 autre »."""
    if not count:
        return ""
    return f"{name} et {plural(count - 1, 'autre')}" if count > 1 else str(name)


def _read_choice(values, ingenierie) -> Answer:
    # That the fiche was published and current that day was asked when the choice was recorded, and cannot change.
    count = values["n_choix"]
    return Answer(count > 0, _chosen(count, values["choix_nom"]) or "aucun prestataire retenu")


def _choice_evidence(values, ingenierie) -> Evidence | None:
    if not values["n_choix"]:
        return None
    name = _chosen(values["n_choix"], values["choix_nom"])
    return Evidence(f"Prestataire retenu : {name}", reverse("consultations:prestataire", args=[ingenierie.pk]))


def _team(appel: Appel, actor: Actor) -> list[Suite]:
    """Deciding, once propositions may be read."""
    if not is_opened(appel) or why_not_decide(appel, actor):
        return []
    url = reverse("consultations:decider", args=[appel.ingenierie_id, appel.pk])
    if appel.is_simplifie and not PropositionOuverte.objects.filter(appel=appel).exists():
        return [Suite("Le choix se décide une fois le projet déposé et lu.", "Décider sans attendre", url, False)]
    waits = Evaluateur.objects.filter(grille__appel=appel, enregistre_at=None).exists()
    note = "Le choix se décide en un acte, après avoir vu ce que chaque candidat recevra."
    return [Suite(note, "Décider", url, not waits)]


def _candidate(invitation: Invitation, actor: Actor) -> list[Suite]:
    """What the candidate was told; the project, for the retained one."""
    row = Restitution.objects.filter(invitation=invitation).select_related("choix").order_by("-at", "-pk").first()
    if row is None:
        return []
    said = "Votre proposition est retenue." if row.retenu else "Votre proposition n’est pas retenue."
    found = [Suite(said, "Lire la restitution", reverse("projet:restitution", args=[invitation.pk]), not row.retenu)]
    if row.retenu and row.choix.retire_at is None:
        note = "La version du projet annexée à la convention s’écrit avec le DLA et les structures."
        found.append(Suite(note, "Le projet retenu", reverse("projet:projet", args=[row.choix_id])))
    return found


def papers(ingenierie: Ingenierie, actor: Actor) -> list[Paper]:
    """The procès-verbaux, the restitutions and the last version of each retained project: three queries."""
    url = reverse("consultations:prestataire", args=[ingenierie.pk])
    room = "Mise en concurrence"
    rows = ProcesVerbal.objects.filter(choix__ingenierie=ingenierie).select_related("choix")
    found = [
        Paper(f"Procès-verbal du choix du {format_date(row.choix.date)}", room, url, on=row.le, by=row.par,
              printed=(DOCUMENT_PV, row.pk))
        for row in rows
    ]  # fmt: skip
    told = Restitution.objects.filter(choix__ingenierie=ingenierie).select_related("invitation__prestataire")
    found += [
        Paper(f"Restitution à {row.invitation.prestataire}", room, url, on=row.at, by=row.by_label,
              printed=(DOCUMENT_RESTITUTION, row.pk))
        for row in told
    ]  # fmt: skip
    versions = VersionProjet.objects.filter(choix__ingenierie=ingenierie, choix__retire_at=None).defer("contenu")
    last = {row.choix_id: row for row in versions.select_related("choix__prestataire").order_by("numero")}
    for row in last.values():
        title = f"Projet de {row.choix.prestataire}, version {row.numero}"
        where = reverse("consultations:projet", args=[ingenierie.pk, row.choix_id])
        found.append(Paper(title, room, where, on=row.le, by=row.par, printed=(DOCUMENT_PROJET, row.pk)))
    return found


def register() -> None:
    """Fill the registries; called once by ``ConsultationsConfig.ready``."""
    documents.register()
    liens.register()
    PAPERS.register("choix", papers, order=79)
    SUITES_EQUIPE.register("choix", _team, order=30)
    SUITES_CANDIDAT.register("choix", _candidate, order=30)
    SOLLICITATIONS.register("consultations", _asked)
    ENGAGEMENTS.register("choix", _engagements)
    NOMMES.register("projets", personal.named)
    TABS.register(
        "prestataire",
        Tab(
            "Mise en concurrence",
            "consultations:prestataire",
            _choices,
            lambda i: "prestataire retenu" if i.n_choix else "",
            step=Etat.CONFIRMER,
        ),
        order=75,
    )
    CONDITIONS.register(
        "prestataire",
        ConditionProvider(
            _read_choice,
            lambda pk: reverse("consultations:prestataire", args=[pk]),
            "Retenir un prestataire",
            _choices,
        ),
    )
    EVIDENCE.register("confirmer.modalites.choix", EvidenceProvider(_choice_evidence, _choices))
