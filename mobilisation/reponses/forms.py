"""The questionnaire of a structure: filled by its people, or by the chargé de mission after a call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crispy_forms.layout import HTML, Column, Fieldset, Layout, Row
from django import forms

from core import clock
from core.forms import BaseModelForm, VersionedFormMixin
from engagement.partenaires.models import PartenaireProjet
from mobilisation.reponses.enums import QUESTIONS, QUESTIONS_POSEES, Niveau, Reponse, Sort
from mobilisation.reponses.models import ANSWERED, CommentaireStructure, ReponseStructure
from mobilisation.scenarios.models import Scenario
from projects.enums import MoyenEchange
from projects.structures_ciblees.models import FUTURE

#: Lines of participants shown; what is typed beyond is said in words.
LINES = 5
_CHOICES = [(code, label[:1].upper() + label[1:]) for code, label in Reponse.choices]
_TEXTS = [name for name in ANSWERED if name not in ("participants", "disponibilites")]


class QuestionnaireForm(VersionedFormMixin, BaseModelForm):
    """What a structure answers. ``scenarios``: the periods offered, whose conditions are shown; ``asked``: the words of
    the four questions."""

    asked = QUESTIONS
    legends = ("Les quatre questions", "Objectifs et projets", "Participation", "Disponibilité", "Remarque")
    commentaire = forms.CharField(
        label="Sa remarque sur la démarche",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text="Elle sera examinée avec les partenaires : retenue ou non, et pourquoi.",
    )

    class Meta:
        model = ReponseStructure
        fields = _TEXTS
        labels = {f"{code}_texte": "En quelques mots" for code in QUESTIONS} | {
            "participation": "Prendra-t-elle part à l’action ?",
            "participation_texte": "Si c’est en partie : à quoi",
            "disponibilite": "Durée, période, rythme qui lui conviennent",
            "objectifs": "Ses objectifs propres, à côté des objectifs collectifs",
            "projets": "Lien avec ses projets en cours",
        }
        help_texts = {
            "objectifs": "Ce qu’elle veut en retirer pour elle-même.",
            "projets": "Ce qu’elle mène déjà et que l’action rejoint.",
            "participation_texte": "Par exemple : les deux premières séances ; le collectif sans le temps individuel.",
        }

    def __init__(self, *args: Any, scenarios: Sequence[Scenario] = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.scenarios = list(scenarios)
        for code, label in self.asked.items():
            self._radios(code, label)
        self.seule = self.instance.structure_ciblee.seule
        if self.seule:
            del self.fields["participation"], self.fields["participation_texte"]
        else:
            self._radios("participation", self.fields["participation"].label)
        known = self.instance.disponibilites
        for scenario in self.scenarios:
            name = f"dispo_{scenario.pk}"
            self._radios(name, f"« {scenario.nom} »")
            self.fields[name].help_text = " · ".join(
                f"{label} : {' ; '.join(text.splitlines())}" for label, text in scenario.conditions
            )
            self.initial[name] = known.get(str(scenario.pk), "")
        for n in range(LINES):
            there = self.instance.participants[n] if n < len(self.instance.participants) else {}
            self._participant(n, there)
        for field in self.fields.values():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = "2"

    def _radios(self, name: str, label: Any) -> None:
        self.fields[name] = forms.ChoiceField(label=label, choices=_CHOICES, required=False, widget=forms.RadioSelect)

    def _participant(self, n: int, there: dict[str, Any]) -> None:
        number = n + 1
        self.fields[f"fonction_{n}"] = forms.CharField(
            label=f"Fonction {number}", required=False, max_length=120, initial=there.get("fonction", "")
        )
        self.fields[f"niveau_{n}"] = forms.ChoiceField(
            label=f"Niveau {number}",
            required=False,
            choices=[("", "non précisé"), *Niveau.choices],
            initial=there.get("niveau", ""),
        )
        self.fields[f"nombre_{n}"] = forms.IntegerField(
            label=f"Combien {number}", required=False, min_value=1, max_value=200, initial=there.get("nombre")
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for n in range(LINES):
            if not cleaned.get(f"fonction_{n}") and (cleaned.get(f"niveau_{n}") or cleaned.get(f"nombre_{n}")):
                self.add_error(f"fonction_{n}", "Dites la fonction de ces participants (sans leur nom).")
        return cleaned

    def answers(self) -> dict[str, Any]:
        """The values of :data:`ANSWERED`."""
        data = self.cleaned_data
        participants = [
            {"fonction": data[f"fonction_{n}"], "niveau": data[f"niveau_{n}"], "nombre": data[f"nombre_{n}"] or 1}
            for n in range(LINES)
            if data[f"fonction_{n}"]
        ]
        # What was said of a period that is no longer offered stays said.
        dispos = dict(self.instance.disponibilites)
        for scenario in self.scenarios:
            dispos.pop(str(scenario.pk), None)
            if data[f"dispo_{scenario.pk}"]:
                dispos[str(scenario.pk)] = data[f"dispo_{scenario.pk}"]
        return {name: data[name] for name in _TEXTS if name in data} | {
            "participants": participants,
            "disponibilites": dispos,
        }

    def build_layout(self) -> Layout:
        four, own, part, free, remark = self.legends
        lines = [
            Row(
                Column(f"fonction_{n}", css_class="col-md-6"),
                Column(f"niveau_{n}", css_class="col-8 col-md-4"),
                Column(f"nombre_{n}", css_class="col-4 col-md-2"),
            )
            for n in range(LINES)
        ]
        return Layout(
            *self.before(),
            Fieldset(four, *(name for code in self.asked for name in (code, f"{code}_texte"))),
            Fieldset(own, "objectifs", "projets"),
            Fieldset(
                part,
                *(() if self.seule else ("participation", "participation_texte")),
                HTML('<p class="form-text">Qui participera : la fonction et ce que la personne sait de la question. '
                     "Jamais de nom.</p>"),
                *lines,
            ),
            Fieldset(free, *(f"dispo_{s.pk}" for s in self.scenarios), "disponibilite"),
            Fieldset(remark, "commentaire"),
        )  # fmt: skip

    def before(self) -> tuple[Any, ...]:
        """What comes first."""
        return ()


class LienForm(QuestionnaireForm):
    """The same, as the structure is asked itself."""

    asked = QUESTIONS_POSEES
    legends = (
        "Quatre questions sur cette action", "Vos objectifs et vos projets", "Votre participation",
        "Votre disponibilité", "Votre remarque",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name, label in (
            ("participation", "Prendrez-vous part à l’action ?"),
            ("disponibilite", "Durée, période, rythme qui vous conviennent"),
            ("objectifs", "Ce que vous voulez en retirer pour votre structure"),
            ("projets", "Lien avec vos projets en cours"),
            ("commentaire", "Une remarque sur la démarche"),
        ):
            if name in self.fields:
                self.fields[name].label = label
        self.fields["objectifs"].help_text = "" if self.seule else "À côté de ce que les structures visent ensemble."
        self.fields["projets"].help_text = "Ce que vous menez déjà et que l’action rejoint."


class SaisieForm(QuestionnaireForm):
    """The same, typed after a call, with its real date."""

    le = forms.DateField(label="Échange du", help_text="Le jour où elle l’a dit, qui peut être avant aujourd’hui.")
    par = forms.CharField(
        label="Recueilli par", max_length=200, help_text="La personne qui a vraiment échangé avec elle."
    )
    moyen = forms.ChoiceField(
        label="Comment",
        choices=[(code, label) for code, label in MoyenEchange.choices if code != MoyenEchange.LIEN],
        initial=MoyenEchange.TELEPHONE,
    )

    def clean_le(self):
        day = self.cleaned_data["le"]
        if day > clock.today():
            raise forms.ValidationError(FUTURE)
        return day

    def echange(self) -> dict[str, Any]:
        """When, by whom, how."""
        return {name: self.cleaned_data[name] for name in ("le", "par", "moyen")}

    def before(self) -> tuple[Any, ...]:
        third = "col-md-4"
        return (
            Fieldset(
                "L’échange",
                Row(
                    Column("le", css_class=third), Column("par", css_class=third), Column("moyen", css_class=third)
                ),
            ),
        )  # fmt: skip


class _Partenaires(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple


class CommentaireForm(VersionedFormMixin, BaseModelForm):
    """What becomes of a remark."""

    partenaires = _Partenaires(
        label="Examinée avec ces partenaires", required=False, queryset=PartenaireProjet.objects.none()
    )

    class Meta:
        model = CommentaireStructure
        fields = ["sort", "pourquoi", "partenaires"]
        widgets = {"sort": forms.RadioSelect}
        help_texts = {
            "pourquoi": "Ce que la démarche en reprend, ou pourquoi elle ne peut pas le reprendre. "
            "La structure le lit par son lien personnel ; elle ne lit pas avec qui la remarque a été examinée."
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        rows = PartenaireProjet.objects.filter(ingenierie=self.instance.structure_ciblee.ingenierie_id)
        self.fields["partenaires"].queryset = rows.select_related("partenaire")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("sort") not in (None, Sort.A_EXAMINER) and not cleaned.get("pourquoi"):
            self.add_error("pourquoi", "Dites pourquoi cette remarque est retenue, ou ne l’est pas.")
        return cleaned
