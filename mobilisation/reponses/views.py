"""What structures answer: all of them at a glance, one typed after a call, the page of their personal link."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator

from accounts.views.links import LinkView, page_url, told
from core import clock
from core.errors import InvalidInput
from core.text import whole_number
from core.views.editing import VersionedUpdateView
from core.views.once import sent_once
from mobilisation.reponses import presenters, services
from mobilisation.reponses.forms import CommentaireForm, LienForm, SaisieForm
from mobilisation.reponses.models import CommentaireStructure, ReponseStructure
from projects.dossier.views.base import IngenierieView
from projects.dossier.views.editing import IngenierieEdit
from projects.ingenierie import permissions
from projects.ingenierie.mobilisation import Mobilisation
from projects.structures_ciblees.models import StructureCiblee
from structures.annuaire.totaux import totaux_of

TAB = "structures"


def ciblee_or_404(ingenierie: Any, pk: int) -> StructureCiblee:
    """The targeted structure ``pk`` of this ingénierie, or 404."""
    found = get_object_or_404(ingenierie.structures_ciblees.select_related("structure"), pk=pk)
    found.ingenierie = ingenierie
    return found


class Reponses(IngenierieView):
    """Who answered what, what remains to be asked, and the button that asks it. In an ingénierie individuelle, the page
    of its one structure says it all."""

    tab = TAB

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        alone = self.ingenierie.structures_ciblees.filter(seule=True).first()
        if alone is not None:
            return redirect(reverse("projects:structure", args=[pk, alone.pk]) + "#s-reponse")
        return self.show()

    def show(self, *, status: int = 200, error: str = "") -> HttpResponse:
        i = self.ingenierie
        ciblees, scenarios = presenters.asked(i), services.offered(i.pk)
        engaged = i.structures_ciblees.filter(state="confirmee")
        rows = presenters.table(i, ciblees, scenarios)
        return self.page(
            "mobilisation/reponses/reponses.html",
            {
                "figures": Mobilisation.of(i),
                "partial": presenters.partial(ciblees),
                "totaux": totaux_of(engaged, "structure__"),
                "rows": rows,
                "said": presenters.answered(rows),
                "heads": presenters.HEADS,
                "scenarios": scenarios,
                "synthesis": presenters.synthesis(ciblees, scenarios),
                "comments": presenters.comments(i.pk, writes=i.is_open and permissions.can_contribute(self.actor, i)),
                "error": error,
            },
            status=status,
        )

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        numbers = [whole_number(value) for value in request.POST.getlist("ciblees")]
        if None in numbers or self.ingenierie.is_individuelle:
            raise Http404
        try:
            result = services.solliciter(self.ingenierie, numbers, actor=self.actor)
        except StructureCiblee.DoesNotExist:
            raise Http404 from None
        except InvalidInput as error:
            return self.show(status=error.status, error=error.sentence)
        messages.add_message(request, messages.SUCCESS if result.done else messages.INFO, presenters.told_sent(result))
        return redirect(request.path)


class ReponseSaisie(IngenierieEdit):
    """What a structure said, typed after a call with its real date."""

    tab = TAB
    form_class = SaisieForm
    submit_label = "Noter sa réponse"
    success_message = "Sa réponse est notée."
    help_text = (
        "Ce que la structure a dit, à la date où elle l’a dit. Ce qu’elle a déjà répondu par son lien est là : "
        "complétez-le."
    )

    def get_object(self) -> ReponseStructure:
        self.ciblee = ciblee_or_404(self.ingenierie, self.kwargs["ciblee"])
        return services.reponse_of(self.ciblee)

    def get_page_title(self) -> str:
        return f"Ce que répond {self.ciblee.structure.name}"

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        initial = {"le": clock.today(), "par": self.actor.label[:200]}
        return {**kwargs, "initial": initial, "scenarios": services.offered(self.ingenierie.pk)}

    def save(self, form: SaisieForm, expected_version: int) -> ReponseStructure:
        return services.type_answer(
            self.ciblee,
            form.answers(),
            form.echange(),
            actor=self.actor,
            expected_version=expected_version,
            commentaire=form.cleaned_data["commentaire"],
        )

    def get_success_url(self) -> str:
        return reverse("projects:structure", args=[self.ingenierie.pk, self.ciblee.pk]) + "#s-reponse"


class Commentaire(IngenierieEdit):
    """What becomes of a remark of a structure."""

    tab = TAB
    form_class = CommentaireForm
    success_message = "La suite donnée est enregistrée."
    page_title = "Ce que devient une remarque"

    def get_object(self) -> CommentaireStructure:
        self.ciblee = ciblee_or_404(self.ingenierie, self.kwargs["ciblee"])
        found = get_object_or_404(self.ciblee.commentaires, pk=self.kwargs["commentaire"])
        found.structure_ciblee = self.ciblee
        return found

    def get_context(self, **context: Any) -> dict[str, Any]:
        texte = f"« {self.object.texte} », {self.ciblee.structure}."
        return {**super().get_context(**context), "help_text": texte}

    def save(self, form: CommentaireForm, expected_version: int) -> CommentaireStructure:
        return services.treat_comment(
            self.object,
            form.values(),
            form.cleaned_data["partenaires"],
            actor=self.actor,
            expected_version=expected_version,
        )

    def get_success_url(self) -> str:
        return reverse("mobilisation:reponses", args=[self.ingenierie.pk]) + "#remarques"


class Questionnaire(LinkView, VersionedUpdateView):
    """What the structure reads and answers: ``self.object`` is its answers."""

    form_class = LienForm
    template_name = "mobilisation/reponses/lien.html"

    def get_object(self) -> ReponseStructure:
        self.ciblee: StructureCiblee = self.link.object
        self.scenarios = services.offered(self.ciblee.ingenierie_id)
        return services.reponse_of(self.ciblee)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "scenarios": self.scenarios}

    def get_context(self, **context: Any) -> dict[str, Any]:
        ingenierie = self.ciblee.ingenierie
        problematique = ingenierie.problematique
        projet = getattr(ingenierie, "projet_intervention", None)
        texts = (
            ("Contexte", problematique.contexte),
            ("Enjeux", problematique.enjeux),
            ("Besoins repérés", problematique.besoins),
            ("Ce que les structures visent ensemble", projet.objectifs_collectifs if projet else ""),
        )
        return super().get_context(
            lien=told(self.link),
            titre=ingenierie.titre,
            accroche=ingenierie.accroche,
            structure=str(self.ciblee.structure),
            pilote=str(ingenierie.pilote),
            texts=[(label, text) for label, text in texts if text.strip()],
            remarks=presenters.comments(ingenierie.pk, ciblee=self.ciblee),
            **context,
        )

    def save(self, form: LienForm, expected_version: int) -> ReponseStructure:
        return services.answer_by_link(
            self.ciblee,
            form.answers(),
            actor=self.actor,
            expected_version=expected_version,
            commentaire=form.cleaned_data["commentaire"],
        )

    def get_success_message(self) -> str:
        left = self.object.restant([s.pk for s in self.scenarios], seule=self.ciblee.seule)
        if left:
            return f"Merci, votre réponse est reçue. Il reste, quand vous voudrez : {', '.join(left)}."
        return "Merci, votre réponse est reçue et complète. Vous pouvez la modifier jusqu’à la date indiquée."

    def get_success_url(self) -> str:
        return page_url(self.link.token)
