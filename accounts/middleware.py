"""Puts the actor on the request, lazily."""

from django.utils.functional import SimpleLazyObject

from accounts.services import actor_for
from core.actor import Actor


class ActorMiddleware:
    """``request.actor``: the signed-in person under the active membership, computed when first asked for."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.actor = SimpleLazyObject(
            lambda: actor_for(request.user) if request.user.is_authenticated else Actor.anonymous()
        )
        return self.get_response(request)
