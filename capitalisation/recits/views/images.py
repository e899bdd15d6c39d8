"""The pictures of a récit, in its dossier or without one: added, said in words, put in order, taken out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.http import require_POST

from capitalisation.recits import images
from capitalisation.recits import images_forms as forms
from capitalisation.recits.models import ImageRecit, Recit
from capitalisation.recits.permissions import why_not_erase_image
from capitalisation.recits.services import images as services
from capitalisation.recits.views.base import DansDossier, SansDossier
from capitalisation.recits.views.ecriture import SeulEdit
from core.views.actions import posted_version
from core.views.editing import CreateView
from projects.dossier.views.editing import IngenierieCreate, IngenierieEdit


class _Images:
    """``self.recit`` and the picture that the address names."""

    recit: Recit

    def find(self) -> ImageRecit:
        """The picture of this very récit; else ``Http404``."""
        found = get_object_or_404(ImageRecit, recit=self.recit, pk=self.kwargs["image"])
        found.recit = self.recit
        return found

    def get_success_url(self) -> str:
        return self.adresse("recit_images")


class _Liste(_Images):
    """All of them, in their order."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        rows = list(ImageRecit.objects.filter(recit=self.recit).select_related("piece"))
        editable = not self.recit.why_frozen and not self.why_not()
        return self.page(
            "capitalisation/recits/images.html",
            {
                "rows": [self._row(row, rank, len(rows)) for rank, row in enumerate(rows)],
                "editable": editable,
                "can_add": editable and len(rows) < services.IMAGES_MAX,
                "most": services.IMAGES_MAX,
                "add_url": self.adresse("recit_image_ajouter"),
                "can_erase": not why_not_erase_image(self.actor, self.recit),
                "restees": [
                    {**row, "erase_url": self.adresse("recit_image_effacer", row["image"])}
                    for row in images.restees(self.recit)
                ],
            },
        )

    def _row(self, row: ImageRecit, rank: int, count: int) -> dict[str, Any]:
        return {
            "image": row,
            "rang": rank + 1,
            "url": reverse("core:piece", args=[row.piece_id]) if row.piece.removed_at is None else "",
            "edit_url": self.adresse("recit_image_modifier", row.pk),
            "move_url": self.adresse("recit_image_deplacer", row.pk),
            "remove_url": self.adresse("recit_image_retirer", row.pk),
            "erase_url": self.adresse("recit_image_effacer", row.pk),
            "first": rank == 0,
            "last": rank == count - 1,
        }


class _Ajouter(_Images):
    """One more."""

    form_class = forms.ImageForm
    template_name = "capitalisation/recits/modifier.html"
    page_title = "Ajouter une image"
    success_message = "L’image est ajoutée."
    error_field = "fichier"

    def get_object(self) -> Recit:
        return self.recit

    def refusal(self, obj: Recit) -> str:
        return self.recit.why_frozen

    def save(self, form: forms.ImageForm) -> ImageRecit:
        values = {name: form.cleaned_data[name] for name in services.SAID}
        return services.add(self.recit, form.cleaned_data["fichier"], values, actor=self.actor)


class _Modifier(_Images):
    """What is said of one."""

    form_class = forms.ImageEditForm
    template_name = "capitalisation/recits/image.html"
    page_title = "Ce qui est dit de l’image"
    success_message = "C’est enregistré."

    def get_object(self) -> ImageRecit:
        return self.find()

    def refusal(self, obj: ImageRecit) -> str:
        return self.recit.why_frozen

    def get_context(self, **context: Any) -> dict[str, Any]:
        url = reverse("core:piece", args=[self.object.piece_id])  # type: ignore[attr-defined]
        return super().get_context(**{"image_url": url, **context})  # type: ignore[misc]

    def save(self, form: forms.ImageEditForm, expected_version: int) -> ImageRecit:
        values = {name: form.cleaned_data[name] for name in services.SAID}
        return services.update(self.object, values, actor=self.actor, expected_version=expected_version)


class _Deplacer(_Images):
    """One place before, one place after."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        step = {"avant": -1, "apres": 1}.get(request.POST.get("vers", ""))
        if step is None:
            raise Http404
        if services.move(self.find(), step, actor=self.actor):
            messages.success(request, "L’image est déplacée.")
        return redirect(self.get_success_url())


class _Retirer(_Images):
    """Take one out."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        services.retirer(self.find(), actor=self.actor, expected_version=posted_version(request))
        messages.success(
            request,
            "L’image est retirée. Une version déjà arrêtée qui la montre la garde, tant que vous ne l’effacez pas.",
        )
        return redirect(self.get_success_url())


class _Effacer(_Images):
    """Erase one everywhere, the versions already « arrêtées » included."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        services.effacer(self.recit, kwargs["image"], actor=self.actor)
        messages.success(
            request,
            "L’image est effacée : du récit, de ses versions, de la bibliothèque. Ce qui a été imprimé avec elle ne se "
            "télécharge plus.",
        )
        return redirect(self.get_success_url())


class Liste(_Liste, DansDossier, View):
    """Of a récit of a dossier."""


class Ajouter(_Ajouter, DansDossier, IngenierieCreate):
    """One more, in its dossier."""


class Modifier(_Modifier, DansDossier, IngenierieEdit):
    """One, in its dossier."""


@method_decorator(require_POST, name="dispatch")
class Deplacer(_Deplacer, DansDossier, View):
    """Another order, in its dossier."""


@method_decorator(require_POST, name="dispatch")
class Retirer(_Retirer, DansDossier, View):
    """Out, in its dossier."""


@method_decorator(require_POST, name="dispatch")
class Effacer(_Effacer, DansDossier, View):
    """Everywhere, in its dossier."""


class ListeSeul(_Liste, SansDossier, View):
    """Of a récit without dossier."""


class AjouterSeul(_Ajouter, SansDossier, CreateView):
    """One more, without dossier."""

    writes = True

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(**{**self.header(), **context})


class ModifierSeul(_Modifier, SeulEdit):
    """One, without dossier."""


@method_decorator(require_POST, name="dispatch")
class DeplacerSeul(_Deplacer, SansDossier, View):
    """Another order, without dossier."""


@method_decorator(require_POST, name="dispatch")
class RetirerSeul(_Retirer, SansDossier, View):
    """Out, without dossier."""


@method_decorator(require_POST, name="dispatch")
class EffacerSeul(_Effacer, SansDossier, View):
    """Everywhere, without dossier."""
