"""The page behind the link of an invitation. Opening it writes nothing (mail scanners follow links); POST accepts."""

from __future__ import annotations

from allauth.decorators import rate_limit
from django.contrib import auth, messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import services
from accounts.forms import NewPersonForm
from accounts.models import User
from accounts.services.invitations import InvitationClosed, InvitationLink
from core.errors import StaleState
from core.formats import format_date

BACKEND = "accounts.backends.AuthenticationBackend"
CUT = "Le lien est incomplet : copiez-le en entier depuis le courrier reçu."


def _why(link: InvitationLink) -> str:
    """Why the link does not open anything any more."""
    found = link.invitation
    return {
        "acceptee": f"Cette invitation a été acceptée le {format_date(found.accepted_at)}.",
        "revoquee": f"Cette invitation a été retirée le {format_date(found.revoked_at)} par {found.organisation}.",
        "expiree": f"Cette invitation a expiré le {format_date(found.expires_at)}.",
        "remplacee": (
            f"Un lien plus récent vous a été envoyé le {format_date(found.sent_at)} : "
            "ouvrez le dernier courrier reçu, c’est lui qui compte."
        ),
    }[link.status]


def _closed(request: HttpRequest, link: InvitationLink | None, token: str, *, asked: str = "") -> HttpResponse:
    context = {
        "why": _why(link) if link else CUT,
        "organisation": str(link.invitation.organisation) if link else "",
        "may_ask": link is not None and link.status != "acceptee",
        "accepted": link is not None and link.status == "acceptee",
        "asked": asked,
        "ask_url": reverse("accounts:invitation_renewal", args=[token]),
    }
    return render(request, "accounts/invitation_closed.html", context, status=410 if link else 404)


def _page(
    request: HttpRequest, link: InvitationLink, token: str, form: NewPersonForm | None, *, status: int = 200
) -> HttpResponse:
    """What the visitor can do: accept, sign in first, change account, or open an account."""
    found = link.invitation
    signed_in = request.user.is_authenticated
    here = reverse("accounts:invitation", args=[token])
    account = User.objects.filter(email__iexact=found.email).first()
    if signed_in:
        case = "accept" if request.user.email.lower() == found.email.lower() else "other"
    elif account is None:
        case = "new"
    else:
        case = "sign_in" if account.is_active else "inactive"
    context = {
        "case": case,
        "form": form or (NewPersonForm(email=found.email) if case == "new" else None),
        "email": found.email,
        "organisation": str(found.organisation),
        "role": found.get_role_display(),
        "inviter": str(found.invited_by) if found.invited_by else "",
        "until": format_date(found.expires_at),
        "here": here,
        "sign_in_url": f"{reverse('account_login')}?{urlencode({'next': here})}",
        "sign_in_code_url": f"{reverse('account_request_login_code')}?{urlencode({'next': here})}",
    }
    return render(request, "accounts/invitation.html", context, status=status)


@rate_limit(action="invitation")
def _accept(request: HttpRequest, link: InvitationLink, token: str) -> HttpResponse:
    if request.user.is_authenticated:
        accepted = services.accept_by_account(link, request.user)
        messages.success(request, f"Vous êtes maintenant membre de {accepted.membership.organisation}.")
        return redirect("portal:accueil")
    form = NewPersonForm(request.POST, email=link.invitation.email)
    if User.objects.filter(email__iexact=link.invitation.email).exists():
        return _page(request, link, token, None, status=409)
    if not form.is_valid():
        return _page(request, link, token, form, status=422)
    data = form.cleaned_data
    try:
        accepted = services.accept_by_new_person(
            link,
            first_name=data["first_name"],
            last_name=data["last_name"],
            password=data["password"] or None,
        )
    except StaleState:
        return _page(request, link, token, None, status=409)
    auth.login(request, accepted.user, backend=BACKEND)
    messages.success(
        request, f"Bienvenue. Votre compte est ouvert, vous êtes membre de {accepted.membership.organisation}."
    )
    return redirect("portal:accueil")


@never_cache
@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponseBase:
    """Accept an invitation, or learn why the link does not work any more."""
    link = services.read_token(token)
    if link is None or link.status != "en_attente":
        return _closed(request, link, token)
    if request.method != "POST":
        return _page(request, link, token, None)
    try:
        return _accept(request, link, token)
    except InvitationClosed:
        # Accepted or revoked between the page and the click: the same explanation as on opening.
        fresh = services.read_token(token)
        if fresh is not None and fresh.status != "en_attente":
            return _closed(request, fresh, token)
        raise


@never_cache
@login_not_required
@require_POST
@rate_limit(action="invitation_renewal")
def ask_renewal(request: HttpRequest, token: str) -> HttpResponseBase:
    """The holder of a dead link asks those who invited her for a new one."""
    link = services.read_token(token)
    if link is None or link.status in ("acceptee", "en_attente"):
        return redirect("accounts:invitation", token)
    told = services.ask_renewal(link)
    asked = (
        "Votre demande est transmise. Si elle est acceptée, vous recevrez un nouveau courrier."
        if told
        else "Votre demande a déjà été transmise dans les dernières vingt-quatre heures."
    )
    return _closed(request, link, token, asked=asked)
