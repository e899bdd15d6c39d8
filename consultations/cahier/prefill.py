"""What a cahier des charges takes from the project: proposed, told with its source, never forced on what was typed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any

from django.urls import reverse

from consultations.cadre.services import clauses_of
from consultations.cahier.drafts import DEFAULTS, draft_for
from consultations.cahier.models import CahierDesCharges
from consultations.cahier.sections import COLLECTIVE_ONLY
from consultations.regles.models import Regle, regle_of
from core.journal import plain
from core.phones import format_phone
from core.text import normalise
from engagement.budget.enums import NatureCharge
from engagement.budget.summary import BudgetLu, budget_of
from engagement.objectifs.summary import ObjectifsLus, objectifs_of, resultats_of
from engagement.partenaires.summary import partenaires_of
from mobilisation.projet.models import CadreEvaluation, ProjetIntervention
from mobilisation.scenarios.models import Scenario
from projects.identification.models import Ciblage, Problematique, RoleDLA
from projects.ingenierie import people
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import draft_of
from projects.plans.commande import Commande, commande_of, place_in_plan
from structures.plans.models import MissionPreconisee

GUIDE = "modèle de rédaction"


@dataclass(frozen=True)
class Proposal:
    """What the project proposes for a field: the value, where it comes from, where to change it there."""

    field: str
    value: Any
    source: str
    url: str = ""


def _join(*parts: str) -> str:
    return "\n\n".join(part.strip() for part in parts if part and part.strip())


def _labelled(*parts: tuple[str, str]) -> str:
    return _join(*(f"{label} : {text.strip()}" for label, text in parts if text and text.strip()))


def _bullets(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items if item)


def _contacts(ingenierie: Ingenierie) -> str:
    def block(organisation, role: str) -> str:
        lines = [f"{organisation.name} ({role})"]
        if organisation.structure_porteuse:
            lines.append(f"Structure porteuse : {organisation.structure_porteuse}")
        lines.append(organisation.address.strip())
        lines.append(" · ".join(part for part in (organisation.email, format_phone(organisation.phone)) if part))
        return "\n".join(line for line in lines if line)

    told = [block(ingenierie.pilote, "pilote")]
    person = people.interlocuteur(ingenierie)
    if person:
        reach = " · ".join(part for part in (person.email, format_phone(person.phone)) if part)
        name = f"{person.get_full_name()}, {person.fonction}" if person.fonction else person.get_full_name()
        told.append(f"Votre interlocuteur : {name}\n{reach}")
    if ingenierie.referent_id and ingenierie.referent_id != ingenierie.pilote_id:
        told.append(block(ingenierie.referent, "DLA référent"))
    skipped = {ingenierie.pilote_id, ingenierie.referent_id}
    others = [o.name for o in sorted(ingenierie.associes.all(), key=lambda o: normalise(o.name)) if o.pk not in skipped]
    if others:
        told.append("Organisations associées : " + ", ".join(others))
    return _join(*told)


class _Dossier:
    """What the project says, each part read at most once and only when a field asks for it."""

    def __init__(self, ingenierie: Ingenierie):
        self.ingenierie = ingenierie

    @cached_property
    def problematique(self) -> Problematique:
        return draft_of(Problematique, self.ingenierie)

    @cached_property
    def ciblage(self) -> Ciblage:
        return draft_of(Ciblage, self.ingenierie)

    @cached_property
    def role(self) -> RoleDLA:
        return draft_of(RoleDLA, self.ingenierie)

    @cached_property
    def projet(self) -> ProjetIntervention:
        return draft_of(ProjetIntervention, self.ingenierie)

    @cached_property
    def cadre(self) -> CadreEvaluation:
        return draft_of(CadreEvaluation, self.ingenierie)

    @cached_property
    def regle(self) -> Regle:
        """What the pilot's région says of its calls."""
        return regle_of(self.ingenierie.pilote.region_id)

    @cached_property
    def commande(self) -> Commande | None:
        """The row of a plan d'accompagnement that the ingénierie starts from, with its mission préconisée."""
        return commande_of(self.ingenierie)

    @property
    def mission(self) -> MissionPreconisee | None:
        return self.commande.mission if self.commande else None

    @cached_property
    def objectifs(self) -> ObjectifsLus:
        return objectifs_of(self.ingenierie.pk)

    @cached_property
    def budget(self) -> BudgetLu:
        return budget_of(self.ingenierie.pk)

    @property
    def realisation(self) -> Decimal:
        """What the budget plans for external services, in euros; zero when HT and TTC are mixed."""
        lines = [c for c in self.budget.charges if c.nature == NatureCharge.REALISATION]
        return Decimal("0.00") if any(c.mele for c in lines) else sum((c.compte for c in lines), Decimal("0.00"))


def _origine(d: _Dossier) -> str:
    told = f"Origine du constat : {', '.join(d.problematique.origines_labels)}." if d.problematique.origines else ""
    return _join(told, d.problematique.origines_precisions)


def _presentation(d: _Dossier) -> str:
    return _labelled(
        ("Territoire", d.ciblage.territoire),
        ("Secteur d’activité", d.ciblage.secteur),
        ("Projet", d.ciblage.projet),
        ("Poids économique et social", d.ciblage.poids),
        ("Compétences", d.ciblage.competences),
        ("Ce qu’elles visent ensemble", d.projet.objectifs_collectifs),
        ("Ce que chacune vise", d.projet.objectifs_individuels),
    )


def _comite(d: _Dossier) -> str:
    families = partenaires_of(d.ingenierie.pk)
    return _bullets(p.nom for family in families for p in family.partenaires if p.comite_pilotage)


def _resultats(d: _Dossier) -> str:
    lines = []
    for row in resultats_of(d.ingenierie.pk):
        details = [f"indicateur : {row.indicateur}"] if row.indicateur else []
        if row.cible:
            details.append(f"cible : {row.cible}")
        if row.mesure:
            details.append(f"mesure : {row.mesure}")
        lines.append(row.libelle + (f" ({' ; '.join(details)})" if details else ""))
    return _bullets(lines)


def _conditions(d: _Dossier) -> str:
    kept = Scenario.objects.filter(ingenierie=d.ingenierie, retenu=True).first()
    return _join(
        _labelled(*kept.conditions) if kept else "",
        _labelled(
            ("Système intervenant", d.projet.systeme_intervenant),
            ("Présence du pilote", d.projet.temps_pilote),
        ),
    )


def _evaluation(d: _Dossier) -> str:
    if not d.cadre.participation_intervenants.strip():
        return ""
    return _join(
        d.cadre.participation_intervenants,
        _labelled(
            ("Objet de l’évaluation", d.cadre.objet or d.objectifs.objet), ("Outils et indicateurs", d.cadre.outils)
        ),
    )


def _cout_jour(d: _Dossier) -> Decimal | None:
    """That of the région, where it tells one; else what the budget makes of it."""
    if d.regle.cout_jour is not None:
        return d.regle.cout_jour
    if not d.projet.jours or not d.realisation:
        return None
    return (d.realisation / d.projet.jours).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _regime(d: _Dossier) -> str:
    if d.regle.cout_jour is not None:
        return d.regle.regime
    return d.budget.cadre.regime if _cout_jour(d) else ""


def _modalites(d: _Dossier) -> str:
    person = people.interlocuteur(d.ingenierie)
    address = person.email if person else d.ingenierie.pilote.email
    if not address:
        return ""
    return (
        f"La proposition se dépose en ligne, dans l’espace du prestataire, ou est adressée à {address} avec la "
        "référence de ce cahier des charges, comme l’invitation l’indique. Les questions sont posées au même "
        "endroit ; question et réponse sont données à tous les candidats."
    )


def _days_of(d: _Dossier, *, individuels: bool) -> Decimal | None:
    """The days of the projet d'intervention, all on site until one says otherwise; of one structure, all individual."""
    whole = d.projet.jours
    if not whole:
        return None
    alone = whole if d.ingenierie.is_individuelle else (d.projet.jours_individuels or Decimal(0))
    return (alone if individuels else whole - alone) or None


def _contexte(d: _Dossier) -> str:
    return _join(d.problematique.contexte, d.problematique.enjeux, d.problematique.besoins)


def _why_mission(d: _Dossier) -> str:
    """Why the plan recommends this mission, then what the problématique adds."""
    why = d.mission.contexte.strip() if d.mission and d.ingenierie.is_individuelle else ""
    told = _contexte(d)
    return "" if not why or why in told else _join(why, told)


_MISSION = "la mission préconisée par le plan d’accompagnement"
_LIGNE = "la ligne du plan d’accompagnement"


def _ligne_results(d: _Dossier) -> str:
    return d.commande.ligne.resultats_attendus.strip() if d.commande and not resultats_of(d.ingenierie.pk) else ""


def _place(d: _Dossier) -> str:
    """Only for one structure: the plan of one of them is nothing to tell in the cahier of several."""
    return place_in_plan(d.commande.ligne) if d.commande and d.ingenierie.is_individuelle else ""


#: field → where it comes from, how it is read: the command of the plan d'accompagnement, which comes before SOURCES.
COMMANDE: dict[str, tuple[str, Callable[[_Dossier], str]]] = {
    "contexte": (_MISSION, _why_mission),
    "objectif_general": (_MISSION, lambda d: d.mission.objectif_general.strip() if d.mission else ""),
    "objectifs_operationnels": (_MISSION, lambda d: _bullets(d.mission.liste_objectifs) if d.mission else ""),
    "resultats_attendus": (_LIGNE, _ligne_results),
    "plan_accompagnement": (_LIGNE, _place),
}

_CARTE = ("la carte d’identité de l’ingénierie", "projects:identite")
_ROLE = "projects:role_dla"
_PROJET = ("le projet d’intervention", "mobilisation:projet")

#: field → where it comes from, route of that page (empty: a draft of ours), how it is read.
SOURCES: dict[str, tuple[str, str, Callable[[_Dossier], Any]]] = {
    "titre": (*_CARTE, lambda d: d.ingenierie.titre),
    "accroche": (*_CARTE, lambda d: d.ingenierie.accroche),
    "contacts": (
        "le pilote et les organisations associées", "projects:detail", lambda d: _contacts(d.ingenierie),
    ),
    "origine_demande": ("la problématique (origines)", "projects:problematique", _origine),
    "contexte": (
        "la problématique (contexte, enjeux, besoins)", "projects:problematique",
        _contexte,
    ),
    "demarche": ("le rôle du DLA", _ROLE, lambda d: _join(d.role.idee, d.role.contenu, d.role.modalites)),
    "plan_accompagnement": (
        "la cohérence de la démarche (rôle du DLA)", _ROLE, lambda d: d.role.coherence.strip(),
    ),
    "structures_presentation": (
        "le ciblage des structures et le projet d’intervention", "projects:ciblage", _presentation,
    ),
    "comite_pilotage": ("les partenaires de l’ingénierie", "engagement:partenaires", _comite),
    "type_ingenierie": (
        "le type d’ingénierie choisi", "projects:type", lambda d: d.ingenierie.type_ingenierie,
    ),
    "type_motif": ("le type d’ingénierie choisi", "projects:type", lambda d: d.ingenierie.type_motif.strip()),
    "themes": (*_CARTE, lambda d: list(d.ingenierie.themes.all())),
    "objectif_general": (
        "les objectifs stratégiques", "engagement:objectifs",
        lambda d: "\n".join(o.texte for o in d.objectifs.strategiques),
    ),
    "objectifs_operationnels": (
        "les objectifs opérationnels", "engagement:objectifs",
        lambda d: _bullets(o.texte for o in d.objectifs.operationnels),
    ),
    "resultats_attendus": ("les résultats attendus", "engagement:objectifs", _resultats),
    "conditions": ("le projet d’intervention et le scénario retenu", "mobilisation:projet", _conditions),
    "role_evaluation": ("le cadre de l’évaluation", "mobilisation:projet", _evaluation),
    "jours_min": (*_PROJET, lambda d: d.projet.jours),
    "jours_max": (*_PROJET, lambda d: d.projet.jours),
    "jours_collectifs_site": (*_PROJET, lambda d: _days_of(d, individuels=False)),
    "jours_individuels_site": (*_PROJET, lambda d: _days_of(d, individuels=True)),
    "cout_jour": ("la règle de la région, sinon le budget divisé par les jours", "engagement:budget", _cout_jour),
    "regime": ("la règle de la région, sinon le budget", "engagement:budget", _regime),
    "clauses": (
        "les clauses permanentes du pilote", "",
        lambda d: clauses_of(d.ingenierie.pilote).texte.strip(),
    ),
    "modalites_reponse": (GUIDE, "", _modalites),
}  # fmt: skip


def _read(dossier: _Dossier, field: str) -> tuple[Any, str, str]:
    """(value, where it comes from, route of that page)."""
    if field in COMMANDE:
        source, read = COMMANDE[field]
        if value := read(dossier):
            return value, source, "projects:structures"
    source, route, read = SOURCES[field]
    return read(dossier), source, route


def proposals(ingenierie: Ingenierie, fields: Iterable[str] | None = None) -> dict[str, Proposal]:
    """What the project proposes now, by field (all of them unless ``fields``); those it has nothing for are absent."""
    dossier, alone = _Dossier(ingenierie), ingenierie.is_individuelle
    found = {}
    for field in fields if fields is not None else (*SOURCES, *DEFAULTS):
        draft = draft_for(field, individuelle=alone)
        if draft is not None:
            found[field] = Proposal(field, draft, GUIDE)
        elif field in SOURCES and not (alone and field in COLLECTIVE_ONLY):
            value, source, route = _read(dossier, field)
            if value not in (None, "", []):
                found[field] = Proposal(field, value, source, reverse(route, args=[ingenierie.pk]) if route else "")
    return found


def value_of(cahier: CahierDesCharges, field: str) -> Any:
    """The present value of a field, lists of objects included."""
    value = getattr(cahier, field)
    return list(value.all()) if cahier._meta.get_field(field).many_to_many else value


def is_empty(cahier: CahierDesCharges, field: str) -> bool:
    """Nothing was typed there yet (a choice left at its default counts as nothing)."""
    value = value_of(cahier, field)
    if isinstance(value, str):
        return not value.strip() or (field == "regime" and cahier.cout_jour is None)
    return value in (None, [])


def same(one: Any, other: Any) -> bool:
    """Do two values of a field say the same thing?"""
    if isinstance(one, list) or isinstance(other, list):
        return {o.pk for o in one or []} == {o.pk for o in other or []}
    if isinstance(one, str) and isinstance(other, str):
        return one.strip() == other.strip()
    return one == other


def fingerprint(found: Iterable[Proposal]) -> str:
    """A short mark of proposals: what was shown is what will be taken."""
    told = [[p.field, plain(p.value)] for p in found]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]
