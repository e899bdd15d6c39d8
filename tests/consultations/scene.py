"""A call whose propositions are opened, by its rows alone: for what only reads and decides them."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

from django.db import models

from consultations.appel.enums import EtatAppel, ModeAppel
from consultations.appel.models import Appel, Invitation
from consultations.lecture.models import Evaluateur
from consultations.lecture.services import lecteurs, lectures
from consultations.propositions.contenu import empreinte, fige, vide
from consultations.propositions.models import ContenuScelle, Depot, Ouverture, Proposition, PropositionOuverte
from core import clock
from core.actor import Actor
from partners.portfolio.prestataire.models import Membre
from projects.structures_ciblees import services as structures_ciblees  # noqa: F401  (its verbs)
from projects.structures_ciblees.models import StructureCiblee
from tests.factories import (
    OrganisationFactory,
    StructureFactory,
    UserFactory,
    actor_of,
    individuelle_of,
    ingenierie_of,
    member,
    shown_prestataire,
)

SYSTEM = Actor.system("recette")
LIMITE = dt.datetime(2026, 11, 20, 16, 0, tzinfo=dt.UTC)


def move(appel: Appel, state: str) -> None:
    """Put a call in a state, without what leads to it."""
    models.QuerySet(Appel).filter(pk=appel.pk).update(state=state)


FAMILLES = ("conformite", "reponse", "intervenants", "couts", "collectif")


def contenu(**values):
    """What a proposition says."""
    return vide() | {
        "comprehension": "Les structures doivent se réorganiser.",
        "etapes": [
            {"intitule": "Lancement", "objectif": "Partager", "debut": "2027-03-02", "fin": "2027-03-12"},
            {"intitule": "Ateliers", "duree": "8.0", "debut": "2027-04-01", "fin": "2027-06-30"},
        ],
        "jours_site": "10.0",
        "jours_hors_site": "2.0",
        "prix_ttc": "9800.00",
        "calendrier": "De mars à juin.",
        **values,
    }  # fmt: skip


def opened(invitation: Invitation, numero: int, *, at=None, **values) -> PropositionOuverte:
    """The opened proposition of an invitation."""
    individuelle = invitation.appel.ingenierie.is_individuelle
    content = fige(contenu(**values), collective=not individuelle, prestataire=str(invitation.prestataire), pieces=[])
    proposition = Proposition.objects.create(invitation=invitation)
    at = at or LIMITE - dt.timedelta(days=numero)
    depot = Depot(
        proposition=proposition, numero=1, at=at, by_label="Le prestataire", sha256=empreinte(content),
        recu=f"R-{invitation.pk}-{numero}",
    )  # fmt: skip
    depot.save()
    ContenuScelle.objects.create(depot=depot, jeton="x")
    row = PropositionOuverte(depot=depot, appel=invitation.appel, invitation=invitation, numero=numero, contenu=content)
    row.save()
    return row


def call(
    *,
    candidats: int = 3,
    mode: str = ModeAppel.COMPLETE,
    individuelle: bool = False,
    structures: int = 2,
    state=None,
    dla=None,
    pilot=None,
) -> SimpleNamespace:
    """A dossier, its pilot, ``candidats`` prestataires with a person each, and the call (opened unless ``state``)."""
    dla = dla or OrganisationFactory()
    if individuelle:
        dossier = individuelle_of(dla, titre="Accompagner une structure")
    else:
        dossier = ingenierie_of(dla, titre="Réorganiser l’accueil")
        for _ in range(structures):
            StructureCiblee.objects.create(
                ingenierie=dossier, structure=StructureFactory(organisation=dla), state="confirmee"
            )
    models.QuerySet(type(dossier)).filter(pk=dossier.pk).update(state="confirmer")
    dossier = type(dossier).objects.select_related("pilote__region", "referent").get(pk=dossier.pk)
    state = state or (EtatAppel.PRERETENU if mode == ModeAppel.SIMPLIFIEE else EtatAppel.DEPOUILLE)
    appel = Appel(ingenierie=dossier, mode=mode, date_limite=LIMITE, state=state, created_at=LIMITE - dt.timedelta(30))
    appel.save()
    invitations, people, ouvertes = [], [], []
    for n in range(1, candidats + 1):
        prestataire = shown_prestataire(name=f"Cabinet Candidat {'ABCDEFGHIJKL'[n - 1]}")
        person = UserFactory()
        Membre.objects.create(prestataire=prestataire, user=person, role="referent")
        invitation = Invitation.objects.create(
            appel=appel, prestataire=prestataire, envoyee_at=LIMITE - dt.timedelta(20), by_label="Le pilote"
        )
        if mode == ModeAppel.SIMPLIFIEE and n == 1:
            invitation.pre_retenu_at = LIMITE
            invitation.save()
        invitations.append(invitation)
        people.append(person)
        if state in (EtatAppel.DEPOUILLE, EtatAppel.PRERETENU) and (mode == ModeAppel.COMPLETE or n == 1):
            ouvertes.append(opened(invitation, n))
    if mode == ModeAppel.COMPLETE and ouvertes:
        releve = [{"recu": o.depot.recu, "at": o.depot.at.isoformat(), "sha256": o.depot.sha256} for o in ouvertes]
        Ouverture(appel=appel, at=LIMITE + dt.timedelta(hours=1), by_label="Le pilote", releve=releve).save()
    pilot = pilot or member(dla, first_name="Dominique", last_name="Pilote")
    return SimpleNamespace(
        dla=dla, dossier=dossier, appel=appel, invitations=invitations, people=people, ouvertes=ouvertes,
        pilot=pilot, actor=actor_of(pilot), ciblees=list(dossier.structures_ciblees.order_by("pk")),
    )  # fmt: skip


def dla_reader(scene, user=None) -> Evaluateur:
    """A person of the DLA who reads (the pilot by default), nothing to declare."""
    user = user or scene.pilot
    row = lecteurs.add_dla(scene.appel, user, actor=scene.actor)
    return lecteurs.declare(row, conflit=False, actor=actor_of(user))


def structure_reader(scene, n: int = 0):
    """A structure that reads by its link, and the actor who holds it."""
    from accounts.models import Grant
    from accounts.services import link_token, open_link, read_link

    row = lecteurs.add_by_link(
        scene.appel, "structure",
        {"structure_ciblee": scene.ciblees[n], "nom": "Une Personne", "email": f"structure{n}@example.org"},
        actor=scene.actor,
    )  # fmt: skip
    token = link_token(Grant.objects.of(row, lecteurs.LIEN).get())
    link = open_link(read_link(token), token)
    return link.object, link.actor, token


def read_all(scene, row: Evaluateur, actor: Actor, said: str = "Bien", note: int = 3) -> Evaluateur:
    """Appreciate every candidate, rate every criterion, and finish."""
    marks = dict.fromkeys(row.grille.criteres.filter(fait="").values_list("pk", flat=True), note)
    codes = FAMILLES[:4] if scene.dossier.is_individuelle else FAMILLES
    aside = set(row.recusees.values_list("pk", flat=True))
    for n, invitation in enumerate(scene.invitations, 1):
        if invitation.pk in aside or not any(o.invitation_id == invitation.pk for o in scene.ouvertes):
            continue
        texts = {code: f"{said} pour {code}, dossier {n}." for code in codes}
        lectures.save_lecture(row, invitation, texts, marks, actor=actor)
    return lectures.finish(row, actor=actor)


def decision(**values):
    """What the decision says."""
    return {
        "date": clock.today(), "choisi_par": "avec", "decideurs": "Comité de pilotage, avec les structures",
        "motifs": "La démarche la plus claire.", **values,
    }  # fmt: skip


def decided(scene, n: int = 0):
    """The choice of the candidate ``n``, each told what the grid proposes."""
    from consultations.choix.decision import decide, preview

    chosen = scene.invitations[n]
    texts = {e.invitation.pk: e.texte for e in preview(scene.appel, chosen)}
    return decide(scene.appel, chosen, decision(), texts, actor=scene.actor)


def of_rights(dla, pilot) -> dict:
    """For the table of rights: a call whose grid is adapted, one that is read (by ``pilot``, done, and by a link), one
    that is decided, its file made."""
    from consultations.choix import dossier
    from consultations.lecture.services import grille, precisions

    prete, lue, jugee = (
        call(candidats=1, state=state, dla=dla, pilot=pilot) for state in ("ouvert", "depouille", "depouille")
    )
    evaluateur = read_all(lue, dla_reader(lue), lue.actor)
    values = {"organisme": "Région", "nom": "X", "email": "copil@example.org"}
    lecteur = lecteurs.add_by_link(lue.appel, "copil", values, actor=lue.actor)
    values = {"organisme": "Département", "nom": "", "email": ""}
    rencontre = lecteurs.add_by_link(lue.appel, "copil", values, actor=lue.actor)
    lecteurs.note_entretien(rencontre, clock.today(), "Sa directrice", actor=lue.actor)
    rencontre.refresh_from_db()
    rencontre = lecteurs.declare(rencontre, conflit=False, actor=lue.actor)
    precision = precisions.ask(lue.invitations[0], {"famille": "couts", "question": "Et ?"}, actor=lue.actor)
    choix = decided(jugee)
    jugee.appel.refresh_from_db(fields=["version"])
    done = type(jugee.appel).objects.select_related("ingenierie__pilote__region", "version_diffusee")
    return {
        "prete": prete,
        "critere": grille.start(prete.appel, actor=prete.actor).criteres.first(),
        "lue": lue,
        "evaluateur": evaluateur,
        "lecteur": lecteur,
        "rencontre": rencontre,
        "precision": precision,
        "jugee": jugee,
        "retenue": choix,
        "zip": dossier.keep(done.get(pk=jugee.appel.pk), actor=jugee.actor, job_id=None),
    }
