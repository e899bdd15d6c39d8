"""For each type of document the application prints: an object to print it for, and somebody who may.

``SAMPLES[code]()`` makes the object and returns (object id, actor). Every registered type has its entry: the test that
validates the PDF files of all types fails otherwise.
"""

from __future__ import annotations

from collections.abc import Callable

from core.actor import Actor

SYSTEM = Actor.system("recette")


def _cahier() -> tuple[int, Actor]:
    from tests.consultations import slot

    return slot.cahier().pk, SYSTEM


def _cahier_diffuse() -> tuple[int, Actor]:
    from consultations.cahier.models import VersionDiffusee
    from tests.consultations import slot

    slot.diffused()
    return VersionDiffusee.objects.get().pk, SYSTEM


def _cahier_annexe() -> tuple[int, Actor]:
    """The plan of a structure (the landscape one), as it left with a diffused cahier."""
    from consultations.cahier.models import AnnexeDiffusee
    from tests.consultations import slot

    slot.diffused_with_annexes()
    return AnnexeDiffusee.objects.get(nature="plan").pk, SYSTEM


def _reunion() -> tuple[int, Actor]:
    """A meeting held, with everything on it."""
    import datetime as dt

    from core import clock
    from engagement.reunions.services.participants import add_other, set_presences
    from engagement.reunions.services.reunions import add_decision, create_reunion, write_minutes
    from tests.factories import engaged

    hours = {"date": clock.today() - dt.timedelta(days=1), "heure_debut": dt.time(9), "heure_fin": dt.time(11)}
    reunion = create_reunion(
        engaged(),
        {"nature": "copil", "objet": "Objectifs", "lieu": "Mairie", "ordre_du_jour": "- Un\n- Deux", **hours},
        actor=SYSTEM,
    )
    row = add_other(reunion, {"organisme": "Département", "personne": "Sam Exemple"}, actor=SYSTEM)
    add_decision(reunion, {"texte": "Écrire aux communes", "qui": "Le DLA"}, actor=SYSTEM)
    nothing = {"presence": "", "represente_par": ""}
    answer = {"presence": "excuse", "represente_par": "Une collègue"}
    set_presences(reunion, {row.pk: (nothing, answer)}, actor=SYSTEM)
    write_minutes(reunion, "Ce qui s’est dit.", actor=SYSTEM, expected_version=None)
    return reunion.pk, SYSTEM


def _fiche() -> tuple[int, Actor]:
    from tests.consultations import slot

    return slot.ingenierie(structures=4).pk, SYSTEM


def _diagnostic() -> tuple[int, Actor]:
    from tests.factories import diagnostic_of

    return diagnostic_of(shared=True, perspectives="- Un second lieu\n- Un emploi").pk, SYSTEM


def _fiche_prestataire() -> tuple[int, Actor]:
    from tests.factories import prestataire_of, submitted_fiche

    return submitted_fiche(prestataire_of()).pk, SYSTEM


def _seance() -> tuple[int, Actor]:
    """A session with two ingénieries and what a member said, held."""
    import datetime as dt

    from core.clock import now
    from engagement.comite.models import SeanceComite
    from engagement.comite.services.avis import save_avis_membre
    from engagement.comite.services.seances import add_membre, add_point, create_seance, perform_seance, update_seance
    from tests.factories import OrganisationFactory, engaged

    dla = OrganisationFactory()
    seance = create_seance(dla, {"debut": now() - dt.timedelta(days=1), "lieu": "Ici"}, actor=SYSTEM)
    membre = add_membre(seance, {"nom": "X", "organisme": "Conseil"}, actor=SYSTEM)
    points = [add_point(seance, engaged(dla, titre=f"Ingénierie {n}"), actor=SYSTEM) for n in (1, 2)]
    save_avis_membre(points[0], membre, {"sens": "ajourne", "commentaires": "Trop tôt."}, actor=SYSTEM)
    perform_seance(seance, "tenir", actor=SYSTEM, expected_state="preparation")
    seance = SeanceComite.objects.get(pk=seance.pk)
    update_seance(seance, {"synthese": "Une synthèse.\n\n- un point"}, actor=SYSTEM)
    return seance.pk, SYSTEM


def _plan() -> tuple[int, Actor]:
    from structures.plans.services import add_mission
    from tests.factories import plan_of

    row = {"difficulte": "Comptabilité", "cause": "Pas de permanent", "action": "Appui-conseil", "moyens": "2 jours",
           "nature_moyen": "collective", "resultats_attendus": "Un outil de pilotage"}  # fmt: skip
    plan = plan_of(lignes=[row, {"difficulte": "Lisibilité"}])
    mission = {
        "contexte": "Dans ce contexte.",
        "objectif_general": "Accompagner",
        "objectifs_operationnels": "Échanger",
    }
    add_mission(plan, mission, actor=SYSTEM)
    return plan.pk, SYSTEM


def _convention() -> tuple[int, Actor]:
    from tests.missions import mission

    return mission.complete().pk, SYSTEM


def _acte() -> tuple[int, Actor]:
    from tests.missions import mission

    return mission.to_sign().pk, SYSTEM


def _preuves() -> tuple[int, Actor]:
    from tests.missions import mission

    return mission.signed().actes.get().pk, SYSTEM


def _fiche_suivi() -> tuple[int, Actor]:
    from missions.suivi import services
    from tests.missions import mission

    convention = mission.signed()
    for row in services.etapes_of(convention)[:2]:
        row.fiche.convention = convention
        values = {"personnes_rencontrees": "Direction, trésorerie", "commentaire": "Un entretien de plus."}
        services.ecrire(row, values, actor=SYSTEM)
    return convention.fiche_suivi.pk, SYSTEM


def _rapport() -> tuple[int, Actor]:
    from tests.missions import mission, remise

    convention = mission.signed()
    remise.handed_over(convention)
    return remise.written(convention).pk, SYSTEM


def _rapport_accepte() -> tuple[int, Actor]:
    from tests.missions import mission, remise

    convention = mission.signed()
    remise.handed_over(convention)
    return remise.accepted(convention).versions.get().pk, SYSTEM


def _grid_read() -> tuple[int, Actor]:
    grille, referent = _filled_grid()
    return grille.pk, referent


def _grid() -> tuple[int, Actor]:
    return _filled_grid()[0].pk, SYSTEM


def _filled_grid():
    from evaluation.grilles.services import remise, suites
    from tests.evaluation.grilles import world
    from tests.factories import actor_of

    made = world.collective()
    said = {"c3a": "Des échanges suivis.", "c4_autres": "Deux structures se sont rapprochées."}
    grille = world.answered(made, non=("c2b",), textes=said)
    remise.hand_over(grille, actor=made.actor, expected_state="ouvert")
    grille = world.fresh(grille)
    referent = actor_of(made.referent)
    remise.comment(grille, {"c2b": ("Un second consultant nous a rejoints.", 0)}, actor=referent)
    remise.give_back(grille, actor=referent)
    suites.write_causes(grille, "Un calendrier resserré.", actor=made.actor)
    return grille, referent


def _plan_transfert() -> tuple[int, Actor]:
    from tests.capitalisation import scene
    from tests.evaluation.synthese import scene as dossiers

    return scene.decided(dossiers.signed()).pk, SYSTEM


def _recit() -> tuple[int, Actor]:
    from capitalisation.recits.services import ecriture
    from tests.capitalisation.recits import scene
    from tests.evaluation.synthese import scene as dossiers

    recit = ecriture.begin(dossiers.signed(), "fiche_experience", actor=SYSTEM)
    return scene.arrete(scene.ecrit(recit)).pk, SYSTEM


def _synthese_projet() -> tuple[int, Actor]:
    from tests.evaluation.synthese import scene

    return scene.written().pk, SYSTEM


def _synthese() -> tuple[int, Actor]:
    from tests.evaluation.synthese import scene

    return scene.fixed().versions.get().pk, SYSTEM


def _call_read():
    from tests.consultations import scene

    made = scene.call(structures=1)
    scene.read_all(made, scene.dla_reader(made), made.actor, said="Une appréciation")
    return made


def _comparison() -> tuple[int, Actor]:
    return _call_read().appel.pk, SYSTEM


def _decided():
    from tests.consultations import scene

    return scene.decided(_call_read(), 1)


def _minutes() -> tuple[int, Actor]:
    return _decided().proces_verbal.pk, SYSTEM


def _restitution() -> tuple[int, Actor]:
    return _decided().restitutions.first().pk, SYSTEM


def _project() -> tuple[int, Actor]:
    return _decided().versions_projet.get().pk, SYSTEM


def _proposition():
    """A proposition deposited and opened, with a file."""
    from consultations.propositions.services import add_piece
    from tests.consultations.propositions.monde import plis
    from tests.core.upload_files import uploaded
    from tests.factories import OrganisationFactory

    return plis(OrganisationFactory(), before=lambda w: add_piece(w.a.invitation, uploaded("note.pdf"), SYSTEM)).ouverte


def _recu() -> tuple[int, Actor]:
    return _proposition().depot_id, SYSTEM


def _retrait() -> tuple[int, Actor]:
    from consultations.propositions.services import deposit, save_draft, withdraw
    from tests.consultations.propositions.monde import monde

    invitation = monde().a.invitation
    save_draft(invitation, {"note": "Notre note."}, SYSTEM)
    deposit(invitation, SYSTEM)
    return withdraw(invitation, SYSTEM).retrait.pk, SYSTEM


def _releve() -> tuple[int, Actor]:
    return _proposition().appel.ouverture.pk, SYSTEM


def _proposition_ouverte() -> tuple[int, Actor]:
    return _proposition().pk, SYSTEM


def _seance_mission() -> tuple[int, Actor]:
    """A séance of a mission held, with who came and its minutes; long names, so that its sheet lies down."""
    import datetime as dt

    from core import clock
    from missions.seances.services.participants import add_other, set_presences
    from missions.seances.services.seances import create_seance, write_minutes
    from tests.missions import mission

    convention = mission.signed()
    hours = {"date": clock.today() - dt.timedelta(days=1), "heure_debut": dt.time(9), "heure_fin": dt.time(11)}
    told = {"nature": "lancement", "titre": "Lancer la mission", "lieu": "Mairie", "programme": "- Un\n- Deux"}
    seance = create_seance(convention, {**told, "intervenants": "Sam Exemple", **hours}, actor=SYSTEM)
    row = add_other(seance, {"source": "partenaire", "organisme": "Département " * 8, "personne": "Sam"}, actor=SYSTEM)
    set_presences(seance, {row.pk: ({"presence": ""}, {"presence": "en_partie"})}, actor=SYSTEM)
    write_minutes(seance, "Ce qui s’est dit.", actor=SYSTEM, expected_version=None)
    return seance.pk, SYSTEM


def _vierge() -> tuple[int, Actor]:
    """A questionnaire that uses every form of answer, for paper."""
    from tests.evaluation.world import monde, opened, with_essai

    with with_essai():
        return opened(monde()).pk, SYSTEM


def _resultats() -> tuple[int, Actor]:
    """« La question des résultats », answered by all."""
    from tests.evaluation.resultats import results

    made = results.asked(results.at_finaliser(structures=7, partners=True))
    return results.filled(made).pk, SYSTEM


SAMPLES: dict[str, Callable[[], tuple[int, Actor]]] = {
    "cahier_des_charges": _cahier,
    "cahier_diffuse": _cahier_diffuse,
    "cahier_annexe": _cahier_annexe,
    "compte_rendu_reunion": _reunion,
    "emargement": _reunion,
    "feuille_seance": _seance_mission,
    "compte_rendu_seance": _seance_mission,
    "fiche_prestataire": _fiche_prestataire,
    "fiche_presentation": _fiche,
    "dossier_comite": _seance,
    "compte_rendu_comite": _seance,
    "diagnostic": _diagnostic,
    "plan_accompagnement": _plan,
    "questionnaire_vierge": _vierge,
    "resultats_evaluation": _resultats,
    "plan_transfert": _plan_transfert,
    "recit": _recit,
    "synthese_projet": _synthese_projet,
    "synthese": _synthese,
    "synthese_sans_couts": _synthese,
    "convention_projet": _convention,
    "convention_acte": _acte,
    "convention_preuve": _preuves,
    "fiche_suivi": _fiche_suivi,
    "rapport_final_projet": _rapport,
    "rapport_final": _rapport_accepte,
    "grille_evaluation": _grid,
    "grille_evaluation_prestataire": _grid_read,
    "comparaison_propositions": _comparison,
    "proces_verbal": _minutes,
    "restitution": _restitution,
    "projet_retenu": _project,
    "recu_proposition": _recu,
    "retrait_proposition": _retrait,
    "releve_ouverture": _releve,
    "proposition": _proposition_ouverte,
}
