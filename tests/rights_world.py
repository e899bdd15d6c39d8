"""The DLA « A » with one real object behind every route, and the people who may or may not reach it."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

from django.core.files.base import ContentFile

from accounts.models import Membership, Passation
from accounts.personal import keep_archive
from accounts.services import add_logo, invite, link_token, open_link, read_link, send_link
from accounts.services.sent_links import RESEND_AFTER
from capitalisation.recherche.recherche import Criteres
from capitalisation.recherche.services import keep as keep_search
from consultations.appel.services import preparation as calls
from consultations.appel.services.cycle import open_call
from consultations.appel.services.questions import ask as ask_all
from consultations.cahier import services as cahiers
from consultations.choix import services as choices
from consultations.consultes import services as consultes
from core import clock
from core.actor import Actor
from core.files import DOCUMENTS, save_file
from core.imports.services import check_now, start_import
from core.models import GeneratedDocument, Import, Job, JobState, OutboxMail
from core.uploads import attach
from engagement.budget.services.conventions import add_convention
from engagement.budget.services.scenarios import add_scenario_budget
from engagement.comite.services.seances import add_membre, add_point, create_seance, perform_seance
from engagement.objectifs.services import add_resultat
from engagement.partenaires.prestataires import associate
from engagement.partenaires.services import QUESTIONNAIRE, save_answer
from engagement.reunions.models import Reunion
from engagement.reunions.services.participants import add_other
from engagement.reunions.services.reunions import add_decision, create_reunion
from evaluation.grilles.models import SuiviGrille
from evaluation.questionnaires import services as questionnaires
from evaluation.questionnaires.definitions import DEFINITIONS
from evaluation.questionnaires.models import Questionnaire, Repondant, Reponse
from evaluation.synthese.proposes import proposes
from evaluation.synthese.services.diffusion import send as send_synthese
from evaluation.synthese.services.synthese import show_region
from missions.conventions.services.avenants import open_avenant
from missions.modifications.services import demander
from missions.modifications.services import perform_action as decide
from missions.seances.services.participants import add_other as expect
from missions.seances.services.seances import create_seance as plan_seance
from missions.suivi.models import EtapeSuivi
from mobilisation.groupes.services import add_groupe
from mobilisation.prestataires.services import ask
from mobilisation.reponses.services import type_answer
from mobilisation.scenarios.services import add_date, add_scenario
from partners.directory.annuaire import PARTENAIRES
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.fiche.services.versions import start_version
from partners.portfolio.invitations.services import invite as invite_prestataire
from partners.portfolio.prestataire.models import Membre
from partners.portfolio.publication.models import Publication
from partners.portfolio.reprise.services import take_over
from partners.recherche.selections.services import share
from projects.besoins.services.mutualisation import propose
from projects.cycle.services import give_avis_c2ra, perform_action
from projects.demarche.services import add_own_item
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import update_type
from projects.plans.services import attach_ligne
from projects.structures_ciblees.echanges import add_echange
from projects.structures_ciblees.models import StructureCiblee
from projects.structures_ciblees.services import add_structures
from structures.annuaire.annuaire import STRUCTURES
from structures.plans.services import actualise, add_ligne, add_mission
from tests.capitalisation import scene as capitalisation
from tests.capitalisation.comite import scene as comite_editorial
from tests.consultations import scene, slot
from tests.consultations.propositions.monde import plis
from tests.core.document_sample import PIXEL
from tests.core.upload_files import PDF
from tests.evaluation.synthese import scene as syntheses
from tests.evaluation.world import essai
from tests.factories import (
    OrganisationFactory,
    PartenaireFactory,
    RegionFactory,
    StructureFactory,
    TypePrestationFactory,
    UserFactory,
    actor_of,
    diagnostic_of,
    engaged,
    fulfil_engager,
    member,
    plan_of,
    published_prestataire,
    shown_prestataire,
    siret_of,
)
from tests.missions import mission
from tests.rights_remise import remise_of
from tests.rights_resultats import results_of
from tests.spreadsheets import csv_file

SYSTEM = Actor.system("recette")


def _dossier(pilote) -> Ingenierie:
    """An ingénierie at « Confirmer »: what Engager asks, structures, groups, scenarios, results."""
    dossier = engaged(
        pilote,
        titre="Dossier de A",
        themes=[TypePrestationFactory(code="management-grh")],
        departements=list(pilote.departements.all()),
        date_debut=dt.date(2027, 3, 1),
        date_fin=dt.date(2027, 10, 29),
    )
    dossier = fulfil_engager(dossier)
    # An opinion that the pilot may answer.
    dossier.avis_comites.update(sens="reserves", commentaires="Des réserves.")
    add_resultat(dossier, {"libelle": "Un résultat"}, actor=SYSTEM)
    update_type(dossier, actor=SYSTEM, expected_version=None, type_ingenierie="solution_mixte", motif="Besoin commun.")
    dossier = Ingenierie.objects.get(pk=dossier.pk)
    return perform_action(dossier, "confirmer", actor=SYSTEM, expected_state="engager", version=dossier.version)


def _cahier(dossier: Ingenierie):
    """Its cahier des charges: version 1 diffused, version 2 being written."""
    cahier = cahiers.create_cahier(dossier, SYSTEM)
    typed = {**slot.TYPED, "contenu": {**slot.TYPED["contenu"], "contenu_attendu": "X", "appropriation": "X"}}
    typed["titre"] = {"titre": "Cahier de A", "contacts": "DLA A"}
    typed["demande"] = dict.fromkeys(("origine_demande", "contexte", "demarche", "plan_accompagnement"), "X")
    typed["conditions"] = {"conditions": "X"}
    typed["calendrier"] = {**slot.TYPED["calendrier"], "jours_collectifs_site": "16"}
    typed["objectifs"] = {
        "objectif_general": "Un objectif", "objectifs_operationnels": "Un autre", "resultats_attendus": "Un résultat",
        "finalite": "outillage",
    }  # fmt: skip
    for code, values in typed.items():
        cahiers.update_section(cahier, code, values, actor=SYSTEM)
    cahier = cahiers.diffuser(cahiers.valider(cahier, SYSTEM), SYSTEM)
    return cahiers.rectifier(cahier, SYSTEM, "Une erreur.")


def _reunion(dossier: Ingenierie) -> Reunion:
    """A meeting that began an hour ago, with somebody expected and something decided."""
    hours = {"date": dt.date(2026, 11, 21), "heure_debut": dt.time(9), "heure_fin": dt.time(12)}
    reunion = create_reunion(dossier, {"nature": "copil", "objet": "Réunion de A", **hours}, actor=SYSTEM)
    add_other(reunion, {"organisme": "Mairie"}, actor=SYSTEM)
    add_decision(reunion, {"texte": "Écrire"}, actor=SYSTEM)
    return reunion


def _answered(dossier: Ingenierie, actor: Actor):
    """A link sent to a partner of the dossier, and its answer; another link that waits."""
    associe = dossier.partenaires_projet.get()
    sent = [
        send_link(QUESTIONNAIRE, associe, name=f"Contact {n}", email=f"contact{n}@example.org", actor=actor)
        for n in (1, 2)
    ]
    for grant in sent:
        type(grant).objects.filter(pk=grant.pk).update(sent_at=grant.sent_at - RESEND_AFTER)
    token = link_token(sent[0])
    holder = open_link(read_link(token), token).actor
    checks = dict.fromkeys(("problematique_partagee", "complementaire", "interet"), "oui")
    return save_answer(associe, checks, actor=holder, expected_version=0, send=True), *sent


def _mobilised(dossier: Ingenierie, ciblee, scenario, actor: Actor) -> dict:
    """A session of a scenario, what a structure answered and remarked, a prestataire-partenaire, a selection."""
    echange = {"le": clock.today(), "par": "Le pilote", "moyen": "telephone"}
    ciblee.ingenierie = dossier
    type_answer(ciblee, {}, echange, actor=actor, expected_version=None, commentaire="Trop long.")
    montre = shown_prestataire(name="Cabinet partenaire")
    FicheVersion.objects.filter(prestataire=montre).update(public=True)
    [row] = associate(dossier, [montre], actor=actor).rows
    row.ingenierie = dossier
    return {
        "seance_scenario": add_date(scenario, {"date": dt.date(2027, 3, 2)}, actor=actor),
        "commentaire": ciblee.commentaires.get(),
        "montre": montre,
        "prestataire_partenaire": row,
        "demande": ask(row, {"moment": "identifier", "question": "Qu’en savez-vous ?"}, actor=actor),
        "selection": share([montre], {"titre": "Sélection de A"}, actor=actor),
    }


def _seances(a, dossier: Ingenierie, actor: Actor) -> dict:
    """Sessions of the comité d'appui of A: one prepared, one convened, one held; each with a member and the dossier."""
    found = {}
    for name, days in (("seance", 10), ("convoquee", 12), ("tenue", -1)):
        row = create_seance(a, {"debut": clock.now() + dt.timedelta(days=days), "lieu": "Ici"}, actor=actor)
        if not row.membres.exists():
            values = {"nom": "Une personne", "organisme": "Un organisme", "email": "membre@example.org"}
            add_membre(row, values, actor=actor)
        found[f"point_{name}"] = add_point(row, dossier, actor=actor)
        found[f"membre_{name}"] = row.membres.get()
        action = {"convoquee": "convoquer", "tenue": "tenir"}.get(name)
        if action:
            row = perform_seance(row, action, actor=actor, expected_state="preparation")
        found[name] = row
    return found


def _appel(dossier: Ingenierie, prestataire, actor: Actor) -> dict:
    """A call of A, open, to which one prestataire is invited, with its question."""
    deadline = clock.now() + dt.timedelta(days=20)
    values = {"mode": "complete", "date_limite": deadline, "motif_nombre": "Un seul connaît ce secteur."}
    appel = calls.prepare(dossier, values, actor=actor)
    calls.invite(appel, [prestataire], actor=actor)
    appel.refresh_from_db()
    appel = open_call(appel, actor=actor)
    invite = appel.invitations.get()
    question = ask_all(invite, "Une question de A ?", actor=actor_of(prestataire.membres.get().user))
    return {"appel": appel, "invitation_appel": invite, "question": question}


def _prestataires(dossier: Ingenierie, actor: Actor) -> dict:
    """A prestataire published in the région, two consulted for the dossier and the one of them retained."""
    retained = shown_prestataire(name="Cabinet retenu")
    two = [retained, shown_prestataire(name="Cabinet consulté")]
    done = consultes.consult(dossier, two, date=clock.today(), actor=actor)
    choix = choices.retain(
        dossier,
        retained,
        {
            "date": clock.today(),
            "mode": "hors_application",
            "justification": "",
            "choisi_par": "avec",
            "decideurs": "Comité de pilotage",
            "motifs": "La meilleure démarche.",
        },
        actor=actor,
    )
    consulted = two[1]
    Membre.objects.create(prestataire=consulted, user=UserFactory(), role="referent")
    published = published_prestataire(name="Cabinet publié")
    publication = Publication.objects.get(prestataire=published)
    draft = start_version(published, actor=SYSTEM)
    return {
        "prestataire": published,
        **_appel(dossier, consulted, actor),
        "publication": publication,
        "choix": choix,
        "consulte": done.rows[0],
        "fiche": publication.fiche,
        "kbis": publication.fiche.pieces.get(nature="statuts"),
        "draft": draft,
        "reference": draft.references.get(),
        "intervenant": draft.intervenants.get(),
        "draft_cv": draft.pieces.get(nature="cv"),
        "membre": published.membres.get(),
        "donnees": keep_archive(b"PK", actor.user, actor=actor, job_id=None, scope=actor.user),
        "reprise": take_over(
            {"siret": siret_of(63_000_001), "raison_sociale": "Cabinet repris", "contact_email": "repris@example.org"},
            actor=actor,
            source="Recette",
        ),
        "invite": invite_prestataire("prestataire@example.org", actor=actor),
    }


def _conventions(choix, dossier: Ingenierie) -> dict:
    """Two conventions of the mission: one being written, one whose text is signed by one party, with an avenant."""
    choix.ingenierie = dossier
    draft = mission.complete(dossier)
    text = mission.to_sign(mission.complete(dossier, phase="2"))
    mission.printed(text)
    running = mission.signed(mission.to_sign(mission.complete(dossier, phase="3")))
    hours = {"date": dt.date(2026, 11, 21), "heure_debut": dt.time(9), "heure_fin": dt.time(12)}
    seance = plan_seance(running, {"nature": "collective", "titre": "Séance de A", **hours}, actor=SYSTEM)
    expected = expect(seance, {"source": "partenaire", "organisme": "Mairie"}, actor=SYSTEM)
    change = {"quoi": "contenu", "de": "Avant", "a": "Après", "pourquoi": "Parce que", "demande_par": "dla"}
    return {
        "contrat": draft,
        "etape_contrat": draft.etapes.first(),
        "contrat_signe": running,
        "seance_mission": seance,
        "participant_seance": expected,
        "texte": text,
        "avenant": open_avenant(running, change, actor=SYSTEM),
        **remise_of(running),
        **_grilles(running),
        **_mission(running),
    }


def _mission(running) -> dict:
    """The first stage of the mission, a change that is asked, another that waits for a structure."""
    etape = EtapeSuivi.objects.filter(fiche__convention=running).order_by("ordre").first()
    asked = {"quoi": "contenu", "de": "Avant", "a": "Après", "pourquoi": "Parce que"}
    StructureCiblee(ingenierie=running.ingenierie, structure=StructureFactory(), state="confirmee").save()
    waiting = demander(running, asked, actor=SYSTEM)
    waiting = decide(waiting, "accepter", actor=SYSTEM, expected_state=waiting.state)
    return {
        "etape_suivie": etape,
        "modification": demander(running, asked, actor=SYSTEM),
        "modification_attendue": waiting,
        "accord": waiting.accords.first(),
    }


def _syntheses(dossier: Ingenierie, pilote) -> dict:
    """The synthesis of the dossier, shared, with somebody who received it and somebody who did not; another one that
    its pilot shows to the region."""
    shared = syntheses.shared(dossier)
    received, waiting = (syntheses.recipient(shared, f"{name}@example.org") for name in ("recue", "attendue"))
    send_synthese(shared, [received.pk], actor=SYSTEM)
    shown = show_region(syntheses.fixed(mission.dossier(pilote)), True, actor=SYSTEM)
    return {
        "synthese": syntheses.fresh(shared),
        "synthese_lue": received,
        "synthese_libre": waiting,
        "synthese_propose": proposes(shared)[0].cle,
        "synthese_montree": shown,
    }


def _grilles(running) -> dict:
    """The grid of a mission open to answers, another with the prestataire, another that is over; and one answer that
    may change the plan of a structure."""
    now, dossier = clock.now(), running.ingenierie
    common = {
        "ingenierie": dossier, "convention": running, "code": "grille_collective", "version_source": 1,
        "titre": "Grille", "contenu": DEFINITIONS["grille_collective"].contenu(),
    }  # fmt: skip
    found = {
        "grille": Questionnaire.objects.create(**common, state="ouvert"),
        "grille_close": Questionnaire.objects.create(**common, mois=1, state="clos", clos_at=now),
        "grille_finie": Questionnaire.objects.create(**common, mois=2, state="termine", clos_at=now, termine_at=now),
    }
    for name in ("grille_close", "grille_finie"):
        SuiviGrille.objects.create(questionnaire=found[name], remise_at=now)
    found["grille_cible"] = dossier.structures_ciblees.first()
    for questionnaire in (found["grille"], found["grille_finie"]):
        for sorte in ("charge_mission", "participant"):
            row = Repondant.objects.create(
                questionnaire=questionnaire, sorte=sorte, state="repondu", structure=found["grille_cible"]
            )
    Reponse.objects.create(repondant=row, code="c3b", valeur="non")
    return found


def _evaluation(convention, dossier: Ingenierie) -> dict:
    """A questionnaire of the mission that receives answers, one of which arrived."""
    DEFINITIONS.setdefault("essai", essai())
    convention.ingenierie = dossier
    asked = questionnaires.prepare(dossier, "essai", SYSTEM, convention=convention, mois=6)
    asked = questionnaires.perform_action(asked, "ouvrir", actor=SYSTEM, expected_state="preparation")
    asked.ingenierie, asked.convention = dossier, convention
    who = {"sorte": "participant", "nom": "Sam", "organisme": "Structure", "email": "participant@example.org"}
    own, theirs = (asked.repondants.get(sorte=sorte) for sorte in ("charge_mission", "prestataire"))
    own.questionnaire = asked
    own = questionnaires.answer(own, {"e1a": ("oui", "")}, SYSTEM, True)
    somebody = questionnaires.add_repondant(asked, who, SYSTEM)
    return {
        "questionnaire": Questionnaire.objects.get(pk=asked.pk),
        "repond_dla": own,
        "repond": somebody,
        "repond_prestataire": theirs,
    }


def build() -> SimpleNamespace:
    """The DLA A with one object of every kind, its neighbours, and a person at each place (the date is fixed)."""
    centre, bretagne = RegionFactory(centre=True), RegionFactory(bretagne=True)
    a = OrganisationFactory(name="DLA A", region=centre)
    b = OrganisationFactory(name="DLA B", region=centre)
    c = OrganisationFactory(name="DLA C", region=bretagne)
    people = {
        "responsable": member(a, "responsable", first_name="Camille", last_name="Deux"),
        "lecture": member(a, "lecture"),
        "voisin": member(b, "responsable"),
        "loin": member(c, "responsable"),
        "c2ra_loin": member(OrganisationFactory(c2ra=True, region=bretagne), "responsable"),
        "ancien": member(a, "responsable"),
        "sans": UserFactory(),
    }
    colleague = member(a)
    actor = actor_of(people["responsable"])
    logo = add_logo(a, ContentFile(PIXEL, name="logo.png"), alt="Logo de A", actor=actor)
    dossier = _dossier(a)
    structures = [StructureFactory(organisation=a) for _ in range(3)]
    ciblees = add_structures(dossier, [s.pk for s in structures[:2]], actor=actor)
    letter = {"sens": "envoi", "par": "Le pilote"}
    echange = [add_echange(ciblees[1], letter, actor=actor) for _ in range(2)][1]
    dossier = Ingenierie.objects.get(pk=dossier.pk)
    scenario = add_scenario(dossier, actor=actor, values={"nom": "Un scénario"})
    groupe = add_groupe(dossier, actor=actor, values={"nom": "Un groupe"}, structures=ciblees)
    autre = add_scenario_budget(dossier, {"nom": "Un autre budget"}, actor=actor)
    convention = add_convention(dossier, {"reference": "CONV-1", "cofinanceurs": "Un cofinanceur"}, actor=actor)
    cahier = _cahier(dossier)
    reunion = _reunion(dossier)
    partenaire = PartenaireFactory(organisation=a)
    autre_partenaire = PartenaireFactory(organisation=a)
    contact = PARTENAIRES.contacts.add(partenaire, {"function": "Direction"}, actor=SYSTEM)
    contact_structure = STRUCTURES.contacts.add(structures[0], {"function": "Direction"}, actor=SYSTEM)
    plan = plan_of(structures[0], lignes=2)
    actualise(plan, actor=SYSTEM)
    add_ligne(plan, {"difficulte": "Une de plus"}, actor=SYSTEM)
    rattachee = plan.lignes.last()
    attach_ligne(rattachee, dossier, actor=SYSTEM)
    mission = add_mission(plan, {"objectif_general": "Un objectif"}, actor=SYSTEM)
    source = start_import(
        "structures", csv_file("Nom;Département;Secteur\nÀ importer;37;Sport\nFausse;;\n"), actor=actor
    )
    check_now(source, actor)
    own_item = add_own_item(dossier, actor=actor, phase="confirmer.mobilisation", label="Une action à nous")
    piece = attach(dossier, ContentFile(PDF, name="piece.pdf"), actor=actor, scope=dossier)
    document = GeneratedDocument.objects.create(
        document_type=cahiers.DOCUMENT_CAHIER, object_type="consultations.cahierdescharges", object_id=cahier.pk,
        scope_type="projects.ingenierie", scope_id=dossier.pk, title="Aperçu", filename="apercu.pdf", template="x",
        storage_key=save_file(DOCUMENTS, ContentFile(PDF)), sha256="0" * 64, size=len(PDF), made_by_label="A",
    )  # fmt: skip
    reponse, lien_repondu, lien = _answered(dossier, actor)
    seances = _seances(a, dossier, actor)
    mobilised = _mobilised(dossier, ciblees[1], scenario, actor)
    invitation = invite(a, "nouvelle@example.org", "charge_mission", actor=actor)
    type(invitation).objects.filter(pk=invitation.pk).update(sent_at=invitation.sent_at - RESEND_AFTER)
    mail = OutboxMail.objects.get(to="nouvelle@example.org")
    job = Job.objects.create(name="core.envoi_courrier", created_by_id=actor.user_id, created_by_label="A")
    Job.objects.filter(pk__in=[job.pk, mail.job_id]).update(state=JobState.ECHEC)
    OutboxMail.objects.filter(pk=mail.pk).update(state="echec")
    Membership.objects.filter(user=people["ancien"]).update(ended_at=clock.now())
    people["ancien"].active_membership = None
    people["ancien"].save()
    c2ra = member(OrganisationFactory(c2ra=True, region=centre), "responsable")
    mutualisation = propose(
        {"titre": "Besoin de A", "message": "Ensemble.", "theme": dossier.themes.get(), "secteur": None,
         "reponse_avant": clock.today() + dt.timedelta(days=20), "seuil": 2},
        [a.pk, b.pk], actor=actor_of(c2ra),
    )  # fmt: skip
    avis_c2ra = give_avis_c2ra(dossier, actor=actor_of(c2ra), sens="favorable", commentaire="")
    retained = _prestataires(dossier, actor)
    conventions = _conventions(retained["choix"], dossier)
    results = results_of(dossier)
    return SimpleNamespace(
        logo=logo, avis_c2ra=avis_c2ra,
        **scene.of_rights(a, people["responsable"]),
        **seances, **mobilised, **vars(plis(a)), mutualisation=mutualisation,
        **retained, **conventions, **results, **_evaluation(conventions["contrat_signe"], dossier),
        **_syntheses(Ingenierie.objects.get(pk=dossier.pk), a),
        **capitalisation.of_rights(Ingenierie.objects.get(pk=dossier.pk), ciblees[0]),
        **comite_editorial.of_rights(a, people),
        a=a, b=b, people=people, dossier=Ingenierie.objects.get(pk=dossier.pk), structure=structures[0],
        echange=echange,
        libre=structures[2], ciblee=ciblees[0], scenario=scenario, groupe=groupe, cahier=cahier, item=own_item,
        reponse=reponse, lien=lien, lien_repondu=lien_repondu,
        partenaire=partenaire, autre_partenaire=autre_partenaire, contact=contact, contact_structure=contact_structure,
        associe=dossier.partenaires_projet.get(prestataire=None),
        reunion=reunion, participant=reunion.participants.get(),
        decision=reunion.decisions.get(), resultat=dossier.resultats.get(),
        charge=dossier.charges.get(), piece=piece, document=document,
        budget_autre=autre, convention=convention,
        passation=Passation.objects.create(organisation=a, to_user=actor.user, lines=[["", "Un dossier", "/"]]),
        invitation=invitation, job=job, mail=mail, colleague=Membership.objects.get(user=colleague),
        token=link_token(invitation), source=Import.objects.get(), diagnostic=diagnostic_of(structures[0]),
        partage=diagnostic_of(structures[0], shared=True), plan=plan, ligne=plan.lignes.first(), mission=mission,
        rattachee=rattachee, recherche_gardee=keep_search(
            Criteres(q="trésorerie"), {"nom": "La recherche de A", "prevenir": True}, actor=actor
        ),
    )  # fmt: skip
