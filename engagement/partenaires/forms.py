"""What is noted of a partner, and the questionnaire that it fills by its personal link (fiche pratique 3)."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms

from core.forms import BaseModelForm, Fold, VersionedFormMixin
from engagement.partenaires.enums import Verdict
from engagement.partenaires.models import ANSWERED, VERDICTS, PartenaireProjet, ReponsePartenaire
from partners.directory.enums import Famille
from partners.directory.forms import PartenaireForm

#: What each family often comes for (fiche pratique 3): a prompt above the expectations.
ATTENTES = {
    Famille.RESEAU_DLA: "Par exemple : gagner en crédibilité, élargir son rayonnement, remplir ses missions.",
    Famille.FINANCEURS: (
        "Par exemple : faire avancer une politique publique, appliquer ou faire appliquer une obligation réglementaire."
    ),
    Famille.RESEAUX_BENEFICIAIRES: (
        "Par exemple : montrer leur représentativité, être plus visibles, articuler leur action avec celle du DLA."
    ),
    Famille.RESSOURCES: (
        "Par exemple : une rémunération, ou plus symbolique : légitimité, notoriété, reconnaissance d’une expertise."
    ),
}

#: What moves each family of itself, which it does not always say: a prompt above the motivations.
MOTIVATIONS = {
    Famille.RESEAU_DLA: "Sa crédibilité, ses missions et son cahier des charges, ce qu’il doit à ses financeurs.",
    Famille.FINANCEURS: "Les politiques publiques qu’il porte, une obligation à faire appliquer, un bilan à rendre.",
    Famille.RESEAUX_BENEFICIAIRES: "Sa représentativité, sa visibilité, sa place à côté du DLA auprès des structures.",
    Famille.RESSOURCES: "Financières (une commande, un marché) ou symboliques (notoriété, reconnaissance).",
}

#: Whom each family gathers (fiche pratique 3): shown on the page, above its partners.
EXEMPLES = {
    Famille.RESEAU_DLA: "Autres DLA, C2RA, CNAR ; membres du comité d’appui ; membres de la structure porteuse.",
    Famille.FINANCEURS: "Financeurs du DLA ; financeurs ponctuels de l’ingénierie (État, collectivités, OPCA…).",
    Famille.RESEAUX_BENEFICIAIRES: (
        "Représentants de fédérations, d’unions ; partenaires du thème, du secteur ou du territoire."
    ),
    Famille.RESSOURCES: "Structures qui relaient l’information, experts, prestataires.",
}


class PartenaireProjetForm(VersionedFormMixin, BaseModelForm):
    """What is noted of a partner in the ingénierie, in the order of fiche pratique 3."""

    class Meta:
        model = PartenaireProjet
        fields = [
            "famille",
            "roles",
            "presence",
            "genre",
            "comite_pilotage",
            "groupe_travail",
            "problematique_partagee",
            "problematique_texte",
            "complementaire",
            "complementaire_texte",
            "interet",
            "interet_texte",
            "attentes",
            "motivations",
            "contradictions",
            "prise_en_compte",
            "contribution_technique",
            "contribution_financiere",
            "systeme_intervenant",
            "evaluation",
            "capitalisation",
            "transfert",
        ]
        labels = {
            "problematique_partagee": "Partage-t-il la problématique ?",
            "problematique_texte": "Ce qu’il en sait",
            "complementaire": "La démarche complète-t-elle l’existant ?",
            "complementaire_texte": "Ce qui existe déjà",
            "interet": "Les structures seront-elles intéressées ?",
            "interet_texte": "À quelles conditions",
            "contradictions": "Contradictions éventuelles",
        }
        help_texts = {
            "famille": "La place qu’il tient ici : elle peut différer de celle de l’annuaire.",
            "presence": "Un partenaire permanent l’est du DLA, d’une ingénierie à l’autre.",
            "genre": "L’évaluation des résultats et le transfert les distinguent.",
            "roles": "Par exemple : à l’origine de la demande, cofinanceur, intervenant, relais auprès des structures.",
            "problematique_texte": "Son histoire : constats, expériences déjà menées, avec quel succès.",
            "complementaire_texte": "Qui fait déjà quelque chose d’approchant, en permanence ou ponctuellement ?",
            "interet_texte": "Ce qu’en disent ceux qui côtoient les structures, et ce qu’il faut réunir.",
            "contradictions": "Avec les attentes d’un autre partenaire, ou les vôtres : mieux vaut le voir tôt.",
            "prise_en_compte": "Ce que l’ingénierie a repris de ses attentes, ce qu’elle n’a pas repris et pourquoi ; "
            "et la réponse donnée à chaque contradiction.",
            "contribution_technique": "Temps, salle, données, relecture, intervention…",
            "contribution_financiere": "Ce qu’il envisage ; les montants se saisissent dans le budget.",
            "systeme_intervenant": "Il intervient auprès des structures, à côté du prestataire.",
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["attentes"].help_text = ATTENTES[self.instance.famille]
        self.fields[
            "motivations"
        ].help_text = f"Ce qui le pousse à s’engager, au-delà de ce qu’il demande. {MOTIVATIONS[self.instance.famille]}"
        for name, field in self.fields.items():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = "2" if name.endswith("_texte") else "3"

    def build_layout(self) -> Layout:
        third, two = "col-md-4", "col-md-8"

        def check(name: str) -> Row:
            return Row(Column(name, css_class=third), Column(f"{name}_texte", css_class=two))

        return Layout(
            Fieldset(
                "Place dans l’ingénierie",
                Row(Column("famille", css_class="col-md-5"), Column("roles", css_class="col-md-7")),
                Row(Column("presence", css_class="col-md-6"), Column("genre", css_class="col-md-6")),
                "comite_pilotage",
            ),
            Fieldset(
                "Les trois vérifications",
                Row(
                    Column("problematique_partagee", css_class=third),
                    Column("problematique_texte", css_class=two),
                ),
                check("complementaire"),
                check("interet"),
            ),
            Fieldset("Ce qu’il attend, ce qu’il apporte", "attentes", "contribution_technique"),
            Fold(
                "Facultatif : motivations, contradictions, financement, rôle pendant et après l’intervention",
                "motivations",
                "contradictions",
                "prise_en_compte",
                "contribution_financiere",
                "groupe_travail",
                "systeme_intervenant",
                "evaluation",
                "capitalisation",
                "transfert",
            ),
        )


class NouveauPartenaireForm(PartenaireForm):
    """Inscribes a partner in the directory and associates it, in one page."""

    roles = forms.CharField(
        label="Rôle dans l’ingénierie",
        required=False,
        max_length=300,
        help_text="Propre à cette ingénierie ; le reste va à l’annuaire, où les prochaines le retrouveront.",
    )

    def build_layout(self) -> Layout:
        return Layout(Fieldset("Dans cette ingénierie", "roles"), *super().build_layout().fields)

    def directory_values(self) -> dict[str, Any]:
        """What goes to the directory."""
        return {name: value for name, value in self.values().items() if name != "roles"}

    def project_values(self) -> dict[str, Any]:
        """What is said in the ingénierie."""
        return {"roles": self.cleaned_data["roles"]}


#: The same three answers as in the dossier, as one gives them oneself.
ANSWERS = ((Verdict.OUI, "Oui"), (Verdict.NON, "Non"), (Verdict.A_VOIR, "À voir, je ne peux pas le dire"))


class ReponseForm(VersionedFormMixin, BaseModelForm):
    """The three checks, expectations, motivations, contribution. With ``sending`` the checks must be answered."""

    class Meta:
        model = ReponsePartenaire
        fields = ANSWERED
        widgets = dict.fromkeys(VERDICTS, forms.RadioSelect)
        help_texts = {
            "problematique_texte": "Constats, expériences passées, avec quel succès.",
            "complementaire_texte": "Qui fait déjà quelque chose d’approchant, en permanence ou ponctuellement ?",
            "interet_texte": "Ce qu’il faudrait réunir pour qu’elles s’engagent.",
            "motivations": "Ce qui vous pousserait à vous y associer.",
            "contribution_technique": "Temps, salle, données, relecture, intervention auprès des structures…",
            "contribution_financiere": "Si vous l’envisagez : sur quoi, de quel ordre, décidé par qui.",
        }

    def __init__(self, *args: Any, famille: str, sending: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name in VERDICTS:
            field = self.fields[name]
            field.choices = ANSWERS
            field.required = sending
            field.error_messages["required"] = "Choisissez une réponse ; « à voir » en est une."
        for name, field in self.fields.items():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = "3"
            if name in ANSWERED:
                field.label = str(field.label)[:1].upper() + str(field.label)[1:]
        self.fields["attentes"].help_text = ATTENTES[famille]

    def build_layout(self) -> Layout:
        return Layout(
            Fieldset("Le constat", "problematique_partagee", "problematique_texte"),
            Fieldset("L’existant", "complementaire", "complementaire_texte"),
            Fieldset("Les structures", "interet", "interet_texte"),
            Fieldset("Vos attentes et motivations", "attentes", "motivations"),
            Fieldset("Votre contribution", "contribution_technique", "contribution_financiere"),
        )
