"""Forms used again for each line of an imported file."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.forms.models import construct_instance

from referentiels.fields import ReferenceField


class LineFormMixin:
    """Put first, before a model form: the same rules, without a query for what its fields have checked already."""

    def _post_clean(self) -> None:
        # Django's own would ask a query for each constraint and foreign key: an import would take twice as long.
        self.instance = construct_instance(self, self.instance, self._meta.fields, self._meta.exclude)
        references = {name for name, field in self.fields.items() if isinstance(field, ReferenceField)}
        exclude = self._get_validation_exclusions() | references
        try:
            self.instance.full_clean(exclude=exclude, validate_unique=False, validate_constraints=False)
        except ValidationError as error:
            self._update_errors(error)
