"""What the cahier des charges answers to the cycle: tab, condition of the gate, evidence, rights over its files."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import CharField, Count, QuerySet, Value
from django.urls import reverse
from django.utils import timezone

from consultations import consultes, dashboard, echeances, permissions
from consultations.enums import EtatCahier
from consultations.models import CahierDesCharges, ChoixPrestataire, PrestataireConsulte, VersionDiffusee
from core import clock
from core.clock import months_after
from core.formats import plural
from core.models import Attachment
from core.uploads import ATTACHMENT_RIGHTS, KEPT_FOR_GOOD, AttachmentRights
from partners.portfolio.donnees.registry import ENGAGEMENTS, Engagement
from partners.recherche.registry import RESULT_ACTIONS, SOLLICITATIONS, ResultAction, Sollicitation
from projects import facts
from projects.enums import Etat
from projects.evidence import EVIDENCE, Evidence, EvidenceProvider
from projects.facts import Answer
from projects.gates import CONDITIONS, ConditionProvider
from projects.permissions import can_create
from projects.tabs import TABS, Tab


def _url(pk: int) -> str:
    return reverse("consultations:cahier", args=[pk])


def _cahier() -> dict[str, Any]:
    rows = CahierDesCharges.objects.order_by()
    return {"cdc_state": facts.first_of(rows, "state"), "cdc_numero": facts.first_of(rows, "numero")}


def _told(state: str | None, numero: int | None) -> str:
    """« brouillon », « validé », « diffusé », « diffusé, version 2 »."""
    if not state:
        return ""
    label = EtatCahier(state).label
    return f"{label}, version {numero}" if numero and numero > 1 else label


def _read(values, ingenierie) -> Answer:
    state, numero = values["cdc_state"], values["cdc_numero"]
    return Answer(state in (EtatCahier.VALIDE, EtatCahier.DIFFUSE), _told(state, numero) or "pas encore commencé")


def _evidence(values, ingenierie) -> Evidence | None:
    state = values["cdc_state"]
    if not state:
        return None
    return Evidence(f"Cahier des charges : {_told(state, values['cdc_numero'])}", _url(ingenierie.pk))


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


def _annexes_of_versions(ids: Collection[int]) -> set[int]:
    """Those of the attachments ``ids`` that a diffused version names among its annexes: they stay for good."""
    owners = Attachment.objects.filter(pk__in=ids, object_type="consultations.cahierdescharges")
    versions = VersionDiffusee.objects.filter(cahier__in=owners.values("object_id"))
    named = {annexe["piece"] for version in versions for annexe in version.data["annexes"]}
    return named & set(ids)


def register() -> None:
    """Fill the registries; called once by ``ConsultationsConfig.ready``."""
    SOLLICITATIONS.register("consultations", _asked)
    RESULT_ACTIONS.register(
        "consulter",
        ResultAction(
            "Consulter pour une ingénierie…",
            "consultations:consulter",
            "envelope-check",
            lambda actor: not consultes.why_not_record(actor) and can_create(actor),
        ),
    )
    ENGAGEMENTS.register("choix", _engagements)
    KEPT_FOR_GOOD.register("annexes des versions diffusées", _annexes_of_versions)
    TABS.register(
        "cahier_des_charges",
        Tab(
            "Cahier des charges",
            "consultations:cahier",
            _cahier,
            lambda i: EtatCahier(i.cdc_state).label if i.cdc_state else "",
        ),
        order=70,
    )
    CONDITIONS.register("cahier_des_charges", ConditionProvider(_read, _url, "Ouvrir le cahier des charges", _cahier))
    TABS.register(
        "prestataire",
        Tab("Prestataire", "consultations:prestataire", _choices, lambda i: "retenu" if i.n_choix else ""),
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
    EVIDENCE.register("confirmer.modalites.cahier", EvidenceProvider(_evidence, _cahier))
    EVIDENCE.register("confirmer.modalites.choix", EvidenceProvider(_choice_evidence, _choices))
    ATTACHMENT_RIGHTS.register(
        "consultations.cahierdescharges",
        AttachmentRights(
            can_view=permissions.viewable,
            can_edit=permissions.editable,
            scope=lambda cahier: cahier.ingenierie,
            url=lambda cahier: reverse("consultations:section", args=[cahier.ingenierie_id, "annexes"]),
        ),
    )
    dashboard.register()
    echeances.register()
