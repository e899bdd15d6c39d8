"""The SLOT case of 000, as a dossier: a C2RA pilot, five DLA, sixty offices de tourisme. Names are invented."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from consultations.cahier import annexes, services
from consultations.cahier.models import CahierDesCharges
from core.actor import Actor
from engagement.budget.services.lignes import add_charge
from engagement.objectifs.services import add_resultat, set_objectifs
from engagement.partenaires.services import add_partenaire
from mobilisation.groupes.services import add_groupe
from mobilisation.projet.services import update_cadre_evaluation, update_projet
from mobilisation.scenarios.services import add_scenario, keep_scenario
from projects.identification.services import update_section
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import update_type
from projects.structures_ciblees.models import StructureCiblee
from structures.annuaire.models import Structure
from structures.plans.services import actualise
from tests.factories import (
    BrancheFactory,
    DepartementFactory,
    OrganisationFactory,
    PartenaireFactory,
    RegionFactory,
    SecteurFactory,
    TypePrestationFactory,
    diagnostic_of,
    ingenierie_of,
    member,
    plan_of,
)

SYSTEM = Actor.system("recette")
DEPARTEMENTS = (
    ("18", "Cher"),
    ("28", "Eure-et-Loir"),
    ("36", "Indre"),
    ("37", "Indre-et-Loire"),
    ("41", "Loir-et-Cher"),
)
COMMUNES = (
    "Sainte-Colombe-sur-Arnon", "Bois-Fleuri", "Vallon-en-Berry", "Saint-Ambroix", "Pont-l’Évêché", "Longchamp",
    "Le Blanc-Moulin", "Beauval-les-Étangs", "Montrichemont", "Chaumont-le-Vieux", "Azay-la-Rivière", "Tournon-la-Tour",
)  # fmt: skip
DEADLINE = dt.datetime(2027, 1, 15, 16, 0, tzinfo=dt.UTC)


def ingenierie(structures: int = 60, **values) -> Ingenierie:
    """The dossier, brought by the services to where the cahier des charges is written."""
    region = RegionFactory(centre=True)
    departements = [DepartementFactory(code=code, label=label, region=region) for code, label in DEPARTEMENTS]
    tourisme = SecteurFactory(code="tourisme", label="Tourisme")
    branche = BrancheFactory(code="accueil-recette", label="Accueil et information", secteur=tourisme)
    c2ra = OrganisationFactory(
        c2ra=True,
        name="C2RA Centre",
        region=region,
        structure_porteuse="Groupement régional d’appui",
        address="10 rue des Tilleuls\n45000 Orléans",
        email="c2ra@example.org",
        phone="02 38 00 00 00",
    )
    dlas = [OrganisationFactory(name=f"DLA {d.label}", region=region, departements=[d]) for d in departements]
    charge = member(
        c2ra, first_name="Camille", last_name="Berthier", email="camille.berthier@example.org",
        fonction="chargée de mission", phone="02 38 00 00 01",
    )  # fmt: skip
    themes = [TypePrestationFactory(code="management-grh", label="Management / GRH")]
    dossier = ingenierie_of(
        c2ra,
        titre="Aide à la mise en œuvre des schémas locaux d’organisation touristique",
        accroche="Soixante offices de tourisme s’organisent pour accueillir autrement",
        charge_mission=charge,
        associes=dlas,
        departements=departements,
        secteurs=[tourisme],
        themes=themes,
        date_debut=dt.date(2027, 3, 1),
        date_fin=dt.date(2027, 10, 29),
        **values,
    )
    _identifier(dossier)
    _engager(dossier, c2ra)
    _structures(dossier, dlas, departements, tourisme, branche, structures)
    confirmer(dossier)
    return Ingenierie.objects.get(pk=dossier.pk)


def _identifier(dossier: Ingenierie) -> None:
    for section, values in {
        "problematique": {
            "contexte": "Les schémas locaux d’organisation touristique redessinent, pays par pays, la répartition des "
            "missions d’accueil, d’information et de promotion entre offices de tourisme et syndicats d’initiative.\n\n"
            "Le groupement régional des offices de tourisme a saisi le C2RA : la mise en œuvre de ces schémas amène "
            "les "
            "structures à une forte réorganisation interne, notamment sur la question des ressources humaines.",
            "enjeux": "Sans préparation, les fusions et les mutualisations de postes se feront dans l’urgence, au "
            "détriment des équipes, des bénévoles et de la qualité de l’accueil.",
            "besoins": "Les structures ont besoin de clarifier leurs missions, de revoir leurs fiches de poste, "
            "d’organiser le travail à l’échelle de plusieurs communes et de préparer leurs instances au changement.",
            "origines": ["sollicitation", "diagnostics", "structures"],
            "origines_precisions": "Les unions départementales, les comités départementaux du tourisme et les conseils "
            "généraux ont aidé à cerner les besoins.",
        },
        "ciblage": {
            "territoire": "Cinq départements de la région, tous les pays engagés dans un schéma local.",
            "secteur": "Tourisme : offices de tourisme et syndicats d’initiative associatifs.",
            "poids": "D’un à douze salariés ; une part importante de saisonniers et de bénévoles.",
        },
        "role_dla": {
            "legitimite": ["mission", "territoire"],
            "idee": "Le C2RA et les cinq DLA proposent une démarche unique, déclinée dans chaque département, pour que "
            "les structures construisent ensemble leur nouvelle organisation.",
            "contenu": "Une journée régionale d’information permet à chacune de se situer et de s’inscrire ; cinq "
            "modules "
            "de trois journées réunissent ensuite les structures de chaque département.",
            "coherence": "La réorganisation figure dans plus de la moitié des plans d’accompagnement des structures. "
            "La mission traite l’organisation et les ressources humaines ; la gestion financière et la "
            "commercialisation "
            "relèvent d’autres appuis, déjà engagés.",
        },
    }.items():
        update_section(dossier, section, actor=SYSTEM, expected_version=None, values=values)
    update_type(
        dossier,
        actor=SYSTEM,
        expected_version=None,
        type_ingenierie="solution_mixte",
        motif="Le besoin est commun, mais chaque structure doit repartir avec sa propre organisation : temps "
        "collectifs "
        "par département et production individuelle alternent.",
    )


def _engager(dossier: Ingenierie, c2ra) -> None:
    set_objectifs(
        dossier,
        actor=SYSTEM,
        propres_strategiques=[
            "Fournir aux offices de tourisme les méthodes et outils pour conduire leur réorganisation dans le cadre "
            "des "
            "schémas locaux"
        ],
        operationnels={
            "innovation": "créer de nouvelles actions et de nouveaux outils",
            "partenariats": "",
            "adaptabilite": "anticiper et accompagner le changement",
        },
        objet="La démarche entière et les modules départementaux.",
        raisons="Savoir si les structures ont pu se réorganiser, et ce que la méthode a d’utile ailleurs.",
    )
    for libelle, cible in (
        ("Chaque structure dispose d’un schéma d’organisation cohérent avec le schéma local", "60 structures"),
        ("Les fiches de poste sont revues et partagées avec les équipes", ""),
        ("Une organisation commune de l’accueil est arrêtée dans chaque département", "5 départements"),
    ):
        add_resultat(dossier, {"libelle": libelle, "cible": cible}, actor=SYSTEM)
    for name, famille, values in (
        ("Union départementale des offices de tourisme du Cher", "reseaux_beneficiaires",
         {"roles": "ciblage, animation des modules avec le prestataire", "comite_pilotage": True,
          "systeme_intervenant": True}),
        ("Comité départemental du tourisme de l’Indre", "reseaux_beneficiaires",
         {"roles": "apport de données, intervention ponctuelle", "systeme_intervenant": True}),
        ("Groupement régional des offices de tourisme", "reseaux_beneficiaires",
         {"roles": "origine de la demande, mobilisation des structures", "comite_pilotage": True}),
        ("Conseil régional", "financeurs", {"roles": "cofinancement", "comite_pilotage": True}),
        ("Fonds d’assurance formation du tourisme", "financeurs", {"roles": "prise en charge des salariés"}),
    ):  # fmt: skip
        partner = PartenaireFactory(organisation=c2ra, name=name, famille=famille)
        add_partenaire(dossier, partner, actor=SYSTEM, values=values)
    add_charge(
        dossier,
        {"nature": "realisation", "libelle": "Modules départementaux", "montant": Decimal("15000.00")},
        actor=SYSTEM,
    )


def _structures(dossier, dlas, departements, tourisme, branche, count: int) -> None:
    rows = []
    for i in range(count):
        index = i % len(departements)
        rows.append(
            Structure(
                organisation=dlas[index],
                name=f"Office de tourisme de {COMMUNES[i % 12]}" + (f" {i // 12 + 1}" if i >= 12 else ""),
                commune=COMMUNES[i % 12],
                departement=departements[index],
                secteur=tourisme,
                branche=branche,
                annee_creation=1962 + i % 45,
                etp=Decimal(i % 11) + Decimal("0.5"),
                benevoles=8 + i % 30,
                budget=Decimal(62000 + 3150 * (i % 29)),
                contact_name="Personne à ne pas diffuser",
                contact_email="secret@example.org",
                contact_phone="06 99 99 99 99",
                search_text=f"office {i:03d}",
            )
        )
    Structure.objects.bulk_create(rows)
    made = Structure.objects.filter(organisation__in=dlas).order_by("pk")
    StructureCiblee.objects.bulk_create(
        StructureCiblee(ingenierie=dossier, structure=s, state="confirmee" if n % 4 else "interessee")
        for n, s in enumerate(made)
    )
    for dla, departement in zip(dlas, departements, strict=True):
        chosen = StructureCiblee.objects.filter(ingenierie=dossier, structure__organisation=dla)
        if chosen:
            add_groupe(
                dossier,
                actor=SYSTEM,
                values={"nom": f"Groupe {departement.label}", "profil": "Structures d’un même département."},
                structures=chosen,
            )


def confirmer(dossier: Ingenierie) -> None:
    """The projet d’intervention, the cadre de l’évaluation, the scenario kept."""
    update_projet(
        dossier,
        actor=SYSTEM,
        expected_version=None,
        values={
            "objectifs_collectifs": "Bâtir une organisation commune de l’accueil dans chaque département.",
            "objectifs_individuels": "Repartir avec son propre schéma d’organisation.",
            "systeme_intervenant": "Un prestataire, avec l’union départementale et le comité départemental du tourisme "
            "de chaque département.",
            "temps_pilote": "Le C2RA ouvre la journée régionale ; chaque DLA est présent au début et à la fin de son "
            "module.",
            "jours": Decimal("16"),
        },
    )
    update_cadre_evaluation(
        dossier,
        actor=SYSTEM,
        expected_version=None,
        values={
            "objet": "La démarche entière et les modules.",
            "registres": ["pertinence", "efficacite"],
            "outils": "Questionnaire aux structures à la fin de chaque module, entretien avec les partenaires.",
            "participation_intervenants": "Le prestataire remet une fiche de suivi à la fin de chaque étape, "
            "distribue le "
            "questionnaire et commente les réponses sans les modifier.",
        },
    )
    scenario = add_scenario(
        dossier,
        actor=SYSTEM,
        values={
            "nom": "Cinq modules décentralisés",
            "rythme": "Trois journées par module, espacées de trois semaines.",
            "duree": "Huit mois de la journée régionale à la restitution.",
            "periode": "Hors saison : de mars à juin, puis en octobre.",
            "lieu": "Au chef-lieu de chaque département, dans les locaux de l’union départementale.",
            "logistique": "Salle et repas à la charge des unions départementales.",
        },
    )
    keep_scenario(scenario, actor=SYSTEM)


#: What the project cannot know: typed in the cahier itself.
TYPED = {
    "objectifs": {"finalite": "outillage"},
    "contenu": {
        "productions": "À la fin de la mission, il est attendu que les structures possèdent :\n"
        "- un schéma d’organisation par structure ;\n- les fiches de poste revues ;\n"
        "- une charte d’accueil commune par département ;\n- le rapport final de mission, remis aussi au C2RA.",
        "hors_site": "La préparation des modules et la mise en forme des schémas d’organisation, dans la limite de "
        "deux "
        "jours ; leur contenu précis figure dans la proposition.",
    },
    "calendrier": {
        "jours_min": Decimal("15"),
        "jours_max": Decimal("17.5"),
        "jours_collectifs_site": Decimal("16"),
        "cout_jour": Decimal("850.00"),
        "cout_precisions": "Frais de déplacement et de repas compris.",
        "date_restitution": dt.date(2027, 10, 22),
        "calendrier": "- 2 mars 2027 : journée régionale ;\n- de mars à juin : quatre modules ;\n- octobre : cinquième "
        "module et restitution au comité de pilotage.",
    },
    "reponse": {"date_limite": DEADLINE},
    "annexes": {
        "diagnostic": "synthese",
        "diagnostic_synthese": "Sur quarante-deux diagnostics, trente et un citent l’organisation du travail comme "
        "premier "
        "point faible ; dix-neuf structures n’ont pas de fiches de poste.",
    },
}


def cahier(dossier: Ingenierie | None = None, **values) -> CahierDesCharges:
    """A complete cahier des charges, at « brouillon »."""
    dossier = dossier or ingenierie(**values)
    made = services.create_cahier(dossier, SYSTEM)
    for code, typed in TYPED.items():
        services.update_section(made, code, typed, actor=SYSTEM)
    return CahierDesCharges.objects.get(pk=made.pk)


def diffused(**values):
    """A diffused cahier; its PDF is asked for, not made yet."""
    written = services.valider(cahier(**values), SYSTEM)
    return services.diffuser(written, SYSTEM)


def annex(cahier: CahierDesCharges) -> None:
    """Two structures' documents go with ``cahier``: the diagnostic and the plan of one, a synthesis of the other's."""
    one, other = cahier.structures_presentees().order_by("pk")[:2]
    diagnostic_of(one.structure, shared=True, problemes="Les missions de chacun ne sont écrites nulle part.")
    actualise(plan_of(one.structure, lignes=2), actor=SYSTEM)
    agreed = {"accord_le": dt.date(2026, 11, 20), "accord_par": "La présidente"}
    annexes.save_annexe(cahier, one, {"diagnostic": "complet", "plan": True, **agreed}, actor=SYSTEM)
    annexes.save_annexe(cahier, other, {"diagnostic": "synthese", "synthese": "Trois points.", **agreed}, actor=SYSTEM)


def diffused_with_annexes() -> CahierDesCharges:
    """A small cahier diffused with what two structures agreed to give."""
    written = cahier(structures=2)
    services.update_section(written, "annexes", {"diagnostic": "complet"}, actor=SYSTEM)
    annex(written)
    return services.diffuser(services.valider(again(written), SYSTEM), SYSTEM)


def again(cahier: CahierDesCharges) -> CahierDesCharges:
    """The row as recorded now."""
    return CahierDesCharges.objects.get(pk=cahier.pk)


def begin(ingenierie, debut, fin=None) -> None:
    """Give the intervention its dates, where they are typed."""
    update_projet(ingenierie, actor=SYSTEM, expected_version=None, values={"date_debut": debut, "date_fin": fin})
