"""The worlds of the walks of a call, made by the services: an ingénierie at « Confirmer », its cahier des charges
diffused, and prestataires published in the région, each with somebody who answers for it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace

from consultations.cahier import services as cahiers
from consultations.cahier.models import CahierDesCharges
from core import clock
from engagement.budget.services.budget import confirm_budget
from engagement.budget.services.lignes import add_ressource
from engagement.dla import expected_organisations, expected_porteurs
from engagement.objectifs.services import add_resultat, fix_resultats
from engagement.validation.services import record_avis, record_validation
from mobilisation.groupes.services import add_groupe
from partners.portfolio.prestataire.models import Membre
from projects.cycle.services import perform_action
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import update_type
from projects.structures_ciblees.models import StructureCiblee
from referentiels.models import Secteur
from tests.browser.walking import attested, organisation
from tests.consultations import slot
from tests.factories import (
    StructureFactory,
    TypePrestationFactory,
    UserFactory,
    engaged,
    fulfil_engager,
    member,
    published_prestataire,
    shown_prestataire,
)

SYSTEM = slot.SYSTEM


def slot_world() -> SimpleNamespace:
    """The SLOT case at « Confirmer » with its cahier des charges diffused, three prestataires published in the région,
    each with somebody who answers for it."""
    dossier = slot.ingenierie(structures=5)
    confirmed(dossier)
    diffuse(Ingenierie.objects.get(pk=dossier.pk))
    dossier = Ingenierie.objects.select_related("charge_mission", "pilote__region").get(pk=dossier.pk)
    region = dossier.pilote.region
    nina = UserFactory(first_name="Nina", last_name="Valombre", email="nina@example.org")
    first = published_prestataire(nina, region=region, name="Cabinet des Halles")
    others = [held(shown_prestataire(name=name, region=region)) for name in ("Coopérative Ressort", "Atelier du Gué")]
    readers = list(dossier.structures_ciblees.filter(state="confirmee").order_by("pk")[:2])
    pilot = dossier.charge_mission
    return SimpleNamespace(dossier=dossier, pilot=pilot, nina=nina, halles=first, others=others, readers=readers)


def confirmed(dossier: Ingenierie) -> None:
    """Lead it to « Confirmer » by the services: its comité, its structure porteuse, its budget."""
    dossier = perform_action(dossier, "engager", actor=SYSTEM, expected_state="identifier", version=dossier.version)
    for expected in expected_organisations(dossier):
        values = {"date": clock.today(), "sens": "favorable"}
        record_avis(dossier, expected, values, actor=SYSTEM, expected_version=None)
    for expected in expected_porteurs(dossier):
        record_validation(dossier, expected, {"validee": True, "date": clock.today()}, actor=SYSTEM)
    add_ressource(dossier, {"nature": "credits_dla", "demande": Decimal("15000.00")}, actor=SYSTEM)
    dossier = Ingenierie.objects.get(pk=dossier.pk)
    dossier = perform_action(dossier, "confirmer", actor=SYSTEM, expected_state="engager", version=dossier.version)
    confirm_budget(dossier, actor=SYSTEM)


def artistic_world() -> SimpleNamespace:
    """« Communication de projets artistiques en milieu rural » at « Confirmer », its cahier des charges diffused with
    the diagnostic of each association; two prestataires published in the région."""
    row = attested("artistiques-ruraux")
    dla = organisation(row["pilote"])
    pilot = member(dla, first_name="Ysaline", last_name="Brandemare", fonction="Chargée de mission")
    culture = Secteur.objects.get(code="culture")
    dossier = engaged(
        dla,
        titre=row["titre"],
        accroche=row["accroche"],
        charge_mission=pilot,
        secteurs=[culture],
        themes=[TypePrestationFactory(code="communication-ntic", label="Communication / NTIC")],
        date_debut=dt.date(2027, 2, 1),
        date_fin=dt.date(2027, 6, 30),
    )
    dossier = fulfil_engager(dossier, "3600.00")
    chosen = {"type_ingenierie": row["type"], "motif": "Chaque association écrit son propre plan."}
    update_type(dossier, actor=SYSTEM, expected_version=None, **chosen)
    dossier = Ingenierie.objects.get(pk=dossier.pk)
    dossier = perform_action(dossier, "confirmer", actor=SYSTEM, expected_state="engager", version=dossier.version)
    confirm_budget(dossier, actor=SYSTEM)
    add_resultat(dossier, {"libelle": "Plans de communication écrits", "cible": "5"}, actor=SYSTEM)
    for name in ("Les Fileuses", "Théâtre du Pré"):
        structure = StructureFactory(organisation=dla, name=name, secteur=culture)
        StructureCiblee.objects.create(ingenierie=dossier, structure=structure, state="confirmee")
    chosen = StructureCiblee.objects.filter(ingenierie=dossier)
    add_groupe(dossier, actor=SYSTEM, values={"nom": "Groupe de l’Indre"}, structures=chosen)
    slot.confirmer(dossier)
    diffuse(Ingenierie.objects.get(pk=dossier.pk))
    nina = UserFactory(first_name="Nina", last_name="Valombre", email="nina@example.org")
    first = published_prestataire(nina, region=dla.region, name="Cabinet des Halles")
    other = held(shown_prestataire(name="Atelier du Gué", region=dla.region))
    dossier = Ingenierie.objects.get(pk=dossier.pk)
    return SimpleNamespace(dossier=dossier, pilot=pilot, nina=nina, halles=first, others=[other], dla=dla)


def diffuse(dossier: Ingenierie) -> None:
    """Write the cahier des charges, with the diagnostic of each structure and its consent; diffuse it."""
    written = slot.cahier(dossier)
    cahiers.update_section(written, "annexes", {"diagnostic": "complet"}, actor=SYSTEM)
    for cible in written.structures_presentees().order_by("pk"):
        slot.diagnostic_of(cible.structure, shared=True, problemes="Les missions de chacun ne sont écrites nulle part.")
        agreed = {"accord_le": clock.today(), "accord_par": "La présidente"}
        slot.annexes.save_annexe(written, cible, {"diagnostic": "complet", **agreed}, actor=SYSTEM)
    fix_resultats(dossier, actor=SYSTEM)
    cahiers.diffuser(cahiers.valider(CahierDesCharges.objects.get(pk=written.pk), SYSTEM), SYSTEM)


def held(prestataire) -> SimpleNamespace:
    """A prestataire and its référent."""
    user = UserFactory()
    Membre.objects.create(prestataire=prestataire, user=user, role="referent")
    return SimpleNamespace(prestataire=prestataire, user=user)
