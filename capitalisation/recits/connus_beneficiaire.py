"""What the dossier knows for each rubrique of the monographie of one beneficiary: its sheet, its diagnostic, its plan,
its mission, what came back of it.

A diagnostic and a plan are their keeper's: they are quoted where the pilot keeps them. In an ingénierie collective, the
structure is the only one that joined; with several, nothing that belongs to one is proposed.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.urls import reverse

from capitalisation.recits.connus_actions import cout, deroulement
from capitalisation.recits.connus_evaluation import effets, points_positifs, points_vigilance, resultats_atteints
from capitalisation.recits.dossier import Dossier, bullets, enumerated, lines
from capitalisation.recits.proposition import Proposition
from core.formats import NBSP, format_days, format_money_plain, format_number, plural
from engagement.partenaires.models import PartenaireProjet
from missions.productions.models import Production
from projects.ingenierie.models import Ingenierie
from projects.plans.commande import Commande, commande_of
from projects.plans.models import LigneIngenierie
from structures.annuaire.models import Structure
from structures.diagnostics.models import Diagnostic


class DossierDUne(Dossier):
    """The dossier of the ingénierie, read for its one structure."""

    @cached_property
    def structure(self) -> Structure | None:
        return self.structures[0].structure if len(self.structures) == 1 else None

    @cached_property
    def commande(self) -> Commande | None:
        found = commande_of(self.i)
        return found if found and found.ligne.organisation_id == self.i.pilote_id else None

    @cached_property
    def diagnostic(self) -> Diagnostic | None:
        """The one the plan started from, else the last that was shared with the structure."""
        if self.commande is not None and self.commande.ligne.plan.diagnostic is not None:
            return self.commande.ligne.plan.diagnostic
        if self.structure is None:
            return None
        rows = Diagnostic.objects.filter(structure=self.structure, organisation=self.i.pilote_id, numero_partage__gt=0)
        return rows.order_by("-date", "-pk").first()

    @cached_property
    def besoins(self) -> list[Any]:
        return list(self.diagnostic.besoins.order_by("priorite", "pk")) if self.diagnostic else []

    @cached_property
    def collectives(self) -> list[LigneIngenierie]:
        """The other ingénieries that rows of the plans of this structure, kept by the pilot, led to."""
        if self.structure is None:
            return []
        rows = LigneIngenierie.objects.filter(
            ligne__plan__structure=self.structure, ligne__organisation=self.i.pilote_id
        ).exclude(ingenierie=self.pk)
        return list(rows.select_related("ingenierie").order_by("rattachee_le", "pk"))

    @cached_property
    def productions(self) -> list[Production]:
        """Those that are for all: what was made for one structure is its own."""
        rows = Production.objects.filter(convention__in=self.missions)
        return list((rows if self.i.is_individuelle else rows.filter(structure=None)).order_by("pk"))

    @property
    def partners_url(self) -> str:
        """An ingénierie individuelle has no page of its partners."""
        return self.url("projects:detail" if self.i.is_individuelle else "engagement:partenaires")

    @property
    def sheet_url(self) -> str:
        return reverse("structures:detail", args=[self.structure.pk]) if self.structure else ""

    @property
    def diagnostic_url(self) -> str:
        return reverse("structures:diagnostic", args=[self.diagnostic.pk]) if self.diagnostic else ""


Lecteur = Callable[[DossierDUne], Proposition | None]
_SHEET = "fiche de la structure"


def _sheet(read: Callable[[Structure], Any]) -> Lecteur:
    """What the sheet of the structure says."""

    def told(d: DossierDUne) -> Proposition | None:
        value = read(d.structure) if d.structure is not None else None
        return Proposition(value, _SHEET, d.sheet_url) if value else None

    return told


def _number(field: str, more: Callable[[Structure], str] | None = None) -> Lecteur:
    def read(s: Structure) -> dict[str, Any] | None:
        value = getattr(s, field)
        if value is None:
            return None
        told = str(value) if isinstance(value, Decimal) else value
        return {"valeur": told, "precision": more(s) if more else ""}

    return _sheet(read)


def _actives(s: Structure) -> str:
    return f"dont {plural(s.benevoles_actifs, 'actif')}" if s.benevoles_actifs is not None else ""


def _other_numbers(s: Structure) -> list[str]:
    told = []
    if s.budget is not None:
        told.append(f"Budget annuel{NBSP}: {format_money_plain(s.budget)}")
    if s.adherents:
        told.append(plural(s.adherents, "adhérent"))
    if s.saisonniers:
        told.append(plural(s.saisonniers, "emploi saisonnier", "emplois saisonniers"))
    return told


def secteurs(d: DossierDUne) -> Proposition | None:
    found = list(d.secteurs) or ([str(d.structure.secteur)] if d.structure else [])
    return Proposition(found, "carte d’identité", d.url("projects:detail")) if found else None


def territoire(d: DossierDUne) -> Proposition | None:
    if d.structure is not None:
        told = ", ".join(filter(None, (d.structure.commune, str(d.structure.departement))))
        return Proposition(told, _SHEET, d.sheet_url)
    told = ", ".join(str(one) for one in d.departements)
    return Proposition(told, "carte d’identité", d.url("projects:detail")) if told else None


def mots_cles(d: DossierDUne) -> Proposition | None:
    found = [str(one) for one in (*d.themes, *d.details)]
    return Proposition(found, "thèmes", d.url("projects:detail")) if found else None


def besoins(d: DossierDUne) -> Proposition | None:
    if d.diagnostic is not None:
        needs = bullets(f"{one.texte} ({one.origine})" for one in d.besoins)
        raised = d.diagnostic.problemes.strip()
        text = lines("" if raised in [one.texte.strip() for one in d.besoins] else raised, needs)
        if text:
            return Proposition(text, "diagnostic", d.diagnostic_url)
    text = lines(d.problematique.contexte, d.problematique.besoins)
    return Proposition(text, "problématique", d.url("projects:problematique")) if text else None


def preconise(d: DossierDUne) -> Proposition | None:
    if d.commande is None:
        return None
    ligne, mission = d.commande.ligne, d.commande.mission
    told = (
        ligne.action,
        mission.objectif_general if mission else "",
        mission.objectifs_operationnels if mission else "",
    )
    text = lines(*told)
    return Proposition(text, "plan d’accompagnement", d.url("projects:structures")) if text else None


def mise_en_route(d: DossierDUne) -> Proposition | None:
    text = lines(", ".join(d.problematique.origines_labels), d.problematique.origines_precisions)
    text = lines(text, d.structures[0].origine if len(d.structures) == 1 else "")
    return Proposition(text, "origine des besoins", d.url("projects:problematique")) if text else None


def intention(d: DossierDUne) -> Proposition | None:
    text = d.diagnostic.perspectives.strip() if d.diagnostic else ""
    return Proposition(text, "diagnostic", d.diagnostic_url) if text else None


def personnes(d: DossierDUne) -> Proposition | None:
    told = [f"{one}{NBSP}: {one.roles}" if one.roles else str(one) for one in d.partenaires]
    told = [str(d.i.pilote), *told, *(f"{plural(len(d.missions), 'prestataire')}" for _ in d.missions[:1])]
    return Proposition(bullets(told), "partenaires et missions", d.partners_url)


def appui_individuel(d: DossierDUne) -> Proposition | None:
    """The stages of the mission, as the report tells them, else as the convention plans them."""
    told = []
    for one in d.etapes:
        days = f" ({format_days(one.duree)})" if one.duree else ""
        said = d.racontees[one.pk].contenu if one.pk in d.racontees else one.contenu
        told.append(f"{one.intitule}{days}{NBSP}: {said or one.objectif}".rstrip(f"{NBSP}: "))
    if not told:
        return None
    return Proposition(bullets(told), "étapes de la mission", d.url("missions:conventions"))


def appui_collectif(d: DossierDUne) -> Proposition | None:
    told = [link.ingenierie.titre for link in d.collectives if not link.ingenierie.is_individuelle]
    if not told:
        return None
    return Proposition(bullets(dict.fromkeys(told)), "plan d’accompagnement", d.sheet_url)


def _jours(d: DossierDUne) -> tuple[Decimal, Decimal]:
    """Days agreed: for the structure alone, with others."""
    total = sum((one.jours for one in d.missions if one.jours), Decimal(0))
    alone = sum((one.jours_individuels for one in d.missions if one.jours_individuels), Decimal(0))
    return (total, Decimal(0)) if d.i.is_individuelle else (alone, total - alone)


def _days(index: int) -> Lecteur:
    def read(d: DossierDUne) -> Proposition | None:
        days = _jours(d)[index]
        if not days:
            return None
        held = sum(
            (r["jours"] for r in d.seances if d.i.is_individuelle or bool(r["structure"]) == (index == 0)), Decimal(0)
        )
        note = ""
        if held and held != days:
            told = format_days(held)
            note = f"La convention dit {format_number(days)}, les séances tenues font {told} : gardés comme dits."
        value = {"valeur": str(days), "precision": ""}
        return Proposition(value, "convention", d.url("missions:conventions"), note)

    return read


def objet(d: DossierDUne) -> Proposition | None:
    text = lines(*(one.objet for one in d.missions))
    return Proposition(text, "objet de la convention", d.url("missions:conventions")) if text else None


def _partner(read: Callable[[PartenaireProjet], str]) -> Lecteur:
    def told(d: DossierDUne) -> Proposition | None:
        found = [f"{one}{NBSP}: {text}" for one in d.partenaires if (text := read(one).strip())]
        return Proposition(bullets(found), "partenaires", d.partners_url) if found else None

    return told


def outils(d: DossierDUne) -> Proposition | None:
    found = [one.titre for one in d.productions]
    return Proposition(found, "productions remises", d.url("missions:conventions")) if found else None


def activites(d: DossierDUne) -> Proposition | None:
    points = enumerated(d.diagnostic.contexte) if d.diagnostic else []
    return Proposition(points, "diagnostic", d.diagnostic_url) if points else None


def structures(d: DossierDUne) -> Proposition | None:
    if d.structure is None:
        return None
    return Proposition({"valeur": 1, "precision": ""}, "structures", d.url("projects:structures"))


LECTEURS: dict[str, Lecteur] = {
    "secteurs": secteurs,
    "territoire": territoire,
    "mots_cles": mots_cles,
    "besoins": besoins,
    "accompagnement_preconise": preconise,
    "mise_en_route": mise_en_route,
    "personnes_impliquees": personnes,
    "parcours": _sheet(lambda s: s.projet.strip()),
    "intention": intention,
    "territoire_detail": _sheet(lambda s: s.territoire.strip()),
    "activites": activites,
    "financements": _sheet(lambda s: enumerated(s.financements)),
    "structures": structures,
    "benevoles": _number("benevoles", _actives),
    "salaries": _number("salaries"),
    "etp": _number("etp"),
    "chiffres": _sheet(_other_numbers),
    "appui_individuel": appui_individuel,
    "appui_collectif": appui_collectif,
    "jours_individuels": _days(0),
    "jours_collectifs": _days(1),
    "cout": cout,
    "objet": objet,
    "deroulement": deroulement,
    "resultats": resultats_atteints,
    "partenariat_technique": _partner(lambda one: one.contribution_technique),
    "partenariat_financier": _partner(lambda one: one.contribution_financiere),
    "outils_partages": outils,
    "impact_territoire": effets,
    "points_positifs": points_positifs,
    "points_vigilance": points_vigilance,
}


def propositions(ingenierie: Ingenierie) -> dict[str, Proposition]:
    """By rubrique, what the dossier of ``ingenierie`` knows of its structure."""
    dossier = DossierDUne(ingenierie)
    return {code: found for code, read in LECTEURS.items() if (found := read(dossier)) is not None}
