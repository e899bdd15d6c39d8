"""OpenID Connect by settings: what the four variables of the environment mean to allauth."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured

DEFAULT_LABEL = "votre compte professionnel"


def providers(issuer: str, client_id: str, secret: str, label: str = "", *, https: bool = True) -> dict[str, Any]:
    """``SOCIALACCOUNT_PROVIDERS`` for one provider, or for none when nothing is given.

    ``issuer`` is the address of the provider, as its discovery document gives it (``issuer``); ``label`` completes
    « Se connecter avec… ». Raises ``ImproperlyConfigured`` when only a part is given, or when the address is not
    https while ``https`` is wanted: the identity of people travels there.
    """
    issuer = issuer.strip().removesuffix("/.well-known/openid-configuration").rstrip("/")
    if not any((issuer, client_id, secret)):
        return {}
    if not all((issuer, client_id, secret)):
        raise ImproperlyConfigured("OIDC_ISSUER, OIDC_CLIENT_ID et OIDC_CLIENT_SECRET se donnent ensemble.")
    if https and not issuer.startswith("https://"):
        raise ImproperlyConfigured("OIDC_ISSUER commence par https:// en production.")
    app = {
        "provider_id": "oidc",
        "name": label or DEFAULT_LABEL,
        "client_id": client_id,
        "secret": secret,
        "settings": {"server_url": issuer, "oauth_pkce_enabled": True, "uid_field": "uid"},
    }
    return {"openid_connect": {"APPS": [app], "SCOPE": ["openid", "email"]}}
