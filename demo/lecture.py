"""Propositions that are read and decided: a call being read by the pilot and two structures; one decided, its project
validated; one whose project is still written together.

Each thing is written by the services, on its day, by whom it belongs to. What it needs and does not find is left out.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from random import Random
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.enums import OrganisationKind
from accounts.models import Grant
from accounts.services import actor_for
from accounts.services.links import holder
from consultations.appel.enums import EtatAppel, ModeAppel
from consultations.appel.models import Appel, Invitation
from consultations.appel.services import cycle, preparation
from consultations.cahier.models import VersionDiffusee
from consultations.choix import avis, projet
from consultations.choix.decision import decide, preview
from consultations.choix.models import ChoixPrestataire
from consultations.lecture.candidats import candidats
from consultations.lecture.models import Evaluateur
from consultations.lecture.services import lecteurs, lectures, precisions
from consultations.propositions.models import Ouverture
from consultations.propositions.services import deposit, open_call, save_draft
from core import clock
from core.actor import Actor
from demo.marks import Marks
from demo.people import DOMAIN
from demo.portfolio import retained_in
from partners.portfolio.prestataire.models import Membre
from partners.portfolio.publication.retenue import may_be_retained
from projects.enums import Cycle, Etat, EtatMobilisation
from projects.ingenierie.models import Ingenierie

#: What is thought of the first, the second and the third candidate, family by family, and the rating that goes with it.
_SAID: tuple[tuple[dict[str, str], int], ...] = (
    (
        {
            "conformite": "Reçue à temps ; le calendrier laisse passer la pleine saison, comme demandé.",
            "reponse": "La problématique est reformulée avec justesse. Les étapes sont lisibles, chacune a sa "
            "production, et l’on voit ce que les structures garderont.",
            "intervenants": "Deux intervenants, dont une qui a déjà conduit une démarche voisine dans le même secteur.",
            "couts": "Dans la fourchette ; le hors site est justifié étape par étape.",
            "collectif": "Peu de temps demandé aux équipes, mais un engagement clair des conseils d’administration.",
            "autres": "À préciser avant la convention : les dates des premières rencontres.",
        },
        4,
    ),
    (
        {
            "conformite": "Reçue à temps ; la restitution tombe trois semaines après la date souhaitée.",
            "reponse": "Démarche solide, outils nombreux. La place faite aux bénévoles reste à écrire.",
            "intervenants": "Grande expérience du conseil, moins du monde associatif.",
            "couts": "Au-dessus du coût moyen rappelé ; la justification renvoie à la méthode.",
            "collectif": "Six journées par structure : c’est beaucoup pour les plus petites.",
        },
        2,
    ),
    (
        {
            "conformite": "Reçue à temps, échéancier compatible.",
            "reponse": "Bonne écoute de la demande ; les productions de fin de mission sont peu décrites.",
            "intervenants": "Un seul intervenant, bien connu des réseaux du territoire.",
            "couts": "Le moins-disant ; le nombre de journées hors site étonne.",
            "collectif": "Les temps d’échange entre structures sont bien pensés.",
        },
        3,
    ),
)
_STRUCTURE = "De notre place : "
#: Two propositions for a second phase, invented.
_TEXTS: tuple[dict[str, Any], ...] = (
    {
        "comprehension": "La première phase a donné des outils ; il s’agit maintenant que chaque structure s’en serve "
        "sans nous. L’enjeu est de tenir dans la durée, avec des équipes petites et des bénévoles qui changent.",
        "specificites": "Les conseils d’administration sont associés à chaque étape : ce sont eux qui décideront d’y "
        "consacrer du temps.",
        "appropriation": "Une personne par structure anime la démarche en interne ; nous la préparons et la rappelons.",
        "etapes": [
            {"intitule": "Faire le point", "objectif": "Savoir ce qui sert", "duree": "1.5",
             "contenu": "Un entretien par structure, une demi-journée commune.",
             "productions": "Une page par structure",
             "par_qui": "Le prestataire", "avec_qui": "Directions et bureaux", "comment": "Visites et visioconférence"},
            {"intitule": "Ajuster ensemble", "objectif": "Adapter les outils aux plus petites", "duree": "3",
             "contenu": "Deux ateliers, entre lesquels chacune essaie.", "productions": "Les outils revus",
             "par_qui": "Les structures, avec nous", "avec_qui": "Salariés et bénévoles", "comment": "Ateliers"},
        ],
        "jours_site": "4", "jours_hors_site": "0.5", "hors_site": "Mise en forme des outils revus.",
        "prix_ttc": "3825.00", "justification_prix": "Déplacements compris.", "calendrier": "Sur un semestre.",
        "justification_jours": "Une visite par structure, deux ateliers.",
        "engagement": "Deux demi-journées par structure.",
        "animation": "Ateliers par petits groupes.", "note": "",
    },
    {
        "comprehension": "Une suite courte est demandée : consolider sans recommencer.",
        "etapes": [
            {"intitule": "Bilan partagé", "objectif": "Tirer les leçons", "duree": "2",
             "productions": "Une note de bilan"},
            {"intitule": "Formation des relais", "objectif": "Former une personne par structure", "duree": "3",
             "productions": "Un livret du relais"},
        ],
        "jours_site": "5", "jours_hors_site": "1", "prix_ttc": "5400.00", "calendrier": "Au printemps.",
    },
)  # fmt: skip


def load(marks: Marks) -> None:
    """Write what is not there yet."""
    if "lecture:lue" not in marks:
        appel = _opened()
        if appel is not None:
            with transaction.atomic():
                _read(appel)
                marks.set("lecture:lue", appel)
    for name, validated in (("decidee", True), ("coconstruite", False)):
        ingenierie = _second_phase()
        if f"lecture:{name}" in marks or ingenierie is None:
            continue
        with transaction.atomic():
            choix = _decided(ingenierie, validated=validated)
            if choix is not None:
                marks.set(f"lecture:{name}", choix)


def _opened() -> Appel | None:
    """A call whose propositions are opened and that nobody reads yet."""
    read = Evaluateur.objects.filter(grille__appel=OuterRef("pk"))
    found = Appel.objects.filter(state=EtatAppel.DEPOUILLE).exclude(Exists(read))
    return found.select_related("ingenierie__pilote", "ingenierie__charge_mission").order_by("pk").first()


def _second_phase() -> Ingenierie | None:
    """An ingénierie at « Finaliser », whose second phase is called for: nobody was called in the application yet."""
    diffused = VersionDiffusee.objects.filter(cahier__ingenierie=OuterRef("pk"))
    called = Appel.objects.filter(ingenierie=OuterRef("pk"))
    found = Ingenierie.objects.filter(
        state=Etat.FINALISER,
        cycle=Cycle.COLLECTIVE,
        pilote__kind=OrganisationKind.DLA,
        charge_mission__isnull=False,
    )
    found = found.filter(Exists(diffused)).exclude(Exists(called))
    return found.select_related("pilote__region", "referent", "charge_mission").order_by("pk").first()


# --- Reading --------------------------------------------------------------------------------------------------------


def _reader(appel: Appel, pilot: Actor) -> Evaluateur:
    row = lecteurs.add_dla(appel, pilot.user, actor=pilot)
    return lecteurs.declare(row, conflit=False, actor=pilot)


def _structures(appel: Appel, pilot: Actor, count: int) -> list[tuple[Evaluateur, Actor]]:
    """Structures that confirmed read by their link."""
    confirmed = appel.ingenierie.structures_ciblees.filter(state=EtatMobilisation.CONFIRMEE).order_by("pk")[:count]
    made = []
    for ciblee in confirmed:
        values = {
            "structure_ciblee": ciblee, "nom": "Présidence", "email": f"lecture{ciblee.pk}@{DOMAIN}",
        }  # fmt: skip
        row = lecteurs.add_by_link(appel, "structure", values, actor=pilot)
        grant = Grant.objects.of(row, lecteurs.LIEN).first()
        if grant is None:
            continue
        link = holder(grant)
        made.append((lecteurs.declare(row, conflit=False, actor=link), link))
    return made


def _spoken(appel: Appel, pilot: Actor) -> Evaluateur | None:
    """A third structure says what it thinks in a meeting: it has no link."""
    confirmed = appel.ingenierie.structures_ciblees.filter(state=EtatMobilisation.CONFIRMEE).order_by("pk")
    ciblee = next(iter(confirmed[2:3]), None)
    return lecteurs.add_by_link(appel, "structure", {"structure_ciblee": ciblee}, actor=pilot) if ciblee else None


def _write(row: Evaluateur, actor: Actor, *, prefix: str = "", most: int = 99, rated: bool = True) -> None:
    """What one reader says of each candidate, up to ``most`` of them; the reading is finished when all are read."""
    found = candidats(row.grille.appel)
    judged = list(row.grille.criteres.filter(fait="").values_list("pk", flat=True))
    several = not row.grille.appel.ingenierie.is_individuelle
    for number, candidat in enumerate(found[:most]):
        said, note = _SAID[number % len(_SAID)]
        texts = {code: prefix + text for code, text in said.items() if several or code != "collectif"}
        random = Random(f"{row.pk}:{number}")
        marks = {pk: max(0, min(4, note + random.choice((-1, 0, 0, 0, 1)))) for pk in judged} if rated else {}
        lectures.save_lecture(row, candidat.invitation, texts, marks, actor=actor)
    if most >= len(found):
        lectures.finish(row, actor=actor)


def _between(start: dt.datetime, share: float) -> dt.datetime:
    return start + (clock.now() - start) * share


def _read(appel: Appel) -> None:
    """The pilot has read; one structure too; the other has read one proposition; a precision was asked and given."""
    start = Ouverture.objects.get(appel=appel).at
    pilot = actor_for(appel.ingenierie.charge_mission)
    with clock.replay(_between(start, 0.1)):
        mine = _reader(appel, pilot)
        links = _structures(appel, pilot, 2)
        spoken = _spoken(appel, pilot)
    with clock.replay(_between(start, 0.3)):
        _write(mine, pilot)
    with clock.replay(_between(start, 0.4)):
        invitation = candidats(appel)[0].invitation
        question = "Le prix comprend-il la préparation des conseils d’administration, ou seulement leur tenue ?"
        asked = precisions.ask(invitation, {"famille": "couts", "question": question}, actor=pilot)
    for (row, link), share, most in zip(links, (0.6, 0.8), (99, 1), strict=False):
        with clock.replay(_between(start, share)):
            _write(row, link, prefix=_STRUCTURE, most=most)
    if spoken is not None:
        with clock.replay(_between(start, 0.65)):
            spoken = lecteurs.note_entretien(spoken, clock.today(), "la présidente et la directrice", actor=pilot)
            spoken = lecteurs.declare(spoken, conflit=False, actor=pilot)
            _write(spoken, pilot, prefix=_STRUCTURE, most=1, rated=False)
    with clock.replay(_between(start, 0.7)):
        precisions.answer(asked, "Il comprend les deux : préparation et tenue.", actor=_answers_for(invitation))


# --- Deciding -------------------------------------------------------------------------------------------------------


def _answers_for(invitation: Invitation) -> Actor:
    member = Membre.objects.active().filter(prestataire=invitation.prestataire_id).order_by("role", "pk").first()
    return Actor.for_user(member.user)


def _candidates(ingenierie: Ingenierie, day: dt.date) -> list[Any]:
    """Two prestataires of the région with somebody who answers, whose fiche was current, not retained already."""
    region = ingenierie.pilote.region
    known = set(ChoixPrestataire.objects.filter(ingenierie=ingenierie).values_list("prestataire", flat=True))
    held = set(Membre.objects.active().values_list("prestataire", flat=True))
    found = retained_in(region, Random(f"lecture:{ingenierie.titre}"))
    return [
        p
        for p in found
        if p.pk in held and p.pk not in known and may_be_retained(p, region, day) and may_be_retained(p, region)
    ][:2]


def _decided(ingenierie: Ingenierie, *, validated: bool) -> ChoixPrestataire | None:
    """A call for the second phase, from its opening to the decision; then the project."""
    now, day = clock.now(), dt.timedelta(days=1)
    pilot = actor_for(ingenierie.charge_mission)
    version = VersionDiffusee.objects.filter(cahier__ingenierie=ingenierie).order_by("-numero").first()
    start = max(now - 40 * day, version.le + day)
    wanted = _candidates(ingenierie, start.date())
    if len(wanted) < 2 or now - start < 20 * day:
        return None
    limit = (start + 12 * day).replace(hour=16, minute=0, second=0, microsecond=0)
    with clock.replay(start):
        values = {"mode": ModeAppel.COMPLETE, "date_limite": limit}
        appel = preparation.prepare(ingenierie, values, actor=pilot)
        motif = "Seconde phase : deux équipes qui n’ont pas conduit la première, pour comparer."
        preparation.invite(appel, wanted, motif=motif, actor=pilot)
        appel = cycle.open_call(Appel.objects.get(pk=appel.pk), actor=pilot)
    rows = list(appel.invitations.select_related("appel__ingenierie", "prestataire").order_by("pk"))
    for number, (invitation, text) in enumerate(zip(rows, _TEXTS, strict=False)):
        actor = _answers_for(invitation)
        with clock.replay(limit - (3 - number) * day):
            save_draft(invitation, _typed(text), actor)
            deposit(invitation, actor)
    with clock.replay(limit + day):
        open_call(Appel.objects.get(pk=appel.pk), pilot)
    appel = Appel.objects.select_related("ingenierie__pilote__region", "version_diffusee").get(pk=appel.pk)
    with clock.replay(limit + 2 * day):
        _write(_reader(appel, pilot), pilot)
    with clock.replay(limit + 4 * day):
        chosen = candidats(appel)[0].invitation
        letters = {e.invitation.pk: e.texte for e in preview(appel, chosen)}
        decision = {
            "date": clock.today(),
            "choisi_par": "avec",
            "decideurs": "Comité de pilotage, avec les structures",
            "motifs": "Les étapes les plus lisibles, et ce que les structures garderont est dit étape par étape ; "
            "le prix est dans ce que le budget prévoit pour la seconde phase.",
        }
        choix = decide(appel, chosen, decision, letters, actor=pilot)
    with clock.replay(limit + 5 * day):
        first = projet.derniere(choix)
        projet.comment(first, "calendrier", "Les rencontres de mai tombent en saison : les avancer ?", actor=pilot)
    with clock.replay(limit + 6 * day):
        text = "Sur un semestre ; les premières rencontres ont lieu avant les vacances de printemps."
        projet.write_section(
            choix,
            "calendrier",
            {"calendrier": text},
            actor=_answers_for(chosen),
            expected=1,
            mot="Rencontres avancées.",
        )
    if validated:
        with clock.replay(limit + 8 * day):
            said = {"sens": "valide", "date": clock.today(), "mode": "reunion"}
            avis.record_avis(choix, None, {**said, "qui": "Comité de pilotage, avec les structures"}, actor=pilot)
    return choix


def _typed(text: dict[str, Any]) -> dict[str, Any]:
    """The values of a draft, numbers as numbers."""
    numbers = ("jours_site", "jours_hors_site", "prix_ttc")
    typed = {name: Decimal(value) if name in numbers else value for name, value in text.items() if name != "etapes"}
    stages = [{**row, "duree": Decimal(row["duree"])} for row in text["etapes"]]
    return {**typed, "etapes": stages}
