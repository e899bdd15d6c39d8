"""One's own account."""

from __future__ import annotations

import copy

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts import services
from accounts.forms import ProfilForm


@require_http_methods(["GET", "HEAD", "POST"])
def profil(request: HttpRequest) -> HttpResponse:
    """Name, fonction, phone; how one signs in."""
    user = request.user
    status = 200
    if request.method == "POST":
        form = ProfilForm(request.POST, instance=copy.copy(user))
        if form.is_valid():
            services.update_profile(user, form.values(), actor=request.actor)
            messages.success(request, "Votre profil est enregistré.")
            return redirect("accounts:profil")
        status = 422
    else:
        form = ProfilForm(instance=copy.copy(user))
    context = {
        "form": form,
        "has_password": user.has_usable_password(),
        "has_second_factor": is_mfa_enabled(user, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]),
    }
    return render(request, "accounts/profil.html", context, status=status)
