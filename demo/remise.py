"""What the missions of the demonstration hand over: productions, final reports, payments; partners kept informed."""

from __future__ import annotations

from random import Random
from typing import Any

from core import clock
from core.actor import Actor
from core.uploads import attach
from demo import conventions
from demo.files import named
from missions.conventions.models import Convention
from missions.conventions.prefill import beneficiaires
from missions.paiements import services as paiements
from missions.paiements.echeancier import echeances_of
from missions.productions import services as productions
from missions.productions.forms import reachable
from missions.productions.models import Production
from missions.rapports import services as rapports
from missions.rapports.completude import FICHIER
from missions.rapports.enums import OUVERTS, EtatRapport
from missions.suivi.services import etapes_of, fiche_of
from partners.portfolio.prestataire.models import Membre
from projects.ingenierie.models import Ingenierie

#: Its report was received, then sent back: what lacks.
A_COMPLETER = {
    "achats-insertion-centre": "Les effets induits ne disent rien des deux structures qui ont quitté le groupe : "
    "ajoutez ce qu’elles en ont retenu, et la liste des outils remis à chacune."
}
#: Reports written elsewhere and joined as a file.
ECRITS_AILLEURS = {"banque", "mecenat", "qvct-petite-enfance", "loisirs-inclusifs", "donnees-sante", "recycleries"}

_ETAPES = (
    (
        "Chaque structure a été entendue sur place ; le besoin du diagnostic est confirmé, précisé sur deux points.",
        "Entretiens croisés entre administrateurs et salariés, lecture des comptes des trois dernières années.",
        "Des documents incomplets dans une structure : l’entretien y a été doublé.",
    ),
    (
        "Quatre ateliers : les outils ont été essayés entre deux rencontres, puis corrigés ensemble.",
        "Travail sur les cas des participants, binômes entre structures, appui individuel à la demande.",
        "Un renouvellement de bureau a fait reporter une séance de trois semaines.",
    ),
    (
        "Chaque structure a présenté sa feuille de route ; les partenaires ont dit ce qu’ils peuvent soutenir.",
        "Séance de restitution préparée avec les structures, synthèse écrite remise à toutes.",
        "",
    ),
)
_ATTEINTS = (
    "Atteint : constaté dans toutes les structures présentes à la restitution.",
    "Atteint pour la plupart ; deux structures poursuivent à leur rythme, avec l’appui du DLA.",
    "En bonne voie : l’outil est adopté, son usage régulier reste à vérifier dans six mois.",
)
_PRECONISATIONS = (
    "Nommer dans chaque structure une personne qui tient l’outil à jour, et en parler chaque trimestre en bureau.",
    "Organiser dans six mois une demi-journée d’échange entre les structures du groupe.",
)
_PRODUCTIONS = (
    ("Note d’état des lieux", "Ce que les entretiens ont montré, structure par structure.", "etat-des-lieux.pdf"),
    ("Outils de suivi et mode d’emploi", "Le modèle commun et les réglages de chacune.", "outils-de-suivi.pdf"),
)


def _mission(ingenierie: Ingenierie) -> Convention | None:
    convention = conventions.of(ingenierie)
    return convention if convention is not None and convention.is_signed else None


def _consultant(convention: Convention, otherwise: Actor) -> Actor:
    """Somebody of the prestataire, when it has people in the application; else the team types for it."""
    row = Membre.objects.active().filter(prestataire=convention.choix.prestataire_id).select_related("user").first()
    return Actor.for_user(row.user) if row is not None else otherwise


def hand_over(ingenierie: Ingenierie, number: int, *, actor: Actor) -> None:
    """Production ``number`` (from 0), after its stage."""
    convention = _mission(ingenierie)
    if convention is None:
        return
    fiche_of(convention, actor=actor)
    stages = etapes_of(convention)
    title, text, name = _PRODUCTIONS[number]
    productions.hand_over(
        convention,
        {"titre": title, "description": text, "etape": stages[number] if number < len(stages) else None},
        actor=_consultant(convention, actor),
        fichiers=[named(f"{title} (fictif)", name)],
    )
    alone = beneficiaires(convention.ingenierie)[:1]
    if number == 1 and alone and not convention.ingenierie.is_individuelle:
        productions.hand_over(
            convention,
            {"titre": "Réglages de l’outil", "description": "Ceux d’une seule structure.", "structure": alone[0]},
            actor=_consultant(convention, actor),
            fichiers=[named("Réglages de l’outil (fictif)", "reglages.pdf")],
        )


def inform(ingenierie: Ingenierie, *, actor: Actor) -> None:
    """A short note to the partners who can be written to."""
    convention = _mission(ingenierie)
    known = reachable(convention)[0] if convention is not None else []
    if known:
        values = {
            "titre": "Des nouvelles après l’état des lieux",
            "texte": "Les structures ont toutes été rencontrées. Les ateliers commencent le mois prochain ; la "
            "restitution vous sera ouverte, une date vous sera proposée.",
        }
        productions.inform_partners(convention, values, known[:3], actor=actor)


def give_links(ingenierie: Ingenierie, *, actor: Actor) -> None:
    """Three structures have their link; the first one acknowledged what it received."""
    convention = _mission(ingenierie)
    if convention is None:
        return
    rows = beneficiaires(convention.ingenierie)[:3]
    productions.send_links(rows, actor=actor)
    given = list(Production.objects.filter(convention=convention).values_list("pk", flat=True))
    if rows and given:
        rows[0].ingenierie = convention.ingenierie
        productions.acknowledge(rows[0], given, rows[0].structure.contact_name or "La présidence", actor=actor)


def write(ingenierie: Ingenierie, key: str, *, actor: Actor) -> None:
    """The report is begun, and written in whole but for what its hand over adds."""
    convention = _mission(ingenierie)
    if convention is None:
        return
    author = _consultant(convention, actor)
    rapport = rapports.begin(convention, actor=author)
    if key in ECRITS_AILLEURS:
        file = named("Rapport final de mission (fictif)", "rapport-final.pdf")
        attach(rapport, file, actor=actor, scope=convention.ingenierie, category=FICHIER)
        return
    for row, told in zip(rapport.etapes.all(), _ETAPES, strict=False):
        row.rapport = rapport
        values = dict(zip(("contenu", "methodes", "difficultes"), told, strict=True))
        rapports.write_ligne(row, values, actor=author)
    for text in _PRECONISATIONS:
        rapports.add_preconisation(rapport, {"texte": text}, actor=author)


def finish(ingenierie: Ingenierie, key: str, *, actor: Actor) -> None:
    """Its last parts are written and it is handed over."""
    convention = _mission(ingenierie)
    rapport = rapports.rapport_of(convention) if convention is not None else None
    if rapport is None or rapport.state not in OUVERTS:
        return
    author, random = _consultant(convention, actor), Random(f"{key}:rapport")
    if key not in ECRITS_AILLEURS:
        for row in rapport.resultats.all():
            row.rapport = rapport
            rapports.write_ligne(row, {"atteint": random.choice(_ATTEINTS)}, actor=author)
        values: dict[str, Any] = {
            "attentes": "Dire pour chaque structure ce qui a été adopté, et non seulement pour le groupe.",
            "attentes_le": clock.today(),
            "productions": "Chaque structure a reçu ses propres réglages, à part de ces documents communs.",
            "autres_resultats": "Deux structures mettent en commun un poste d’appui.",
            "effets": "Les dirigeantes se téléphonent désormais entre elles ; la communauté de communes reçoit le "
            "groupe deux fois par an.",
            "observations": "Le rythme d’un atelier par mois convient à des équipes bénévoles.",
        }
        rapport = rapports.write(rapport, values, actor=author)
    _act(rapport, "remettre", author)


def _act(rapport: Any, action: str, actor: Actor, **extra: Any) -> Any:
    return rapports.perform_action(rapport, action, actor=actor, expected_state=rapport.state, **extra)


def judge(ingenierie: Ingenierie, key: str, *, actor: Actor) -> None:
    """The DLA reads it: accepted, or sent back with what lacks."""
    convention = _mission(ingenierie)
    rapport = rapports.rapport_of(convention) if convention is not None else None
    if rapport is None or rapport.state != EtatRapport.REMIS:
        return
    if key in A_COMPLETER:
        _act(rapport, "completer", actor, reason=A_COMPLETER[key])
    else:
        _act(rapport, "accepter", actor)


def take_up(ingenierie: Ingenierie, *, actor: Actor) -> None:
    """The first recommendation becomes a row of the plan of the only structure."""
    convention = _mission(ingenierie)
    rapport = rapports.rapport_of(convention) if convention is not None else None
    row = rapport.preconisations.first() if rapport is not None else None
    for structure in beneficiaires(ingenierie)[:1] if row is not None else ():
        row.rapport = rapport
        rapports.take_up(row, structure, "ligne", actor=actor)


def ask(ingenierie: Ingenierie, number: int, *, actor: Actor) -> None:
    """Payment ``number`` (from 0) of the schedule is asked for, with its invoice."""
    convention = _mission(ingenierie)
    rows = echeances_of(convention) if convention is not None else []
    if number >= len(rows) or rows[number].demande or not rows[number].montant:
        return
    reference = f"F-{convention.reference[5:]}-{number + 1}"
    paiements.demander(
        convention,
        rows[number].cle,
        {"demande_le": clock.today(), "montant_demande": rows[number].montant, "facture": reference},
        actor=_consultant(convention, actor),
        facture=named(f"Facture {reference} (fictive)", "facture.pdf"),
    )


def pay(ingenierie: Ingenierie, number: int, *, actor: Actor) -> None:
    """Payment ``number`` is made."""
    convention = _mission(ingenierie)
    rows = echeances_of(convention) if convention is not None else []
    if number < len(rows) and rows[number].demande and not rows[number].paye:
        values = {"paye_le": clock.today(), "montant_paye": rows[number].montant}
        paiements.payer(convention, rows[number].cle, values, actor=actor)
