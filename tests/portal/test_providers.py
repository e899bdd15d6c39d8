"""Every provider of the home page: one query for a kind of line, whatever waits."""

from __future__ import annotations

import copy
import datetime as dt

import pytest
from django.urls import reverse

from accounts.models import Passation
from accounts.services import send_link
from capitalisation.bibliotheque.enums import EtatRessource
from capitalisation.comite.models import Examen
from capitalisation.comite.services import comites
from capitalisation.recits.models import Contribution, Recit
from capitalisation.transfert.models import LigneTransfert, PlanTransfert
from capitalisation.usages.models import QuestionRessource, Signalement, VerificationLien
from consultations.appel.models import Appel
from consultations.choix.models import ChoixPrestataire
from core.clock import now, today
from engagement.budget.services.lignes import add_charge
from engagement.comite.models import SeanceComite
from engagement.partenaires.models import ReponsePartenaire
from engagement.partenaires.services import QUESTIONNAIRE, add_partenaire
from engagement.reunions.services.reunions import add_decision, create_reunion
from engagement.validation.models import AvisComite
from evaluation.questionnaires.models import Questionnaire
from evaluation.resultats.models import SuiviPrevu
from evaluation.synthese.models import Synthese
from missions.conventions.models import Avenant, Convention, PaiementPrevu
from missions.modifications.models import DemandeModification
from missions.paiements.models import Paiement
from missions.rapports.models import RapportFinal
from missions.seances.models import Seance
from missions.suivi.models import EtapeSuivi, FicheSuivi
from mobilisation.prestataires.models import DemandePrestataire
from mobilisation.reponses.models import CommentaireStructure, ReponseStructure
from partners.directory.models import Partenaire
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.publication.models import Periode, Publication
from projects.besoins.models import Mutualisation, ReponseMutualisation
from projects.cycle.models import AvisC2RA, ConditionLevee, DemandeAvisC2RA
from projects.dashboard import LIMIT, TODOS
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import touch
from projects.structures_ciblees.models import StructureCiblee
from structures.diagnostics.models import Diagnostic
from structures.diagnostics.services import record_reponse
from structures.plans import reponses
from structures.plans.services import actualise
from tests.capitalisation import scene as capitalisation
from tests.capitalisation.scene import ressource
from tests.consultations import scene as scenes
from tests.factories import (
    PartenaireFactory,
    StructureFactory,
    TypePrestationFactory,
    actor_of,
    diagnostic_of,
    engaged,
    ingenierie_of,
    plan_of,
    prestataire_of,
)
from tests.portal.conftest import build_world
from tests.portal.moments import SYSTEM, cahier_of, diffused, placed

pytestmark = pytest.mark.django_db


def busy(world, count: int) -> None:
    """``count`` of each thing that may wait for ``world.charge``, the responsable, or the C2RA."""
    for n in range(count):
        ingenierie = engaged(world.dla, charge_mission=world.charge, titre=f"Engager {n}")
        add_charge(ingenierie, {"libelle": "Prestations", "montant": "100.00"}, actor=SYSTEM)
        hours = {"date": today(), "heure_debut": dt.time(9), "heure_fin": dt.time(11)}
        meeting = create_reunion(ingenierie, {"nature": "copil", "objet": "Point", **hours}, actor=SYSTEM)
        add_decision(meeting, {"texte": "Écrire", "echeance": today()}, actor=SYSTEM)
        answered(ingenierie, n)
        silent(ingenierie)
        said(ingenierie)
        placed(ingenierie, date_fin=today(), last_activity_at=dt.datetime(2026, 6, 1, tzinfo=dt.UTC))
        ConditionLevee.objects.create(
            ingenierie=ingenierie, step="identifier", condition="ciblage", label="Ciblage", reason="Dit."
        )
        SeanceComite.objects.create(organisation=world.dla, debut=now() + dt.timedelta(days=5), lieu="Ici")
        against = {"date": today(), "sens": "defavorable", "commentaires": "Trop cher."}
        AvisComite.objects.create(ingenierie=ingenierie, organisation=world.voisin, **against)
        Synthese.objects.create(ingenierie=ingenierie, echeance=today())
        to_transfer(ingenierie)
        ressource(world.dla, "a_completer", auteur=world.charge)
        ressource(world.dla, lecteurs="region", lecteurs_demandes="reseau")
        told_by_others(ingenierie)
        asked_to_change(world)
        SuiviPrevu.objects.create(
            ingenierie=placed(ingenierie_of(world.dla, charge_mission=world.charge), state="cloture"),
            mois=6,
            le=today(),
        )
        deposited(world)
        pooled(world)
        examined(world)
        offered(world, n)
        asked_and_given(world)
        agreed(world)
        for make in (diffused, lambda i: cahier_of(i, "valide")):
            make(placed(ingenierie_of(world.dla, charge_mission=world.charge), state="confirmer"))


def asked_and_given(world) -> None:
    """An opinion asked of the C2RA, another that it gave; something handed over to two people."""
    row = {"by_label": "Recette", "step": "identifier"}
    asked, given = (ingenierie_of(world.dla, charge_mission=world.charge) for _ in range(2))
    DemandeAvisC2RA.objects.create(ingenierie=asked, **row)
    AvisC2RA.objects.create(ingenierie=given, organisation=world.regional, sens="favorable", **row)
    for person in (world.charge, world.responsable):
        Passation.objects.create(organisation=world.dla, to_user=person, lines=[["", "Paie", "/"]])


def agreed(world) -> None:
    """A prestataire retained without a convention, a convention that is a draft, an avenant to a signed one, whose grid
    of evaluation is closed."""
    prestataire = prestataire_of(region=world.dla.region)
    fiche = prestataire.versions.get()
    publication = Publication.objects.create(prestataire=prestataire, region=world.dla.region, fiche=fiche)
    periode = Periode.objects.create(
        publication=publication, fiche=fiche, du=today(), a_actualiser_le=today() + dt.timedelta(days=365)
    )
    told = {"date": today(), "mode": "hors_application", "motifs": "Dits.", "choisi_par": "avec", "decideurs": "Eux"}
    for state in (None, "projet", "signee"):
        ingenierie = placed(ingenierie_of(world.dla, charge_mission=world.charge), state="confirmer")
        choix = ChoixPrestataire.objects.create(
            ingenierie=ingenierie, prestataire=prestataire, periode=periode, by_label="Recette", **told
        )
        if state is not None:
            row = Convention(ingenierie=ingenierie, choix=choix, reference=f"C-{choix.pk}", state=state)
            row.save()
            if state == "signee":
                change = {"quoi": "autre", "de": "Un", "a": "Deux", "pourquoi": "Dit.", "demande_par": "dla"}
                Avenant.objects.create(convention=row, numero=1, **change)
                Questionnaire.objects.create(
                    ingenierie=ingenierie, convention=row, code="grille_collective", version_source=1, titre="Grille",
                    contenu={}, state="clos", clos_at=now(),
                )  # fmt: skip
                followed(row)
                reported(row)


def deposited(world) -> None:
    """A resource past its date, asked about, reported, whose link is dead."""
    row = capitalisation.ressource(world.dla, a_reverifier_le=today())
    QuestionRessource.objects.create(ressource=row, texte="Vaut-il ailleurs ?")
    Signalement.objects.create(ressource=row, motif="erreur")
    VerificationLien.objects.create(ressource=row, adresse=row.lien, etat="mort", echecs=3, prevenu_le=now())


def to_transfer(ingenierie: Ingenierie) -> None:
    """A transfer whose day has come."""
    plan = PlanTransfert(ingenierie=ingenierie, state="decide", suite="transferer", decide_at=now())
    plan.save()
    row = {"nature": "methode", "destinataire": "structures", "responsable": "porteuse", "forme": "guide"}
    LigneTransfert.objects.create(plan=plan, quoi="Le guide", ton="convivial", prevu_le=today(), **row)


def examined(world) -> None:
    """A resource of the région, examined by its committee, where the responsable sits alone: nothing can be decided."""
    comite = comites.ensure_comite(world.dla.region, actor=SYSTEM)
    if not comite.membres.exists():
        comites.add_membre(comite, {"user": world.responsable, "qualite": "DLA"}, actor=SYSTEM)
    row = ressource(world.voisin, EtatRessource.PROPOSEE)
    Examen.objects.create(ressource=row, comite=comite, portee="territoriale", echeance=today())


def told_by_others(ingenierie: Ingenierie) -> None:
    """A récit of which somebody handed in a part."""
    recit = Recit.objects.create(
        ingenierie=ingenierie, organisation=ingenierie.pilote, genre="fiche_experience", titre=ingenierie.titre
    )
    Contribution.objects.create(
        recit=recit, sorte="structure", nom="Elle", email="elle@example.org", etat="rendue", rendue_le=now(),
        apports={"problematique": "Dit."},
    )  # fmt: skip


def followed(convention: Convention) -> None:
    """A stage late, told to the chargé de mission; a change that is asked; a séance."""
    fiche = FicheSuivi.objects.create(convention=convention)
    late = {"prevu_fin": today() - dt.timedelta(days=20), "relancee_le": now(), "signalee_le": now()}
    EtapeSuivi.objects.create(fiche=fiche, intitule="Atelier", **late)
    DemandeModification.objects.create(
        convention=convention, numero=1, quoi="contenu", de="Un", a="Deux", pourquoi="Dit.", demandeur="prestataire"
    )
    hours = {"date": today(), "heure_debut": dt.time(9), "heure_fin": dt.time(11)}
    Seance(convention=convention, nature="collective", titre="Atelier", jours="0.5", **hours).save()


def reported(convention: Convention) -> None:
    """A report handed over; a payment asked for, past its date."""
    RapportFinal(convention=convention, state="remis", remis_le=now()).save()
    due = PaiementPrevu.objects.create(convention=convention, libelle="Au rapport", montant="10.00", date=today())
    Paiement.objects.create(convention=convention, prevu=due, demande_le=today(), montant_demande="10.00")


def silent(ingenierie: Ingenierie) -> None:
    """A structure contacted a month ago, that says nothing."""
    StructureCiblee.objects.create(
        ingenierie=ingenierie, structure=StructureFactory(organisation=ingenierie.pilote), state="contactee",
        contactee_le=today() - dt.timedelta(days=30),
    )  # fmt: skip


def said(ingenierie: Ingenierie) -> None:
    """A structure that takes part and remarks something, a prestataire-partenaire that answered, a call to open."""
    ciblee = StructureCiblee.objects.create(
        ingenierie=ingenierie, structure=StructureFactory(organisation=ingenierie.pilote), state="interessee"
    )
    ReponseStructure.objects.create(structure_ciblee=ciblee, participation="oui", par_lien=True, recue_le=today())
    CommentaireStructure.objects.create(structure_ciblee=ciblee, texte="Plutôt en mai.")
    row = add_partenaire(ingenierie, PartenaireFactory(organisation=ingenierie.pilote), actor=SYSTEM, values={})
    type(row).objects.filter(pk=row.pk).update(prestataire=prestataire_of(region=ingenierie.pilote.region))
    DemandePrestataire.objects.create(
        partenaire_projet=row, moment="identifier", question="Qu’en dites-vous ?", reponse="Oui.", repondu_at=now(),
        repondu_par="Sam",
    )  # fmt: skip
    Appel.objects.create(ingenierie=ingenierie, state="ouvert", date_limite=now() - dt.timedelta(days=1))
    scene = scenes.call(candidats=1, structures=0, dla=ingenierie.pilote, pilot=ingenierie.charge_mission)
    type(scene.dossier).objects.filter(pk=scene.dossier.pk).update(charge_mission=ingenierie.charge_mission)
    touch(scene.dossier.pk)
    scenes.dla_reader(scene)


def answered(ingenierie: Ingenierie, n: int) -> None:
    """A partner that answered its questionnaire by link."""
    partenaire = PartenaireFactory(organisation=ingenierie.pilote, name=f"Partenaire {Partenaire.objects.count()}")
    row = add_partenaire(ingenierie, partenaire, actor=SYSTEM, values={})
    grant = send_link(QUESTIONNAIRE, row, name="Contact", email=f"c{n}@example.org", actor=SYSTEM)
    ReponsePartenaire.objects.create(partenaire_projet=row, grant=grant, sent_at=now())


def asked_to_change(world) -> None:
    """A shared diagnostic that its structure wants changed, and a plan, one row of which is due."""
    diagnostic = diagnostic_of(StructureFactory(organisation=world.dla), shared=True, needs=[TypePrestationFactory()])
    Diagnostic._base_manager.filter(pk=diagnostic.pk).update(suivi_par=world.charge)
    values = {"reponse": "a_modifier", "nom": "Alix", "mode": "entretien", "commentaires": {"forces": "À nuancer."}}
    record_reponse(diagnostic, values, actor=SYSTEM)
    plan = plan_of(
        StructureFactory(organisation=world.dla), actor=actor_of(world.charge), lignes=[{"echeance": today()}]
    )
    actualise(plan, actor=SYSTEM)
    told = {"reponse": "a_modifier", "nom": "Alix", "mode": "entretien", "commentaire": "À revoir."}
    reponses.record_reponse(plan, told, actor=SYSTEM)


def pooled(world) -> None:
    """A proposal of pooling that waits for the DLA's answer."""
    made = Mutualisation.objects.create(
        organisation=world.c2ra.active_membership.organisation, titre="Paie", message="Ensemble.", seuil=2,
        theme=TypePrestationFactory(), reponse_avant=today() + dt.timedelta(days=5), created_by_label="Recette",
    )  # fmt: skip
    ReponseMutualisation.objects.create(mutualisation=made, organisation=world.dla)


def offered(world, n: int) -> None:
    """A fiche submitted in the région, that also asks to be published there."""
    prestataire = prestataire_of(region=world.dla.region)
    fiche = prestataire.versions.get()
    FicheVersion._base_manager.filter(pk=fiche.pk).update(state="soumise", submitted_at=now())
    Publication.objects.create(prestataire=prestataire, region=world.dla.region, candidate=fiche)


#: What waits for a C2RA.
OF_THE_C2RA = (
    "avis_c2ra_demandes", "conditions_levees", "examens_a_decider", "fiches_a_relire", "fiches_a_publier",
    "ouvertures_demandees",
)  # fmt: skip
#: What says several kinds of lines: the end and the sleep, to diffuse and answers due, rows due and changes asked of
#: diagnostics and of plans; conventions to begin, to finish, their avenants.
OF_KINDS = {"rythme": 2, "cahiers": 2, "conventions": 3, "plans": 3}


@pytest.fixture(scope="module")
def _two_worlds(shared):
    """Two régions that know nothing of each other: in one, one of each thing waits; in the other, more than is said."""

    def make():
        few, many = build_world(), build_world("bretagne")
        busy(few, 1)
        busy(many, LIMIT + 2)
        return few, many

    return shared(make, at="2026-11-21 10:00")


@pytest.fixture
def two_worlds(db, _two_worlds):
    return copy.deepcopy(_two_worlds)


@pytest.mark.parametrize("code", [code for code, _ in TODOS.items()])
def test_a_provider_asks_one_query_a_kind_of_line_and_says_eight_of_each_at_most(code, two_worlds, count_queries):
    kinds = OF_KINDS.get(code, 1)
    provider = TODOS.get(code)
    for world, lines in zip(two_worlds, (1, LIMIT), strict=True):
        actor = actor_of(world.c2ra if code in OF_THE_C2RA else world.responsable)
        assert count_queries(lambda: provider(actor)) == kinds  # noqa: B023 (asked at once)
        assert len(provider(actor)) == kinds * lines


def test_every_provider_of_the_house_is_tried_above():
    assert {code for code, _ in TODOS.items()} == {
        "appels", "avis_c2ra_demandes", "avis_c2ra_donnes", "avis_comite", "avis_prestataires",
        "avis_editoriaux", "avis_sans_reponse", "budget", "cahiers", "conditions_levees", "contributions",
        "conventions", "decisions", "etapes_en_retard", "examens_a_decider", "fiches_a_publier", "fiches_a_relire",
        "grilles", "lectures", "modifications", "mutualisations", "ouvertures_demandees", "paiements",
        "passations", "plans", "rapports", "recits", "remarques_structures", "reponses_partenaires",
        "ressources_a_completer", "ressources_a_verifier", "ressources_liens", "ressources_questions",
        "ressources_signalees", "reunions", "rythme", "seances_comite", "seances_mission",
        "structures_a_confirmer", "structures_sans_reponse", "suivis", "syntheses", "transferts",
    }  # fmt: skip


def test_the_home_page_asks_as_many_queries_for_1_as_for_10(two_worlds, client_for, count_queries):
    url = reverse("portal:accueil")
    asked = []
    for world in two_worlds:
        client = client_for(world.charge)
        client.get(url)
        asked.append(count_queries(lambda: client.get(url)))  # noqa: B023 (asked at once)
    # Session and person, what waits (a query a kind of line), counts by step, news.
    assert asked[0] == asked[1] <= 47
