"""Missions that are followed: stages returned, late, reminded, told; changes asked, accepted, refused.

Each thing is written by the services, on its day, by whom it belongs to: the prestataire where it has somebody, else
the team that types for it.
"""

from __future__ import annotations

import datetime as dt

from accounts.models import Grant
from accounts.services import actor_for, send_link
from core import clock
from core.actor import Actor
from demo import conventions, dates
from demo.marks import Marks
from demo.people import DOMAIN
from missions.conventions.enums import EtatConvention
from missions.conventions.models import Convention
from missions.conventions.services.avenants import termes_of
from missions.modifications import services as modifications
from missions.modifications.models import AccordStructure, DemandeModification
from missions.modifications.services import demander, repondre
from missions.suivi import services
from missions.suivi.models import EtapeSuivi, FicheSuivi
from missions.suivi.retards import RELANCE_APRES, SIGNALEMENT_APRES, relancer
from partners.portfolio.prestataire.models import Membre
from projects.enums import Cycle, Etat
from projects.ingenierie.models import Ingenierie

#: How many missions are told.
MISSIONS = 8
_CONSULTANTS = ("Alix Modèle, consultante", "Camille Exemple, formateur", "Dominique Essai, gérante")
_MET = "Présidence, direction, deux administrateurs"
_SAID = (
    "Le groupe a trouvé son rythme ; chaque structure est venue avec ses documents.",
    "Une rencontre de plus avec la trésorerie : les comptes n’étaient pas arrêtés à la date prévue.",
)
_CONTENT = {
    "quoi": "contenu",
    "de": "Un atelier commun sur les outils de gestion.",
    "a": "Deux demi-ateliers, l’un pour les employeurs, l’autre pour les structures sans salarié.",
    "pourquoi": "Les questions des unes n’intéressent pas les autres : le premier entretien l’a montré.",
}
_PROBLEM = {
    "quoi": "problematique",
    "de": "La gestion de la paie et des contrats.",
    "a": "La gouvernance, avant la gestion.",
    "pourquoi": "Le conseil d’administration a démissionné depuis le diagnostic.",
}
_REFUSED = "La gouvernance relève d’un autre accompagnement, déjà proposé à la structure ; la mission garde son objet."


def load(marks: Marks) -> None:
    """Write what is not there yet, on the missions of « Finaliser »."""
    if "suivi" in marks:
        return
    rows = (
        Convention.objects.standing()
        .filter(state=EtatConvention.SIGNEE, ingenierie__state=Etat.FINALISER, fiche_suivi__isnull=False)
        .select_related("ingenierie__pilote__region", "ingenierie__charge_mission", "choix__prestataire")
        .order_by("pk")
    )
    # One ingénierie individuelle among them, when there is one.
    chosen = sorted(rows, key=lambda row: row.ingenierie.cycle != Cycle.INDIVIDUELLE)[:MISSIONS]
    for number, convention in enumerate(chosen):
        if convention.ingenierie.charge_mission is not None:
            _mission(convention, number)
    _late()
    for number, convention in enumerate(chosen):
        if convention.ingenierie.charge_mission is not None:
            _changes(convention, number)
    marks.set("suivi")


def plan(ingenierie: Ingenierie, *, actor: Actor) -> None:
    """The planned part of a mission that will be over: typed by the team, returned at once."""
    convention = conventions.of(ingenierie)
    if convention is None or convention.state != EtatConvention.SIGNEE:
        return
    services.fiche_of(convention, actor=actor)
    services.nommer(_fiche(convention), {"consultant": _CONSULTANTS[convention.pk % 3]}, actor=actor)
    services.verifier_besoin(_fiche(convention), {"besoin_actuel": "oui"}, actor=actor)
    rows, end = _rows(convention), termes_of(convention).fin
    days = _planned(len(rows) - 1, clock.today(), end, 0)
    for row, day in zip(rows, [*days, days[-1]], strict=True):
        if row.prevu_fin is None:
            services.prevoir(row, {"prevu_fin": day, "personnes_prevues": _MET}, actor=actor)
    services.rendre_previsions(_fiche(convention), actor=actor)


def complete(ingenierie: Ingenierie, *, actor: Actor) -> None:
    """All its stages are returned, the last row too."""
    convention = conventions.of(ingenierie)
    if convention is None or convention.state != EtatConvention.SIGNEE or not _rows(convention):
        return
    for rank, row in enumerate(_rows(convention)):
        if row.rendue_le is None:
            day = min(row.prevu_fin or clock.today(), clock.today())
            values = {"fait_le": day, "personnes_rencontrees": _MET, "commentaire": _SAID[rank % 2]}
            services.ecrire(row, {**values, "modifiee": rank % 2 == 1}, actor=actor, rendre=True)


def _team(convention: Convention) -> Actor:
    return actor_for(convention.ingenierie.charge_mission)


def _prestataire(convention: Convention) -> Actor:
    found = Membre.objects.active().filter(prestataire=convention.choix.prestataire_id).order_by("role", "pk").first()
    return Actor.for_user(found.user) if found else _team(convention)


def _rows(convention: Convention) -> list[EtapeSuivi]:
    found = services.etapes_of(convention)
    for row in found:
        row.fiche.convention = convention
    return found


def _fiche(convention: Convention) -> FicheSuivi:
    fiche = FicheSuivi.objects.get(convention=convention)
    fiche.convention = convention
    return fiche


def _begun(convention: Convention) -> dt.date:
    """The day after the signature, or two months ago for a mission signed long before."""
    today = clock.today()
    signed = convention.signee_le or today - dt.timedelta(days=60)
    return min(max(signed + dt.timedelta(days=1), today - dt.timedelta(days=60)), today - dt.timedelta(days=1))


def _mission(convention: Convention, number: int) -> None:
    """The planned part; the first stage returned; the second returned, late or to come, as the number goes."""
    actor, first = _prestataire(convention), _begun(convention)
    if number == 0:
        return  # its fiche is sent, and waits to be planned
    with clock.replay(dates.moment(first, 10)):
        services.nommer(_fiche(convention), {"consultant": _CONSULTANTS[number % 3]}, actor=actor)
        answer = {"besoin_actuel": "oui"}
        if number == 2:
            answer = {"besoin_actuel": "non", "besoin_commentaire": "Le conseil d’administration a démissionné."}
        services.verifier_besoin(_fiche(convention), answer, actor=actor)
    rows = _rows(convention)
    end = termes_of(convention).fin
    days = _planned(len(rows) - 1, first, end, number)
    with clock.replay(dates.moment(first, 30)):
        for row, day in zip(rows[:-1], days, strict=True):
            day = row.prevu_fin or day  # what the convention tells holds
            services.prevoir(row, {"prevu_fin": day, "personnes_prevues": _MET}, actor=actor)
        if rows[-1].prevu_fin is None:
            services.prevoir(rows[-1], {"prevu_fin": days[-1]}, actor=actor)
        services.rendre_previsions(_fiche(convention), actor=actor)
    if number % 4 != 3:  # the fourth returns nothing, and is reminded
        # What has to be returned: all that is planned before a fortnight ago.
        for rank, row in enumerate(_rows(convention)[:-1]):
            if row.prevu_fin and row.prevu_fin < clock.today() - dt.timedelta(days=16):
                _return(row, actor, rank)


def _planned(count: int, first: dt.date, end: dt.date | None, number: int) -> list[dt.date]:
    """The ends of the stages, never beyond the end of the mission."""
    apart = 34 if number % 4 == 1 else 22
    days = [first + dt.timedelta(days=20 + apart * rank + number % 3) for rank in range(count)]
    return [min(day, end) if end else day for day in days]


def _return(row: EtapeSuivi, actor: Actor, rank: int) -> None:
    day = max(row.prevu_fin - dt.timedelta(days=2), _begun(row.fiche.convention))
    values = {
        "fait_le": day,
        "personnes_rencontrees": _MET,
        "production_remise": "Note de fin d’étape, envoyée aux structures.",
        "commentaire": _SAID[rank % 2],
        "modifiee": rank % 2 == 1,
    }
    with clock.replay(dates.moment(day, 420)):
        services.ecrire(row, values, actor=actor, rendre=True)


def _late() -> None:
    """The late stages are looked at on the days when they were to be."""
    system, today = Actor.system("étapes en retard"), clock.today()
    for ago in (SIGNALEMENT_APRES + RELANCE_APRES, RELANCE_APRES, dt.timedelta(days=1)):
        with clock.replay(dates.moment(today - ago)):
            relancer(today - ago, actor=system)


def _changes(convention: Convention, number: int) -> None:
    """One is asked, one waits for its structure, one is accepted, one refused."""
    team, actor, today = _team(convention), _prestataire(convention), clock.today()

    def at(days: int, minute: int = 60):
        return clock.replay(dates.moment(today - dt.timedelta(days=days), minute))

    contact = {"contact_le": today - dt.timedelta(days=9), "contact_moyen": "telephone"}
    if number == 1:
        with at(3):
            demander(convention, _CONTENT, actor=actor)
    elif number == 2:
        with at(8):
            demande = demander(convention, {**_PROBLEM, **contact}, actor=actor)
        with at(6):
            _act(demande, "refuser", team, reason=_REFUSED)
    elif number in (3, 4, 5):
        end = termes_of(convention).fin
        later = max(end or today, today) + dt.timedelta(days=30)
        asked = {
            "quoi": "fin",
            "de": "La mission se termine à la date de la convention.",
            "a": "La mission se termine un mois plus tard ; son contenu et son prix ne changent pas.",
            "pourquoi": "Une structure change de direction : la dernière étape attend la personne recrutée.",
            "nouvelle_fin": later,
            **contact,
        }
        with at(8):
            demande = demander(convention, asked, actor=actor)
            _asked_structures(demande, team)
        if demande.accords.exists():
            with at(6):
                _act(demande, "accepter", team)
            _agree(demande, number, team, at)


def _asked_structures(demande: DemandeModification, team: Actor) -> None:
    """Two structures of the group are asked, where none signed the convention."""
    if demande.accords.exists():
        return
    rows = modifications.beneficiaires(demande.convention.ingenierie)[:2]
    if rows:
        modifications.choisir_structures(demande, rows, actor=team)


def _agree(demande: DemandeModification, number: int, team: Actor, at) -> None:
    """The structures of the fourth mission agree; one of the fifth does not; those of the sixth have a link."""
    for row in AccordStructure.objects.filter(demande=demande).select_related("structure__structure"):
        row.demande = _fresh(demande)
        if number == 5:
            email = f"structure-{row.structure_id}@{DOMAIN}"
            if not Grant.objects.of(row, modifications.LIEN).exists():
                with at(1):
                    send_link(modifications.LIEN, row, name="La présidence", email=email, actor=team)
            continue
        told = {"avis": "oui", "nom": "La présidence", "le": clock.today() - dt.timedelta(days=5)}
        if number == 4:
            told |= {"avis": "non", "commentaire": "Notre saison commence : nous ne pourrons plus venir."}
        with at(4):
            repondre(row, told, actor=team)
        if number == 4:
            return


def _fresh(demande: DemandeModification) -> DemandeModification:
    found = DemandeModification.objects.get(pk=demande.pk)
    found.convention = demande.convention
    found.convention.ingenierie = Ingenierie.objects.select_related("pilote__region", "charge_mission").get(
        pk=demande.convention.ingenierie_id
    )
    return found


def _act(demande: DemandeModification, action: str, actor: Actor, **more: str) -> None:
    fresh = _fresh(demande)
    modifications.perform_action(fresh, action, actor=actor, expected_state=fresh.state, **more)
