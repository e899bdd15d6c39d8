"""« Vérifier un document »: is this file one of ours, sealed and unaltered?"""

from __future__ import annotations

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from core.documents import seal
from core.documents.verification import SealState, Verification, verify
from core.errors import InvalidInput
from core.forms import BaseForm
from core.uploads.checks import ALLOWED
from core.uploads.fields import UploadField

#: What each state says, after its tag: (tag, title, sentence).
_TOLD = {
    SealState.INTACT: (
        "tag-ok",
        "Scellé ici, intact",
        "Ce fichier porte le sceau de cette installation. Rien n’y a changé depuis.",
    ),
    SealState.ADDED_TO: (
        "tag-warn",
        "Scellé ici, complété depuis",
        "Ce fichier porte le sceau de cette installation, mais quelque chose y a été ajouté ensuite (une annotation, "
        "une signature, un enregistrement) : ce que vous lisez n’est pas forcément ce qui a été scellé.",
    ),
    SealState.ALTERED: (
        "tag-bad",
        "Modifié depuis le sceau",
        "Ce fichier porte le sceau de cette installation, mais son contenu n’est plus celui qui a été scellé.",
    ),
    SealState.FOREIGN: (
        "tag-warn",
        "Signé par un autre",
        "Ce fichier est signé, mais pas par cette installation.",
    ),
    SealState.NONE: ("tag-neutral", "Sans sceau", "Ce fichier ne porte aucun sceau."),
}


class VerificationForm(BaseForm):
    """The PDF to look at; it is read, then forgotten."""

    fichier = UploadField(label="Le PDF à vérifier")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["fichier"]
        field.kinds = {"pdf": ALLOWED["pdf"]}
        field.widget.attrs["accept"] = ".pdf"
        field.help_text = "10 Mo au plus. Le fichier est lu, il n’est pas gardé."


def _told(found: Verification) -> dict[str, object]:
    tag, title, sentence = _TOLD[found.state]
    document = found.document
    same = bool(document and document.sha256 == found.sha256)
    return {
        "found": found,
        "tag": tag,
        "title": title,
        "sentence": sentence,
        "same": same,
        "url": reverse("core:document", args=[document.pk]) if document else "",
        "ours": found.state in (SealState.INTACT, SealState.ADDED_TO, SealState.ALTERED),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def verifier(request: HttpRequest) -> HttpResponse:
    """Upload a PDF and read what this installation knows of it; nothing is written.

    Whoever is signed in may ask. Which document it is, only who may read that document learns.
    """
    form, status, slowed, answer = VerificationForm(request.POST or None, request.FILES or None), 200, False, None
    if request.method == "POST":
        form = VerificationForm(request.POST, request.FILES)
        if not form.is_valid():
            status = 422
        elif not ratelimit.consume(request, action="verifier", user=request.user):
            slowed, status = True, 429
        else:
            try:
                answer = _told(verify(form.cleaned_data["fichier"].read(), request.actor))
            except InvalidInput as error:
                form.add_error("fichier", error.message)
                status = 422
    try:
        current, unsealed = seal.certificate(), seal.why_unsealed()
    except (OSError, ValueError):
        current, unsealed = None, "le certificat de sceau de cette installation ne s’ouvre pas"
    context = {"form": form, "answer": answer, "slowed": slowed, "current": current, "unsealed": unsealed}
    return render(request, "core/verifier.html", context, status=status)
