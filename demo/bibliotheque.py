"""The library of the demonstration: its resources, each brought to its state by those who act, on the days said."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from accounts import services as accounts
from accounts.models import Organisation
from capitalisation.bibliotheque.enums import AVEC_FICHIERS, EtatRessource, Lecteurs, Licence, Support
from capitalisation.bibliotheque.models import Ressource
from capitalisation.bibliotheque.services import depot, lecteurs
from capitalisation.bibliotheque.services import ressources as life
from capitalisation.comite.models import AvisEditorial, Examen
from capitalisation.comite.services.examens import en_cours
from capitalisation.recherche import services as searches
from capitalisation.recherche.recherche import Criteres
from capitalisation.recits.models import Recit
from capitalisation.usages.enums import EtatLien
from capitalisation.usages.models import VerificationLien
from capitalisation.usages.services import verification
from core import clock
from core.actor import Actor
from demo import bibliotheque_fichiers as fichiers
from demo import comite_editorial, data, dates, usages
from demo.marks import Marks
from demo.people import World
from referentiels import lists
from referentiels.models import Departement, Region, Secteur, TypePrestation

E = EtatRessource
#: Nothing is older: the committees sit since a few days more.
AU_PLUS = 690
#: Opened to everybody though they are not references; closed to the région; one whose opening is asked.
OUVERTES = ("lettre-appuis-centre", "res-mono-comptes-theatre", "obs-temps-donne-hauts-de-france")
REGION, DEMANDEE = "aides-caf-projets-familles", "obs-emploi-associatif-centre"
#: A search that somebody keeps: (organisation, name, criteria).
GARDEE = ("dla-45", "Gestion financière, à jour", "theme=gestion-financiere&verification=a_jour")
_PLAIN = (
    "titre", "resume", "sorte", "support", "echelle", "sous_echelle", "usage", "apport", "cercle", "contribution",
    "licence", "mots_cles", "actions",
)  # fmt: skip
_DEFAUT = "administrateur"


def load(marks: Marks, world: World) -> None:
    """Write what is not there yet, then what readers did with it."""
    recits = Recit.objects.select_related("organisation", "ingenierie__charge_mission", "ingenierie__pilote__region")
    told = {key: recits.get(pk=pk) for key, pk in marks.starting("recit:").items()}
    found: dict[str, Ressource] = {}
    for number, row in enumerate(data.ressources()):
        key = f"ressource:{row['cle']}"
        if key not in marks:
            with transaction.atomic():
                marks.set(key, _Histoire(world, row, told, number).tell())
        found[row["cle"]] = Ressource.objects.get(pk=marks.id_of(key))
    usages.load(marks, world, found)
    if "bibliotheque" not in marks:
        with transaction.atomic():
            _links(found)
            _search(world)
            marks.set("bibliotheque")


class _Histoire:
    """What happened to one resource; nothing happens before what came before it."""

    def __init__(self, world: World, row: dict[str, Any], recits: dict[str, Recit], number: int) -> None:
        self.world, self.row, self.number = world, row, number
        self.recit = recits.get(row.get("fiche_experience") or row.get("monographie") or "")
        self.last = dates.moment(clock.today() - dt.timedelta(days=AU_PLUS + 30))
        oldest = AU_PLUS
        if self.recit is not None:
            # It is « arrêté » before it is deposited.
            self.last = self.recit.versions.order_by("-numero").values_list("le", flat=True)[0]
            oldest = min(oldest, (clock.now() - self.last).days)
        self.scale = min(1.0, oldest / row["depose_jours"])
        self.etat = EtatRessource(row["etat"])
        self.ressource: Ressource

    # --- When and who -------------------------------------------------------------------------------------------------

    def day(self, days: float) -> dt.date:
        """The working day that is so many days of the data before the load."""
        day = dates.next_working_day(clock.today() - dt.timedelta(days=round(days * self.scale)))
        return min(day, dates.yesterday())

    def at(self, days: float, minute: int) -> Any:
        """On that day, after what came before."""
        moment = dates.moment(self.day(days), minute + self.number)
        self.last = max(moment, self.last + dt.timedelta(minutes=25))
        return clock.replay(self.last)

    def writer(self, organisation: Organisation) -> Actor:
        keys = {row.pk: key for key, row in self.world.organisations.items()}
        return self.world.writers[keys[organisation.pk]][0]

    @property
    def author(self) -> Actor:
        """Who writes the récit it is made of, or in its organisation."""
        if self.recit is not None and self.recit.ingenierie is not None:
            return accounts.actor_for(self.recit.ingenierie.charge_mission)
        if self.recit is not None:
            return self.writer(self.recit.organisation)
        return self.world.writers[self.row["contributeur"]][0]

    @property
    def avise(self) -> Actor:
        return self.world.writers["avise"][0]

    @property
    def regional(self) -> Actor:
        """Who decides in its région, or where there is none."""
        region = self.ressource.region
        return self.world.writers[self.world.c2ra_of(region.code)][0] if region is not None else self.avise

    # --- Its life -----------------------------------------------------------------------------------------------------

    def tell(self) -> Ressource:
        deposited, decided = self.row["depose_jours"], self.row["decide_jours"]
        avis = self.row["avis"]
        first = max((row["jours"] for row in avis), default=decided or deposited)
        national = self.etat == E.REFERENCE_NATIONALE
        proposed = deposited - 1 if national or not avis else min(deposited - 1, first + 4)
        with self.at(deposited, 15):
            self.ressource = depot.deposit(
                self.values(verified_by=deposited),
                actor=self.author, recit=self.recit, questionnaire=self.questionnaire(), fichiers=self.files(),
            )  # fmt: skip
        if self.etat == E.BROUILLON:
            return self.ressource
        with self.at(proposed, 40):
            self.verified(proposed)
            self.act("proposer", self.author)
        if national:
            self.examined(self.generic(proposed))
            with self.at((proposed + first) / 2, 90):
                self.act("publier", self.regional)
            with self.at(first + 2, 110):
                self.act("proposer_nationale", self.regional)
            self.examined(avis)
            with self.at(decided, 200):
                self.act("promouvoir", self.avise)
        else:
            self.examined(avis)
            self.decided(decided)
        if self.ressource.est_publiee:
            self.verified_again(first)
            self.opened()
        return self.fresh()

    def decided(self, decided: int | None) -> None:
        """What its committee decided, and what came next."""
        if self.etat == E.PROPOSEE:
            return
        if self.etat == E.A_COMPLETER:
            asked = [row["texte"] for row in self.row["avis"] if row["qualite"] != "favorable"]
            with self.at(decided or 10, 200):
                self.act("demander_complement", self.regional, "\n".join(asked))
            return
        archived = self.etat == E.ARCHIVEE
        with self.at(min((r["jours"] for r in self.row["avis"]), default=decided) if archived else decided, 200):
            self.act("publier", self.regional)
        if archived:
            with self.at(decided or 90, 150):
                self.act("archiver", self.author, self.row["motif_archivage"])
        if self.etat == E.PROPOSEE_NATIONALE:
            # The national committee reads it now: some of its members have answered.
            self.scale = 1.0
            since = 15 - 2 * (self.number % 4)
            with self.at(since, 130):
                self.act("proposer_nationale", self.regional)
            self.examined(self.generic(since)[: self.number % 3])

    def fresh(self) -> Ressource:
        related = ("contributeur__region", "region", "recit", "auteur")
        return Ressource.objects.select_related(*related).get(pk=self.ressource.pk)

    def act(self, action: str, actor: Actor, reason: str = "") -> None:
        now = self.fresh()
        life.perform_action(
            now, action, actor=actor, expected_state=now.state, version=now.version, reason=reason
        )  # fmt: skip
        self.ressource = self.fresh()

    def examined(self, rows: list[dict[str, Any]]) -> None:
        """The avis of those who sit, each on its day."""
        examen = en_cours(self.ressource)
        if examen is None or not rows:
            return
        comite_editorial.donner(examen, [{**row, "jours": round(row["jours"] * self.scale)} for row in rows])
        given = AvisEditorial.objects.filter(examen=examen).order_by("-rendu_le").values_list("rendu_le", flat=True)
        self.last = max(self.last, given[0])

    def generic(self, since: int) -> list[dict[str, Any]]:
        """As many avis as the committee needs, without more words, in the days after ``since``."""
        examen: Examen = en_cours(self.ressource)
        sitting = examen.comite.membres.actifs().order_by("pk")[: examen.comite.quorum]
        return [
            {"qui": membre.qualite, "qualite": "favorable", "portee": "nationale", "jours": max(since - n - 1, 1)}
            | {"texte": "" if n else "Se reprend ailleurs sans y toucher."}
            for n, membre in enumerate(sitting)
        ]

    # --- What it is ---------------------------------------------------------------------------------------------------

    def values(self, *, verified_by: int) -> dict[str, Any]:
        """As the deposit takes them; who verified it, when that was done before."""
        row, where = self.row, self.row["teste_sur"]
        region, departements, secteurs = lists.by_code(Region), lists.by_code(Departement), lists.by_code(Secteur)
        told = {name: row[name] for name in _PLAIN}
        told |= {name: row["definition"].get(name, "") for name in ("technique", "pratique", "accessible")}
        told |= {
            "producteur": row.get("producteur") or self.maker(),
            "teste_sur": (where or {}).get("libelle") or "",
            "verdict": row["verdict"] or "",
            "region": region.get(row["region"]),
            "lien": row.get("lien") or "",
            "themes": [lists.by_code(TypePrestation)[code] for code in row["themes"]],
            "secteurs": [secteurs[code] for code in row["secteurs"]],
            "departements": [departements[code] for code in row["departements"]],
        }
        if told["lien"] and "fichier" not in row:
            told["support"] = Support.LIEN
        if (row["verifie_jours"] or 0) >= verified_by:
            told |= self.verification(row["verifie_jours"])
        return told

    def maker(self) -> str:
        """Of a récit that the team of the ingénierie deposits: who gathered it."""
        organisation = self.world.organisations[self.row["contributeur"]]
        return organisation.name if self.recit is not None and self.recit.organisation_id != organisation.pk else ""

    def verification(self, days: float) -> dict[str, Any]:
        day = self.day(days)
        until = clock.months_after(day, self.row["a_reverifier_mois"])
        return {
            "verifie_par": self.row["verifie_par"] or _DEFAUT, "verifie_le": day, "a_reverifier_le": until
        }  # fmt: skip

    def verified(self, proposed: float) -> None:
        """Before it is proposed, somebody has verified it."""
        if self.ressource.verifie_le is None:
            told = self.verification(max(self.row["verifie_jours"] or proposed, proposed))
            now = self.fresh()
            self.ressource = depot.update(now, told, actor=self.author, expected_version=now.version)

    def verified_again(self, first: int) -> None:
        """Some were verified again since they are published."""
        days = self.row["verifie_jours"] or first
        told = self.verification(days)
        if told["verifie_le"] <= self.ressource.publiee_le.date():
            return
        self.last = max(self.last, self.ressource.publiee_le)
        with self.at(days, 260):
            now = self.fresh()
            told["verifie_le"] = clock.today()
            self.ressource = verification.verify(now, told, actor=self.author, expected_version=now.version)

    def files(self) -> list[Any]:
        held = self.row.get("fichier")
        return [fichiers.fichier(held)] if held and self.row["support"] in AVEC_FICHIERS else []

    def questionnaire(self) -> Any:
        if self.row["support"] != Support.QUESTIONNAIRE:
            return None
        organisation = self.world.organisations[self.row["contributeur"]]
        return fichiers.modele(self.row["titre"], self.row["fichier"]["texte"], organisation)

    def opened(self) -> None:
        """The references are open to everybody when their licence allows it; the others to the network."""
        cle = self.row["cle"]
        everybody = self.etat == E.REFERENCE_NATIONALE or cle in OUVERTES
        if everybody and self.ressource.licence != Licence.RESEAU:
            with self.at(1, 180):
                self.ressource = lecteurs.open_to(self.fresh(), Lecteurs.PUBLIC, actor=self.avise)
        elif cle == REGION:
            with self.at(1, 180):
                self.ressource = lecteurs.open_to(self.fresh(), Lecteurs.REGION, actor=self.author)
        elif cle == DEMANDEE:
            with self.at(2, 180):
                self.ressource = lecteurs.ask(self.fresh(), Lecteurs.PUBLIC, actor=self.author)


def _links(found: dict[str, Ressource]) -> None:
    """Their links answered last night; that of one is dead, as a reader reported."""
    with clock.replay(dates.moment(dates.yesterday(), 30)):
        for ressource in found.values():
            if ressource.lien and ressource.est_publiee:
                VerificationLien.objects.get_or_create(
                    ressource=ressource,
                    defaults={"adresse": ressource.lien, "etat": EtatLien.BON, "verifie_le": clock.now()},
                )


def _search(world: World) -> None:
    key, nom, criteres = GARDEE
    with clock.replay(dates.moment(dates.yesterday() - dt.timedelta(days=20), 75)):
        searches.keep(Criteres.lire(criteres), {"nom": nom, "prevenir": True}, actor=world.writers[key][0])
