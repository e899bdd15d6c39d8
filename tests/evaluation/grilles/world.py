"""Two missions with their grid prepared: an ingénierie individuelle and a collective one of four structures."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

from django.db.models import QuerySet

from consultations.cahier import services as cahiers
from consultations.cahier.content import build
from consultations.cahier.models import CahierDesCharges, VersionDiffusee
from core import clock
from core.actor import Actor
from core.canonical import canonical
from evaluation.grilles.services.preparation import prepare_grille
from evaluation.questionnaires import services as questionnaires
from evaluation.questionnaires.contenu import lignes_for
from evaluation.questionnaires.models import Questionnaire, Repondant
from missions.conventions.models import Convention
from missions.conventions.services import conventions
from mobilisation.groupes.models import Groupe, MembreGroupe
from partners.portfolio.prestataire.enums import EtatMembre, RoleMembre
from partners.portfolio.prestataire.models import Membre
from projects.ingenierie.models import Ingenierie
from projects.structures_ciblees import services as structures
from projects.structures_ciblees.models import StructureCiblee
from tests.consultations import slot
from tests.factories import StructureFactory, UserFactory, actor_of, individuelle_of, ingenierie_of, member
from tests.missions import mission

SYSTEM = Actor.system("recette")
RESULTATS = "Un plan de trésorerie tenu chaque mois\nUn bureau qui se réunit"


def signed(ingenierie: Ingenierie, *, jours: str = "6", name: str) -> Convention:
    """Its mission, as if every party had signed: the ways to get there are tried elsewhere."""
    QuerySet(Ingenierie).filter(pk=ingenierie.pk).update(state="confirmer")
    ingenierie = Ingenierie.objects.select_related("pilote").get(pk=ingenierie.pk)
    cahier = cahiers.create_cahier(ingenierie, SYSTEM)
    QuerySet(CahierDesCharges).filter(pk=cahier.pk).update(resultats_attendus=RESULTATS)
    cahier = CahierDesCharges.objects.get(pk=cahier.pk)
    cahier.ingenierie = ingenierie
    contenu = canonical(build(cahier))
    version = VersionDiffusee(cahier=cahier, numero=1, contenu=contenu, par="Recette", date_limite=slot.DEADLINE)
    version.save()
    choix = mission.chosen(ingenierie, name)
    choix.ingenierie = ingenierie
    convention = conventions.begin(choix, actor=SYSTEM)
    QuerySet(Convention).filter(pk=convention.pk).update(
        state="signee", signee_le=clock.today(), jours=Decimal(jours), version_cahier=version
    )
    QuerySet(Ingenierie).filter(pk=ingenierie.pk).update(state="finaliser")
    return fresh_convention(convention)


def fresh_convention(convention: Convention) -> Convention:
    found = Convention.objects.select_related(
        "ingenierie__pilote", "ingenierie__charge_mission", "choix__prestataire", "version_cahier"
    )
    return found.get(pk=convention.pk)


def referent(convention: Convention):
    """The référent of its prestataire, who signs in."""
    user = UserFactory()
    Membre.objects.create(
        user=user, prestataire=convention.choix.prestataire, state=EtatMembre.ACTIF, role=RoleMembre.REFERENT
    )
    return user


def individuelle() -> SimpleNamespace:
    """A mission for one structure, its grid prepared."""
    user = member()
    actor = actor_of(user)
    structure = StructureFactory(
        organisation=actor.organisation, contact_name="Alix Modèle", contact_email="alix@example.org"
    )
    ingenierie = individuelle_of(actor.organisation, structure, charge_mission=user)
    convention = signed(ingenierie, name="Atelier des possibles")
    return _with_grid(user, convention)


def collective(jours: str = "6") -> SimpleNamespace:
    """A mission for four structures in two groups, its grid prepared."""
    user = member()
    actor = actor_of(user)
    ingenierie = ingenierie_of(actor.organisation, charge_mission=user)
    groups = [Groupe.objects.create(ingenierie=ingenierie, nom=nom) for nom in ("Groupe nord", "Groupe sud")]
    for number in range(4):
        structure = StructureFactory(organisation=actor.organisation, contact_email=f"s{number}@example.org")
        structures.add_structures(ingenierie, [structure.pk], actor=actor)
        row = StructureCiblee.objects.get(ingenierie=ingenierie, structure=structure)
        QuerySet(StructureCiblee).filter(pk=row.pk).update(state="confirmee")
        MembreGroupe.objects.create(groupe=groups[number % 2], structure_ciblee=row)
    convention = signed(ingenierie, jours=jours, name="Les passeurs")
    return _with_grid(user, convention)


def _with_grid(user, convention: Convention) -> SimpleNamespace:
    actor = actor_of(user)
    grille = prepare_grille(convention, actor=actor)
    return SimpleNamespace(
        user=user,
        actor=actor,
        convention=convention,
        ingenierie=convention.ingenierie,
        grille=fresh(grille),
        referent=referent(convention),
    )


def fresh(questionnaire: Questionnaire) -> Questionnaire:
    return Questionnaire.objects.select_related(
        "ingenierie__pilote", "ingenierie__charge_mission", "convention__choix__prestataire", "convention__ingenierie",
        "convention__version_cahier", "suivi_grille",
    ).get(pk=questionnaire.pk)  # fmt: skip


def opened(w: SimpleNamespace) -> Questionnaire:
    """Its grid, open to answers."""
    questionnaires.perform_action(w.grille, "ouvrir", actor=w.actor, expected_state="preparation")
    return fresh(w.grille)


def fill(row: Repondant, actor: Actor, *, non=(), textes=None, voie: str = "", nom_visible: bool | None = None):
    """Answer « oui » to everything, « non » to some rows, with some words."""
    textes = textes or {}
    row.questionnaire = fresh(row.questionnaire)
    valeurs = {}
    for code, ligne in lignes_for(row.questionnaire, row.sorte).items():
        if ligne.si is not None and ligne.si.question not in non:
            continue
        valeur = ("non" if code in non else "oui") if ligne.choix else ""
        if valeur or textes.get(code):
            valeurs[code] = (valeur, textes.get(code, ""))
    details = {"le": clock.today()} if voie else {}
    if nom_visible is not None:
        details["nom_visible"] = nom_visible
    return questionnaires.answer(row, valeurs, actor, True, voie=voie, details=details)


def of_kind(questionnaire: Questionnaire, sorte: str) -> list[Repondant]:
    return list(Repondant.objects.filter(questionnaire=questionnaire, sorte=sorte).order_by("pk"))


def answered(w: SimpleNamespace, **kwargs) -> Questionnaire:
    """Open, its first part filled, and answered by all those who are asked (``kwargs``: see :func:`fill`)."""
    grille = opened(w)
    fill(of_kind(grille, "charge_mission")[0], w.actor)
    for sorte in ("structure", "participant"):
        for row in of_kind(grille, sorte):
            fill(row, w.actor, voie="telephone", **kwargs)
    return fresh(grille)
