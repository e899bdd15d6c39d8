"""Entering the portfolio: inviting (DLA, C2RA), the page behind the link, asking by oneself."""

from __future__ import annotations

from allauth.decorators import rate_limit
from django.contrib import auth, messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms import NewPersonForm
from accounts.models import User
from core import listing
from core.errors import InvalidInput, NotAllowed, StaleState
from core.formats import format_date
from core.text import whole_number
from partners.portfolio.invitations import services
from partners.portfolio.invitations.forms import DemandeForm, InvitationForm
from partners.portfolio.invitations.models import InvitationPrestataire
from partners.portfolio.invitations.services import InvitationClosed, Link
from partners.portfolio.prestataire import permissions
from partners.portfolio.prestataire.models import Prestataire

BACKEND = "accounts.backends.AuthenticationBackend"
_STATES = {
    "en_attente": ("en attente", "tag-accent"), "acceptee": ("acceptée", "tag-ok"),
    "expiree": ("expirée", "tag-warn"), "revoquee": ("révoquée", "tag-neutral"),
}  # fmt: skip


def _may_invite(request: HttpRequest) -> None:
    refusal = permissions.why_not_invite(request.actor)
    if refusal:
        raise NotAllowed(refusal)


def _asked(request: HttpRequest) -> dict[str, str]:
    """What an import proposes to write to who should join a prestataire already there."""
    siret = "".join(c for c in request.GET.get("siret", "") if c.isdigit())[:14]
    told = {"email": request.GET.get("email", "")[:254]}
    if siret:
        told["message"] = (
            f"Votre structure (SIRET {siret}) est déjà inscrite au portefeuille. Une fois votre compte ouvert, "
            "saisissez ce SIRET et demandez à la rejoindre : son référent vous répondra."
        )
    return told


@require_http_methods(["GET", "HEAD", "POST"])
def invitations(request: HttpRequest) -> HttpResponse:
    """The invitations of my organisation, and one more."""
    _may_invite(request)
    form = InvitationForm(request.POST or None, initial=_asked(request))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.invite(form.cleaned_data["email"], actor=request.actor, message=form.cleaned_data["message"])
            except InvalidInput as error:
                form.add_error("email", error.message)
            else:
                messages.success(request, "L’invitation est partie ; elle est valable 14 jours.")
                return redirect("portfolio:invitations")
    found = InvitationPrestataire.objects.filter(organisation=request.actor.organisation_id).order_by("-sent_at", "pk")
    page = listing.paginate(found.select_related("prestataire"), request)
    rows = [
        {
            "pk": i.pk,
            "email": i.email,
            "prestataire": str(i.prestataire or ""),
            "label": _STATES[i.status][0],
            "tag": _STATES[i.status][1],
            "sent": format_date(i.sent_at),
            "until": format_date(i.expires_at),
            "version": i.version,
            "open": i.status in ("en_attente", "expiree"),
        }
        for i in page.object_list
    ]
    context = {"form": form, "rows": rows, "page": page, "counter": page.paginator.counter("invitation")}
    return render(request, "portfolio/invitations/invitations.html", context, status=status)


@require_POST
def invitation_action(request: HttpRequest, pk: int) -> HttpResponse:
    """Send an invitation again, or revoke it."""
    _may_invite(request)
    found = get_object_or_404(InvitationPrestataire, pk=pk, organisation=request.actor.organisation_id)
    version = whole_number(request.POST.get("version", "")) or 0
    if request.POST.get("action") == "renvoyer":
        services.resend(found, actor=request.actor, expected_version=version)
        messages.success(request, "L’invitation est repartie avec un nouveau lien.")
    else:
        services.revoke(found, actor=request.actor, expected_version=version)
        messages.success(request, "L’invitation est révoquée : son lien ne sert plus.")
    return redirect("portfolio:invitations")


# --- The link -------------------------------------------------------------------------------------------------------


def _why(link: Link | None) -> str:
    if link is None:
        return "Le lien est incomplet : copiez-le en entier depuis le courrier reçu."
    found = link.invitation
    return {
        "acceptee": f"Ce lien a déjà servi le {format_date(found.accepted_at)} : connectez-vous.",
        "revoquee": f"Cette invitation a été retirée le {format_date(found.revoked_at)}.",
        "expiree": f"Ce lien a expiré le {format_date(found.expires_at)}.",
        "remplacee": f"Un lien plus récent vous a été envoyé le {format_date(found.sent_at)} : ouvrez le dernier reçu.",
    }[link.status]


def _closed(request: HttpRequest, link: Link | None) -> HttpResponse:
    context = {
        "why": _why(link),
        "accepted": link is not None and link.status == "acceptee",
        "may_ask": link is not None and link.status in ("expiree", "revoquee"),
    }
    return render(request, "portfolio/invitations/rejoindre_clos.html", context, status=410 if link else 404)


def _page(request: HttpRequest, link: Link, token: str, form: NewPersonForm | None, *, status: int = 200):
    found = link.invitation
    here = reverse("portfolio:rejoindre", args=[token])
    account = User.objects.filter(email__iexact=found.email).first()
    if request.user.is_authenticated:
        case = "accept" if request.user.email.lower() == found.email.lower() else "other"
    elif account is None:
        case = "new"
    else:
        case = "sign_in" if account.is_active else "inactive"
    context = {
        "case": case,
        "form": form or (NewPersonForm(email=found.email) if case == "new" else None),
        "email": found.email,
        "inviter": str(found.invited_by or ""),
        "organisation": str(found.organisation or ""),
        "prestataire": str(found.prestataire or ""),
        "message": found.message,
        "until": format_date(found.expires_at),
        "here": here,
        "sign_in_url": f"{reverse('account_login')}?{urlencode({'next': here})}",
        "sign_in_code_url": f"{reverse('account_request_login_code')}?{urlencode({'next': here})}",
    }
    return render(request, "portfolio/invitations/rejoindre.html", context, status=status)


def _welcome(request: HttpRequest, prestataire: Prestataire | None, *, asked: bool) -> HttpResponse:
    """``asked``: the invitation named a prestataire, that its people have held since."""
    if prestataire is None and asked:
        messages.success(request, "Votre demande est transmise au référent : vous recevrez sa réponse par courrier.")
        return redirect("portfolio:espace")
    if prestataire is not None:
        messages.success(request, f"Vous faites maintenant partie de {prestataire}.")
        return redirect("portfolio:espace_prestataire", prestataire.pk)
    messages.success(request, "Bienvenue. Dites d’abord qui vous êtes : votre SIRET suffit pour commencer.")
    return redirect("portfolio:nouveau")


@rate_limit(action="invitation")
def _accept(request: HttpRequest, link: Link, token: str) -> HttpResponse:
    if request.user.is_authenticated:
        joined = services.accept_by_account(link, request.user)
        return _welcome(request, joined, asked=link.invitation.prestataire_id is not None)
    form = NewPersonForm(request.POST, email=link.invitation.email)
    if User.objects.filter(email__iexact=link.invitation.email).exists():
        return _page(request, link, token, None, status=409)
    if not form.is_valid():
        return _page(request, link, token, form, status=422)
    data = form.cleaned_data
    try:
        user, prestataire = services.accept_by_new_person(
            link, first_name=data["first_name"], last_name=data["last_name"], password=data["password"] or None
        )
    except StaleState:
        return _page(request, link, token, None, status=409)
    auth.login(request, user, backend=BACKEND)
    return _welcome(request, prestataire, asked=link.invitation.prestataire_id is not None)


@never_cache
@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def rejoindre(request: HttpRequest, token: str) -> HttpResponseBase:
    """Enter by a link, or learn why it does not work any more. Opening it writes nothing."""
    link = services.read_token(token)
    if link is None or link.status != "en_attente":
        return _closed(request, link)
    if request.method != "POST":
        return _page(request, link, token, None)
    try:
        return _accept(request, link, token)
    except InvitationClosed:
        return _closed(request, services.read_token(token))


@rate_limit(action="invitation_renewal")
def _ask(request: HttpRequest, form: DemandeForm) -> HttpResponse:
    services.ask_access(form.cleaned_data["email"], actor=request.actor)
    return render(request, "portfolio/invitations/demande.html", {"form": None, "sent_to": form.cleaned_data["email"]})


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def demande(request: HttpRequest) -> HttpResponseBase:
    """Ask for a space by oneself: the same answer whatever the address."""
    form = DemandeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _ask(request, form)
    return render(
        request, "portfolio/invitations/demande.html", {"form": form, "sent_to": ""}, status=422 if form.errors else 200
    )
