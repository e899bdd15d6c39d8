"""Leaving for the OpenID Connect provider, and coming back. Both pages are 404 when no provider is configured."""

from __future__ import annotations

import structlog
from allauth.account.utils import get_next_redirect_url
from allauth.core import ratelimit
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.oidc import TROUBLES, Conversation, Provider, reason_of, refusal

logger = structlog.get_logger(__name__)


def _provider(request: HttpRequest, provider_id: str) -> Provider:
    try:
        return get_adapter().get_provider(request, provider_id)
    except SocialApp.DoesNotExist as missing:
        raise Http404 from missing


@login_not_required
@never_cache
def depart(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send the visitor to the provider (POST: following a link signs nobody in).

    The page goes on by itself rather than answering with a redirect: browsers hold a redirect that follows a form, and
    those of the provider after it, to the « form-action » of our policy, which stays ours alone.
    """
    provider = _provider(request, provider_id)
    if request.method != "POST":
        return redirect("account_login")
    if too_many := ratelimit.consume_or_429(request, action="login"):
        return too_many
    try:
        sent = provider.redirect(request, process=AuthProcess.LOGIN, next_url=get_next_redirect_url(request))
    except TROUBLES as error:
        logger.warning("connexion externe refusée", reason=reason_of(error), error=str(error))
        return refusal(request, provider.name, reason_of(error))
    if "Location" not in sent:
        return sent
    return render(request, "accounts/oidc_depart.html", {"label": provider.name, "url": sent["Location"]})


@login_not_required
@never_cache
@require_GET
def retour(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Where the provider sends back: signs in, asks for the second factor, or says why not."""
    _provider(request, provider_id)
    return OAuth2CallbackView.adapter_view(Conversation(request, provider_id))(request)
