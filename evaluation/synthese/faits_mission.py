"""The facts that the missions know: days given, who came, stages done, changes, results reached, what was paid.

A number of queries that grows with the missions of the ingénierie (one, rarely more), never with structures, séances or
people.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.urls import reverse

from core.formats import format_date, format_days, plural
from core.text import normalise
from engagement.objectifs.summary import resultats_of
from engagement.rendezvous.enums import Presence
from evaluation.synthese.faits import COUTS_GRAPHIQUE, JOURS_GRAPHIQUE, day, missions_of, money
from evaluation.synthese.registry import FAITS, Fait, Faits, une_fois
from missions.conventions.models import Convention
from missions.modifications.enums import EtatDemande
from missions.modifications.models import DemandeModification
from missions.paiements.echeancier import Comptes, comptes_of, echeances_of
from missions.rapports.enums import EtatRapport
from missions.rapports.models import ResultatRapport
from missions.seances.models import ParticipantSeance
from missions.seances.summary import jours_donnes, presences
from missions.suivi.models import EtapeSuivi, FicheSuivi
from mobilisation.projet.enums import Registre
from projects.ingenierie.models import Ingenierie

_CAME = (Presence.PRESENT, Presence.EN_PARTIE)


def _nommee(label: str, mission: Convention, several: bool) -> str:
    """The label of a fact, with the prestataire when there are several missions."""
    return f"{label} ({mission.choix.prestataire})" if several else label


def _comptes(mission: Convention) -> Comptes:
    return une_fois(("comptes", mission.pk), lambda: comptes_of(echeances_of(mission)))


def _donnes(mission: Convention) -> Decimal:
    return une_fois(("jours", mission.pk), lambda: jours_donnes(mission))


# --- Cohérence ---


def jours(ingenierie: Ingenierie) -> list[Fait]:
    """Days agreed and days really given in the séances that were held; changes asked and accepted."""
    missions = missions_of(ingenierie)
    told = []
    for mission in missions:
        given = _donnes(mission)
        if not mission.jours and not given:
            continue
        told.append(
            Fait(
                _nommee("Jours d’intervention, convenus puis donnés", mission, len(missions) > 1),
                format_days(mission.jours) if mission.jours else "",
                format_days(given) if given else "",
                reverse("missions:seances", args=[ingenierie.pk, mission.pk]),
                nombres=(mission.jours, given or None),
                unite="jours",
                graphique=JOURS_GRAPHIQUE,
            )
        )
    asked = list(DemandeModification.objects.filter(convention__in=missions).values_list("state", flat=True))
    if asked:
        accepted = asked.count(EtatDemande.ACCEPTEE)
        told.append(
            Fait(
                "Modifications demandées en cours de mission",
                realise=f"{len(asked)}, dont {plural(accepted, 'acceptée', 'acceptées')}",
                source_url=reverse("missions:modifications", args=[ingenierie.pk, missions[0].pk]),
            )
        )
    return told


# --- Pertinence: who came, whether the need was still the same ---


def venues(ingenierie: Ingenierie) -> list[Fait]:
    """Attendance per structure and per person; the check at the start of the mission."""
    missions = missions_of(ingenierie)
    told = []
    expected = came = structures = structures_there = 0
    for mission in missions:
        found = presences(mission)
        expected += sum(row.attendues for row in found.values())
        came += sum(row.venues for row in found.values())
        structures += sum(1 for row in found.values() if row.attendues)
        structures_there += sum(1 for row in found.values() if row.venues)
    if expected:
        url = reverse("missions:seances", args=[ingenierie.pk, missions[0].pk])
        share = round(100 * came / expected)
        told += [
            Fait(
                "Structures attendues, puis venues à une séance au moins", str(structures), str(structures_there), url
            ),
            Fait("Présences aux séances tenues, par structure", str(expected), f"{came}, soit {share}\u00a0%", url),
        ]
        people = (
            ParticipantSeance.objects.filter(seance__convention__in=missions, presence__in=_CAME)
            .order_by()
            .values("organisme", "personne")
            .distinct()
            .count()
        )
        if people:
            told.append(Fait("Participants venus", realise=str(people), source_url=url))
    for fiche in FicheSuivi.objects.filter(convention__in=missions).exclude(besoin_actuel=""):
        told.append(
            Fait(
                "Le besoin était-il encore celui du diagnostic, au départ ?",
                realise=f"{fiche.get_besoin_actuel_display().partition(' :')[0]}, le {day(fiche.besoin_le)}",
                source_url=reverse("missions:suivi", args=[ingenierie.pk, fiche.convention_id]),
            )
        )
    return told


# --- Efficacité: results fixed, results reached ---


def resultats(ingenierie: Ingenierie) -> list[Fait]:
    """The results fixed with their target, and what the final reports say was reached."""
    url = reverse("engagement:objectifs", args=[ingenierie.pk])
    rows = (
        ResultatRapport.objects.filter(rapport__convention__in=missions_of(ingenierie))
        .exclude(rapport__state=EtatRapport.REDACTION)
        .select_related("rapport")
        .order_by("rapport", "ordre", "pk")
    )
    reached = list(rows)
    told = []
    for fixed in resultats_of(ingenierie.pk):
        # A report quotes the cahier des charges, which says the indicator and the target after the result.
        wording = normalise(fixed.libelle)
        row = next((one for one in reached if normalise(one.attendu).startswith(wording)), None)
        if row is not None:
            reached.remove(row)
        told.append(
            Fait(fixed.libelle, fixed.cible or fixed.indicateur or "attendu", row.atteint if row else "", url)
        )  # fmt: skip
    told += [
        Fait(
            row.attendu,
            "attendu du cahier des charges",
            row.atteint or "non dit",
            reverse("missions:rapport", args=[ingenierie.pk, row.rapport.convention_id]),
        )
        for row in reached
    ]
    return told


# --- Efficience: payments, delays of the stages ---


def paiements(ingenierie: Ingenierie) -> list[Fait]:
    """What is due to each prestataire by its convention and its avenants, what was paid."""
    missions = missions_of(ingenierie)
    told = []
    for mission in missions:
        comptes = _comptes(mission)
        if comptes.prix:
            told.append(
                Fait(
                    _nommee("Paiements au prestataire (TTC), dus puis faits", mission, len(missions) > 1),
                    money(comptes.prix),
                    money(comptes.paye) if comptes.paye else "aucun encore",
                    reverse("missions:paiements", args=[ingenierie.pk, mission.pk]),
                    argent=True,
                    nombres=(comptes.prix, comptes.paye),
                    unite="€",
                    graphique=COUTS_GRAPHIQUE,
                )
            )
    return told


def etapes(ingenierie: Ingenierie) -> list[Fait]:
    """Each stage of the fiche de suivi: when it was to end, when it was done, how late."""
    rows = (
        EtapeSuivi.objects.filter(fiche__convention__in=missions_of(ingenierie))
        .select_related("fiche")
        .order_by("fiche", "ordre", "pk")
    )
    return [
        Fait(
            f"Mission, étape « {row.intitule} »",
            day(row.prevu_fin),
            _done(row.fait_le, row.prevu_fin),
            reverse("missions:suivi", args=[ingenierie.pk, row.fiche.convention_id]),
        )
        for row in rows
        if row.prevu_fin or row.fait_le
    ]


def _done(fait_le: dt.date | None, prevu_fin: dt.date | None) -> str:
    if fait_le is None:
        return ""
    late = (fait_le - prevu_fin).days if prevu_fin else 0
    return f"{format_date(fait_le)}, {plural(late, 'jour')} après" if late > 0 else format_date(fait_le)


def cout_du_jour(ingenierie: Ingenierie) -> list[Fait]:
    """What a day came to: the price of the conventions by the days agreed, then by the days given."""
    missions = missions_of(ingenierie)
    prix = sum((_comptes(m).prix for m in missions), Decimal(0))
    agreed = sum((m.jours for m in missions if m.jours), Decimal(0))
    given = sum((_donnes(m) for m in missions), Decimal(0))
    if not prix or not agreed:
        return []

    def by(days: Decimal) -> str:
        return money((prix / days).quantize(Decimal("0.01"))) if days else ""

    url = reverse("missions:conventions", args=[ingenierie.pk])
    return [Fait("Coût d’un jour (TTC), convenu puis donné", by(agreed), by(given), url, argent=True)]


def register() -> None:
    """Called once by :func:`evaluation.synthese.providers.register`."""
    FAITS.register("mission_jours", Faits(Registre.COHERENCE, jours), order=12)
    FAITS.register("mission_venues", Faits(Registre.PERTINENCE, venues), order=32)
    FAITS.register("resultats", Faits(Registre.EFFICACITE, resultats), order=40)
    FAITS.register("mission_paiements", Faits(Registre.EFFICIENCE, paiements), order=62)
    FAITS.register("mission_cout", Faits(Registre.EFFICIENCE, cout_du_jour), order=64)
    FAITS.register("mission_etapes", Faits(Registre.EFFICIENCE, etapes), order=72)
