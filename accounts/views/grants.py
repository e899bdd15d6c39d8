"""Sending, sending again, replacing and revoking personal links: for who sees the object they are about."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from accounts import services
from accounts.forms import LinkForm
from accounts.links import LINK_PURPOSES, LinkPurpose
from accounts.models import Grant
from core.formats import format_date
from core.views.actions import posted_version
from core.views.editing import CreateView


def _object(request: HttpRequest, code: str, object_id: int) -> tuple[LinkPurpose, Any]:
    """The purpose and its object, if the actor sees it; else 404. Calendar feeds and the like are not handled here."""
    purpose = LINK_PURPOSES.get(code)
    obj = purpose.load(object_id) if purpose is not None and purpose.pages else None
    if obj is None or not purpose.reads(request.actor, obj):
        raise Http404
    return purpose, obj


def _suggested(purpose: LinkPurpose, code: str, obj: Any) -> dict[str, str]:
    """The first person proposed who has no link yet."""
    known = {email.lower() for email in Grant.objects.of(obj, code).values_list("recipient_email", flat=True)}
    for name, email in purpose.suggests(obj):
        if email.lower() not in known:
            return {"name": name, "email": email}
    return {}


class Send(CreateView):
    """Send a link to one person, having read what she will receive."""

    form_class = LinkForm
    template_name = "accounts/lien_envoyer.html"
    error_field = "email"

    def get_object(self) -> Any:
        self.purpose, obj = _object(self.request, self.kwargs["code"], self.kwargs["object_id"])
        if self.purpose.invites:
            raise Http404("Une invitation part de sa propre page.")
        return obj

    def refusal(self, obj: Any) -> str:
        return self.purpose.refusal(self.actor, obj) or ""

    def get_initial(self) -> dict[str, str]:
        return _suggested(self.purpose, self.kwargs["code"], self.object)

    def save(self, form: LinkForm) -> Grant:
        return services.send_link(self.kwargs["code"], self.object, actor=self.actor, **form.cleaned_data)

    def get_success_message(self) -> str:
        return f"Le lien part à {self.created.recipient}."

    def get_success_url(self) -> str:
        return self.purpose.url(self.object)

    def get_context(self, **context: Any) -> dict[str, Any]:
        purpose, obj = self.purpose, self.object
        return super().get_context(
            label=purpose.label,
            about=str(obj),
            subject=purpose.subject(obj),
            asks=purpose.asks(obj),
            duration=purpose.duration,
            until=format_date(services.deadline_of(purpose, obj)),
            shows=purpose.shows,
            single=purpose.single_use,
            closed=purpose.closed(obj),
            back=purpose.url(obj),
            **context,
        )


def _grant(request: HttpRequest, pk: int) -> tuple[Grant, str]:
    """The link and the page of its object, if the actor sees it; else 404."""
    grant = get_object_or_404(Grant, pk=pk)
    purpose, obj = _object(request, grant.purpose, grant.object_id)
    return grant, purpose.url(obj)


@require_POST
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    """The same link again."""
    grant, url = _grant(request, pk)
    done = services.resend_link(grant, actor=request.actor, expected_version=posted_version(request))
    messages.success(request, f"Le lien repart à {done.recipient}.")
    return redirect(url)


@require_POST
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """A new link in place of the former one."""
    grant, url = _grant(request, pk)
    done = services.renew_link(grant, actor=request.actor, expected_version=posted_version(request))
    messages.success(request, f"Un nouveau lien part à {done.recipient} ; le précédent ne sert plus.")
    return redirect(url)


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """It stops working at once."""
    grant, url = _grant(request, pk)
    done = services.revoke_link(grant, actor=request.actor, expected_version=posted_version(request))
    messages.success(request, f"Le lien de {done.recipient_name or done.recipient_email} est révoqué.")
    return redirect(url)
