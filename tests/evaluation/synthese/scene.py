"""A dossier whose evaluation is written, as tests and samples of documents need it."""

from __future__ import annotations

from core.actor import Actor
from evaluation.synthese.models import Synthese
from evaluation.synthese.services import diffusion
from evaluation.synthese.services import synthese as services
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import touch
from projects.structures_ciblees.models import StructureCiblee
from tests.factories import StructureFactory
from tests.missions import mission

SYSTEM = Actor.system("recette")
TEXTES = {
    "rappel": "La problématique de départ, les trois objectifs et le tableau des résultats fixés.",
    "derniers_elements": "Deux structures rappelées ; une seule n’a pas répondu.",
    "sources": "- Comptes rendus des quatre séances\n- Rapport final du prestataire",
    "methode_collecte": "Un questionnaire à chaque participant, puis cinq entretiens d’une demi-heure.",
    "coherence": "Les journées convenaient aux objectifs ; la dernière venait trop tard.",
    "complementarite": "Le collectif et l’individuel se sont répondu d’une séance à l’autre.",
    "pertinence": "Les objectifs répondaient au manque de méthode relevé au départ.",
    "efficacite": "Trois résultats sur quatre sont atteints.",
    "efficience": "Le coût par structure est resté celui du budget.",
}


def fresh(synthese: Synthese) -> Synthese:
    """The same, as the database has it."""
    found = Synthese.objects.select_related("ingenierie__pilote__region").get(pk=synthese.pk)
    found.ingenierie.refresh_from_db()
    return found


def with_structures(ingenierie: Ingenierie, count: int, state: str = "confirmee") -> list[StructureCiblee]:
    """So many structures of the dossier, each with somebody to write to."""
    rows = []
    for _ in range(count):
        number = StructureCiblee.objects.count() + 1
        structure = StructureFactory(
            organisation=ingenierie.pilote,
            contact_name=f"Personne {number}",
            contact_email=f"structure{number}@example.org",
            budget=123_456,
        )
        rows.append(StructureCiblee.objects.create(ingenierie=ingenierie, structure=structure, state=state))
    touch(ingenierie.pk, structures=True)
    return rows


def signed(pilote=None, structures: int = 3) -> Ingenierie:
    """A dossier whose convention is signed, with its structures."""
    ingenierie = mission.signed(mission.to_sign(mission.complete(mission.dossier(pilote)))).ingenierie
    with_structures(ingenierie, structures)
    return Ingenierie.objects.select_related("pilote__region").get(pk=ingenierie.pk)


def begun(ingenierie: Ingenierie | None = None) -> Synthese:
    return services.begin(ingenierie or signed(), actor=SYSTEM)


def written(ingenierie: Ingenierie | None = None) -> Synthese:
    """All its texts are there."""
    return fresh(services.write(begun(ingenierie), TEXTES, actor=SYSTEM))


def moved(synthese: Synthese, action: str, actor: Actor = SYSTEM, reason: str = "") -> Synthese:
    found = fresh(synthese)
    return fresh(
        services.perform_action(found, action, actor=actor, expected_state=found.state, reason=reason)
    )  # fmt: skip


def shared(ingenierie: Ingenierie | None = None) -> Synthese:
    return moved(written(ingenierie), "partager")


def fixed(ingenierie: Ingenierie | None = None) -> Synthese:
    return moved(written(ingenierie), "arreter")


def recipient(synthese: Synthese, email: str = "elle@example.org", **values):
    told = {"sorte": "autre", "organisme": "Fédération", "nom": "Elle Exemple", "email": email, **values}
    return diffusion.add_destinataire(synthese, told, actor=SYSTEM)
