"""The moments of the cycle, as a chargé de mission lives them in the pages: each types what a case says.

A case is a row of demo/data/ingenieries_reelles.yaml.
"""

from __future__ import annotations

import re

from playwright.sync_api import expect

from demo import data
from engagement.budget.enums import NatureRessource
from engagement.objectifs.enums import ObjectifOperationnel, ObjectifStrategique
from mobilisation.projet.enums import REGISTRE_QUESTION, Registre
from partners.directory.enums import Famille
from projects.enums import Legitimite, Origine, TypeIngenierie
from tests.browser.walking import Walker, days_ago
from tests.factories import siret_of

# --- Identifier -----------------------------------------------------------------------------------------------------


def identify(she: Walker, row: dict) -> None:
    """Write the problématique, the target, the role of the DLA."""
    told, target, role = row["problematique"], row["ciblage"], row["role_dla"]
    she.edit(
        "Modifier la problématique",
        {
            "Contexte": told["contexte"],
            "Enjeux": told["enjeux"],
            "Besoins repérés": told["besoins"],
            "Méthode de validation de la problématique": told["validation"],
        },
        ticks=[Origine(code).label for code in told["origines"]],
        told="La problématique est enregistrée",
        look="problematique",
    )
    she.tab("Ciblage")
    she.edit(
        "Modifier le ciblage",
        {
            "Territoire": target["territoire"],
            "Les structures viennent-elles exclusivement du territoire d’intervention du DLA ?": "Oui",
            "Secteur d’activité, branche, filière": target["secteur"],
            "Projet et dynamique des structures": target["projet"],
            "Poids économique et social, taille": target["poids"],
            "Compétences au sein des structures": target["competences"],
            "Savoir-faire requis pour l’ingénierie": target["savoir_faire"],
        },
        told="Le ciblage est enregistré",
    )
    she.tab("Rôle du DLA")
    she.edit(
        "Modifier le rôle du DLA",
        {
            "Capacité d’accès aux acteurs accompagnables": role["acces"],
            "Idée du projet, de l’action": role["idee"],
            "Contenu de la démarche": role["contenu"],
            "Modalités de la démarche": role["modalites"],
            "Cohérence de la démarche": role["coherence"],
        },
        ticks=[Legitimite(code).label for code in role["legitimite"]],
        told="Le rôle du DLA est enregistré",
    )


def choose_type(she: Walker, row: dict, answers: list[str], motif: str) -> None:
    """Ask the aid, then choose the type of the case."""
    she.tab("Présentation")
    she.follow("Choisir le type")
    for answer in answers:
        she.pick(answer)
    she.press("Suggérer un type")
    she.reads("Suggestion :")
    she.look("type")
    she.pick(TypeIngenierie(row["type"]).label)
    she.write({"Pourquoi ce type": motif})
    she.press("Enregistrer")
    she.is_told("Le type d’ingénierie est enregistré")


def pick_structures(she: Walker) -> None:
    """Take the whole directory, page after page."""
    she.tab("Structures")
    she.follow("Choisir dans l’annuaire")
    she.reads("60 structures", "DLA 18 (Cher)")
    for number in (1, 2, 3):
        she.reads(f"Page {number} sur 3")
        she.tick("Cocher toutes les structures affichées")
        if number == 2:
            she.look("choix")
        if number < 3:
            she.page.get_by_role("link", name="Suivante", exact=True).click()
    expect(she.page.get_by_role("checkbox", name=re.compile("^Office de tourisme"), checked=True)).to_have_count(60)
    she.write({"Comment elles ont été repérées": "Liste du groupement régional"})
    she.press("Ajouter les structures cochées")
    she.is_told("60 structures ajoutées")
    she.look("structures")


def inscribe_from_the_project(she: Walker) -> list[str]:
    """Five associations, inscribed from the ingénierie with their SIRET; the first one is typed wrong."""
    she.tab("Structures")
    names = [name for name in data.names()["noms"]["culture"] if "{" not in name][:5]
    for number, name in enumerate(names, start=1):
        siret = siret_of(41_000_000 + number)
        she.follow("Nouvelle structure")
        she.write(
            {
                "Nom": name,
                "SIRET": siret,
                "Commune": "Issoudun",
                "Département": "Indre (36)",
                "Secteur d’activité": "Culture",
                "Emplois (ETP)": "2,5",
                "Comment elle a été repérée": "Diagnostic",
            }
        )
        if number == 1:
            mistyped = siret[:-1] + str((int(siret[-1]) + 1) % 10)
            she.write({"SIRET": mistyped})
            she.press("Inscrire et ajouter")
            she.is_refused("Ce numéro SIRET n’existe pas : sa clé de contrôle est fausse. Vérifiez chaque chiffre.")
            she.look("siret-faux")
            for label, typed in {"Nom": name, "SIRET": mistyped, "Commune": "Issoudun", "Emplois (ETP)": "2,5"}.items():
                expect(she.field(label)).to_have_value(typed)
            she.write({"SIRET": siret})
        she.press("Inscrire et ajouter")
        she.is_told(f"« {name} » est inscrite à l’annuaire et ajoutée")
    she.reads("0 structure confirmée sur 5 repérées")
    she.look("structures-inscrites")
    return names


def tick_the_checklist(she: Walker) -> None:
    """One click ticks an action; its page holds the points and a note."""
    she.tab("Démarche")
    action = "Répondre à des sollicitations partenariales"
    she.page.get_by_role("button", name=f"Marquer comme faite : {action}").click()
    expect(she.page.get_by_role("button", name=f"Remettre à faire : {action}")).to_be_visible()
    she.look("demarche")
    she.follow("Qualifier le territoire")
    she.page.get_by_role("group", name="Points à examiner").get_by_role("checkbox").first.check()
    she.pick("fait", "État")
    she.write({"Note": "Cinq départements, tous les pays engagés dans un schéma local."})
    she.look("action")
    she.press("Enregistrer")
    she.is_told("L’action est enregistrée")


def pass_the_gate(she: Walker, button: str, step: str) -> None:
    """The gate is open: pass it."""
    she.follow("Prête pour l’étape suivante")
    she.look(f"etape-{step.lower()}")
    she.press(button)
    she.is_told(f"L’ingénierie est maintenant à l’étape « {step} »")


# --- Engager --------------------------------------------------------------------------------------------------------


def associate(she: Walker, row: dict) -> None:
    """Inscribe the partners one after the other, and say the place of those who steer or intervene."""
    she.tab("Partenaires")
    for partner in row["partenaires"]:
        she.follow("Nouveau partenaire")
        she.write(
            {
                "Rôle dans l’ingénierie": partner["role"],
                "Nom": partner["nom"],
                "Famille": Famille(partner["famille"]).label,
            }
        )
        she.press("Inscrire et associer")
        she.is_told(partner["nom"])
        places = [
            label
            for label, held in (
                ("Membre du comité de pilotage", partner["copil"]),
                ("Prend part au « système intervenant »", partner["intervenant"]),
            )
            if held
        ]
        she.write({"Contribution technique": partner["contribution"]})
        she.tick(*places)
        she.press("Enregistrer")
        she.is_told("Le partenaire est à jour")


def set_goals(she: Walker, row: dict) -> None:
    """Fix the objectives, those of the evaluation, and the expected results."""
    she.tab("Objectifs")
    she.edit(
        "Fixer les objectifs",
        {
            "Objet de l’évaluation": row["evaluation"]["objet"],
            "Raisons de l’évaluation": row["evaluation"]["raisons"],
        },
        ticks=[
            *(ObjectifStrategique(code).label for code in row["objectifs_strategiques"]),
            *(ObjectifOperationnel(code).label for code in row["objectifs_operationnels"]),
        ],
        told="Les objectifs sont enregistrés",
        look="objectifs",
    )
    for index, result in enumerate(row["resultats"]):
        if index:
            she.unfold("Ajouter un résultat attendu")
        she.write(
            {
                "Résultat attendu": result["libelle"],
                "Nature": result["nature"],
                "Indicateur": result["indicateur"],
                "Nombre visé" if result["cible"].isdigit() else "Cible en mots": result["cible"],
            }
        )
        she.press("Ajouter le résultat")
        she.is_told("Le résultat attendu est ajouté")


def gather_opinions(she: Walker, dlas: list[str], *porteurs: str) -> None:
    """The opinion of each comité d’appui, then the word of each structure porteuse: of the DLA, and of ``porteurs``."""
    she.tab("Validation")
    for days, dla in enumerate(dlas, start=5):
        she.follow(f"Enregistrer l’avis du comité d’appui de {dla}")
        she.write({"Date du comité d’appui": days_ago(days), "Membres présents": "État\nRégion\nConseil départemental"})
        she.pick("favorable")
        she.press("Enregistrer l’avis")
        she.is_told("L’avis du comité d’appui est enregistré")
    for name in (*dlas, *porteurs):
        she.edit(
            f"Enregistrer la validation de la structure porteuse de {name}",
            {
                "Date de la validation": days_ago(2),
                "Commentaires de la structure porteuse": "Validée par le bureau, sans réserve.",
            },
            ticks=["La structure porteuse a validé la démarche"],
            told="La validation est enregistrée",
        )


def balance(she: Walker, row: dict) -> None:
    """The budget, line by line, until it is balanced."""
    she.tab("Budget")
    for charge in row["budget"]["charges"]:
        she.write({"Libellé": charge["libelle"], "Montant (€)": french(charge["montant"])})
        # Saved in place: the page stays.
        she.panel("Charges").get_by_role("button", name="Ajouter", exact=True).click()
        expect(she.panel("Charges").get_by_role("table")).to_contain_text(charge["libelle"])
    for line in row["budget"]["ressources"]:
        panel = she.panel("Ressources")
        amount = french(line["demande"])
        she.write(
            {
                "Nature": NatureRessource(line["nature"]).label,
                "Autre financeur": line["financeur"],
                "Demandé (€)": amount,
                "Obtenu (€)": amount,
            },
            panel,
        )
        panel.get_by_role("button", name="Ajouter", exact=True).click()
        # The form is open again for the next line.
        expect(panel.get_by_role("table")).to_contain_text(line["financeur"])


def french(amount: str) -> str:
    """« 15000,00 », as one types it."""
    return amount.replace(".", ",")


# --- Confirmer ------------------------------------------------------------------------------------------------------


def design_the_intervention(she: Walker, row: dict, days: str) -> None:
    """What the structures aim at, who intervenes and when, the conditions, the framework of the evaluation."""
    she.tab("Projet d’intervention")
    she.edit(
        "Modifier ce que visent les structures",
        {
            "Objectifs collectifs des structures": "\n".join(row["objectifs_propres"]),
            "Objectifs individuels des structures": row["role_dla"]["idee"],
        },
        told="Les objectifs des structures sont enregistrés",
    )
    she.edit(
        "Modifier l’intervention",
        {
            "Temps d’intervention du pilote": "À l’ouverture et à la clôture de chaque module.",
            "Système intervenant": row["systeme_intervenant"],
            "Nombre de jours d’intervention": days,
        },
        told="L’intervention est enregistrée",
    )
    she.edit(
        "Scénario : en proposer un",
        {
            "Nom du scénario": row["actions"][0][:100],
            "Rythme": row["rythme"],
            "Période": row["calendrier"],
            "Lieu": "Au chef-lieu du département.",
        },
        told="Le scénario est proposé",
        save="Ajouter",
    )
    she.press(f"Retenir « {row['actions'][0][:100]} »")
    she.is_told()
    she.edit(
        "Modifier le cadre de l’évaluation",
        {
            "Objet de l’évaluation": row["evaluation"]["objet"],
            "Objectifs de l’évaluation": row["evaluation"]["raisons"],
            "Outils et indicateurs": "Questionnaire en fin de mission, entretien six mois après.",
            "Participation des structures": "Elles répondent au questionnaire et à l’entretien.",
            "Participation des partenaires": "Le comité de pilotage lit la synthèse.",
            "Participation des intervenants": "Le prestataire remet une fiche de suivi à la fin de chaque étape.",
        },
        ticks=[
            f"{label} : {REGISTRE_QUESTION[code]}"
            for code, label in Registre.choices
            if code in (Registre.PERTINENCE, Registre.EFFICACITE)
        ],
        told="Le cadre de l’évaluation est enregistré",
    )


def begin_the_cahier(she: Walker) -> str:
    """Start it from the project, and see what it still needs; returns its reference."""
    she.tab("Cahier des charges")
    she.press("Commencer le cahier des charges")
    she.is_told("prérempli à partir du dossier")
    she.reads("Ce qui manque encore", "Valider le cahier des charges pas encore possible")
    return re.search(r"CDC-\d{4}-\w+-\d+", she.page.get_by_role("main").inner_text())[0]


def complete_the_cahier(she: Walker, sections: dict[str, dict], untick: str = "") -> None:
    """Write by sections what the project cannot know."""
    for title, values in sections.items():
        she.page.get_by_role("link", name=re.compile(rf"^(Compléter|Modifier) : {title}$")).click()
        expect(she.page.get_by_role("heading", level=2, name=title, exact=True)).to_be_visible()
        she.write(values)
        if untick and "thème" in title:
            she.page.get_by_role("checkbox", name=untick, exact=True).uncheck()
        she.press("Enregistrer")
        she.is_told(f"La section « {title} » est enregistrée")
    she.reads("Tout y est : le pilote peut valider.")


def preview(she: Walker) -> bytes:
    """The PDF as it would be now, made by the worker while one waits."""
    she.press("Aperçu en PDF")
    address = she.page.get_by_role("link", name="Ouvrir le résultat").get_attribute("href", timeout=60_000)
    she.look("apercu")
    content = she.page.request.get(address).body()  # as the reader of PDF of her browser does
    she.follow("Revenir d’où je viens")
    return content


def diffuse(she: Walker) -> tuple[str, bytes]:
    """Validate, diffuse, and download the PDF when it is there: its name and its content."""
    she.press("Valider le cahier des charges")
    she.is_told("Le cahier des charges est validé")
    she.press("Diffuser")
    she.is_told("La version 1 est diffusée et figée")
    expect(she.page.get_by_role("link", name="Télécharger la version 1")).to_be_visible(timeout=60_000)
    return she.download("Télécharger la version 1")
