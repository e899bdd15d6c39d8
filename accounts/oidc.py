"""Signing in through an OpenID Connect provider: allauth's flow, with what the house asks on top of it.

The provider says who somebody is, never what she may do: it opens an account that exists, by an address it has
verified, and creates nothing. allauth trusts TLS for the identity token; here its signature is checked as well. Kept of
the answer: an opaque identifier (issuer and subject, hashed: changing provider cannot give somebody another's account)
and the address.
"""

from __future__ import annotations

import hashlib
from typing import Any

import jwt
import structlog
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, _build_apps_from_settings, get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base.constants import AuthError
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from requests import ConnectionError as NoConnection
from requests import HTTPError, RequestException, Timeout

logger = structlog.get_logger(__name__)

#: Signatures that only the provider can make: a secret shared with us (HS256) would not say who signed.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
ENDPOINTS = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
CLOCKS_APART = 60  # seconds allowed between the clock of the provider and ours

#: Reason → (HTTP status, title): what is explained in templates/accounts/oidc_refus.html.
REFUSALS = {
    "inconnu": (403, "Aucun compte à cette adresse"),
    "non_verifiee": (403, "Adresse non vérifiée"),
    "abandon": (200, "Connexion abandonnée"),
    "perime": (400, "Cette tentative n’est plus valable"),
    "muet": (502, "Le service de connexion ne répond pas"),
    "reponse": (502, "La réponse n’a pas pu être vérifiée"),
}


def refusal(request: HttpRequest, label: str, reason: str, email: str = "") -> HttpResponse:
    """The page that says why one is not signed in and what to do; ``reason`` is a key of :data:`REFUSALS`."""
    status, title = REFUSALS[reason]
    context = {"reason": reason, "title": title, "label": label, "email": email}
    return render(request, "accounts/oidc_refus.html", context, status=status)


def reason_of(error: Exception) -> str:
    """« muet » when the provider did not answer, « reponse » when it answered something that cannot be used."""
    silent = isinstance(error, (NoConnection, Timeout)) or (
        isinstance(error, HTTPError) and error.response is not None and error.response.status_code >= 500
    )
    return "muet" if silent else "reponse"


class Conversation(OpenIDConnectOAuth2Adapter):
    """What is asked of the provider. Anything that cannot be used raises ``OAuth2Error`` or ``RequestException``."""

    @property
    def openid_config(self) -> dict[str, Any]:
        if not hasattr(self, "_openid_config"):
            found = super().openid_config
            if not isinstance(found, dict) or not all(isinstance(found.get(name), str) for name in ENDPOINTS):
                del self._openid_config
                raise OAuth2Error("discovery document incomplete")
            if found["issuer"].rstrip("/") != self.get_provider().app.settings["server_url"]:
                del self._openid_config
                raise OAuth2Error("discovery document of another issuer")
        return self._openid_config

    def get_access_token_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        try:
            return super().get_access_token_data(*args, **kwargs)
        except (AttributeError, KeyError, TypeError) as error:
            raise OAuth2Error("answer of the token endpoint refused") from error

    def parse_token(self, data: dict[str, Any]) -> SocialToken:
        """The access token: it serves once, to read the address, and is not kept."""
        return SocialToken(token=str(data["access_token"]))

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        claims = self._claims(app, kwargs["response"].get("id_token") or "")
        told = claims
        # The address and whether it is verified come from one place, never half from each.
        if not {"email", "email_verified"} <= claims.keys() and self.openid_config.get("userinfo_endpoint"):
            told = self._fetch_user_info(token.token)
            if not isinstance(told, dict) or told.get("sub") != claims["sub"]:
                raise OAuth2Error("userinfo of somebody else")
        identity = {
            "uid": hashlib.sha256(f"{claims['iss']}\n{claims['sub']}".encode()).hexdigest(),
            "email": str(told.get("email") or ""),
            # Some providers write booleans as text: « false » must not pass for true.
            "email_verified": told.get("email_verified") in (True, "true"),
        }
        return self.get_provider().sociallogin_from_response(request, {"userinfo": identity})

    def _claims(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        """What the identity token says, once its signature, issuer, audience and dates hold."""
        config = self.openid_config
        with get_adapter().get_requests_session() as session:
            answer = session.get(config["jwks_uri"])
            answer.raise_for_status()
            keys = answer.json()
        try:
            kid = jwt.get_unverified_header(id_token).get("kid")
            known = [key for key in jwt.PyJWKSet.from_dict(keys).keys if kid in (None, key.key_id)]
            if len(known) != 1:
                raise OAuth2Error("identity token signed with an unknown key")
            claims = jwt.decode(
                id_token,
                known[0].key,
                algorithms=ALGORITHMS,
                audience=app.client_id,
                issuer=config["issuer"],
                leeway=CLOCKS_APART,
                options={"require": ["iss", "sub", "aud", "exp", "iat"]},
            )
        except (jwt.PyJWTError, AttributeError, TypeError, ValueError) as error:
            raise OAuth2Error("identity token refused") from error
        if claims.get("azp", app.client_id) != app.client_id:
            raise OAuth2Error("identity token made for another application")
        return claims


class Provider(OpenIDConnectProvider):
    """The provider of the settings."""

    oauth2_adapter_class = Conversation


class SocialAdapter(DefaultSocialAccountAdapter):
    """allauth's adapter: one provider, that of the settings; existing accounts only; pages that say what to do."""

    def list_apps(self, request: HttpRequest, provider: str | None = None, client_id: str | None = None) -> list:
        """Those of the settings, never of the database: nobody adds a way in from the administration."""
        found = _build_apps_from_settings(provider=provider, client_id=client_id)
        return [app for apps in found.values() for app in apps]

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> Provider:
        return Provider(request, app=self.get_app(request, provider=provider, client_id=client_id))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Never: an account is opened by accepting an invitation."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Only the holder of an active account goes on; the second factor comes after, as for any other way in."""
        label = sociallogin.provider.name
        if sociallogin.is_existing:
            if not sociallogin.user.is_active:
                raise ImmediateHttpResponse(redirect("account_inactive"))
            return
        email = sociallogin.account.extra_data["userinfo"]["email"]
        verified = any(address.verified for address in sociallogin.email_addresses)
        reason = "inconnu" if verified else "non_verifiee"
        raise ImmediateHttpResponse(refusal(request, label, reason, email))

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Provider,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        if error == AuthError.CANCELLED:
            reason = "abandon"
        elif exception is not None:
            reason = reason_of(exception)
        else:
            # Without state, the answer is not one to a request of this browser.
            reason = "reponse" if "state" in (extra_context or {}) else "perime"
        logger.warning("connexion externe refusée", reason=reason, error=str(exception or error or ""))
        raise ImmediateHttpResponse(refusal(request, provider.name, reason))


#: What a request to the provider may raise.
TROUBLES = (RequestException, OAuth2Error)
