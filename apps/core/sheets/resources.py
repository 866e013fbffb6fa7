"""A table and a model: rows are compared by their key first, and written together at the end."""

from dataclasses import dataclass
from typing import Any, ClassVar

import structlog
import tablib
from django.core.exceptions import ValidationError
from django.db import DatabaseError, models
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from import_export import resources, results
from import_export.instance_loaders import BaseInstanceLoader

from apps.core import audit
from apps.core.db import atomic

log = structlog.get_logger("tutorbot.imports")
BATCH = 500


@dataclass(frozen=True, slots=True)
class Column:
    """What the import page says of a column; `examples` are the cells of the example file."""

    name: str
    help: str | Promise
    examples: tuple[str, ...]
    is_required: bool = False


class BadTable(Exception):
    """Something is wrong with the table as a whole; the text is for people."""


class LoggedError(results.Error):
    """A row's failure that nobody foresaw: the page says it plainly, the log says what it was."""

    def __init__(self, error: Exception, row: Any = None, number: int | None = None) -> None:
        super().__init__(error, row=row, number=number)
        self.text = str(error) if isinstance(error, BadTable) else ""
        if not self.text:
            log.warning("import_row_failed", row=number, error=type(error).__name__, exc_info=error)


class PlainDiff(resources.Diff):
    """What a row changes, without the inline styles that our pages' policy forbids."""

    def as_html(self) -> list[SafeString]:
        return [self._cell(str(old), str(new)) for old, new in zip(self.left, self.right, strict=True)]

    def _cell(self, old: str, new: str) -> SafeString:
        if self.new or old == new:
            return format_html("{}", new)
        if not old:
            return format_html("<ins>{}</ins>", new)
        return (
            format_html("<del>{}</del> <ins>{}</ins>", old, new) if new else format_html("<del>{}</del>", old)
        )


class KeyedLoader(BaseInstanceLoader):
    """The stored rows that a table names, read in one query; a key that comes twice is refused."""

    def __init__(self, resource: Any, dataset: tablib.Dataset) -> None:
        super().__init__(resource, dataset)
        self.key_fields = [resource.fields[name] for name in resource.get_import_id_fields()]
        self.seen: set[tuple[Any, ...]] = set()
        keys = [self.key(row) for row in dataset.dict] if dataset.headers else []
        first = {key[0] for key in keys if key}
        stored = resource.get_queryset().filter(**{f"{self.key_fields[0].attribute}__in": first})
        self.stored = {tuple(field.get_value(row) for field in self.key_fields): row for row in stored}

    def key(self, row: dict[str, Any]) -> tuple[Any, ...] | None:
        """None when a part is missing or unreadable: the row's own checks will say so."""
        try:
            key = tuple(field.clean(row) for field in self.key_fields)
        except (KeyError, ValueError):
            return None
        return key if all(key) else None

    def get_instance(self, row: dict[str, Any]) -> Any:
        key = self.key(row)
        if key is None:
            return None
        if key in self.seen:
            raise ValidationError(_("Esta fila repite otra del mismo archivo. Deja una sola."))
        self.seen.add(key)
        return self.stored.get(key)


class SheetResource(resources.ModelResource):
    """Nothing is written before every row is known to be right, and then all in one short transaction.

    The library would hold a transaction open while it reads: on SQLite no turn could be stored meanwhile.
    Subclasses name `columns` and give every column a Field.
    """

    columns: ClassVar[tuple[Column, ...]] = ()

    class Meta:
        instance_loader_class = KeyedLoader
        skip_unchanged = True
        report_skipped = False
        clean_model_instances = True

    @classmethod
    def get_diff_class(cls) -> type[PlainDiff]:
        return PlainDiff

    @classmethod
    def get_error_result_class(cls) -> type[LoggedError]:
        return LoggedError

    def import_data(
        self, dataset: tablib.Dataset, dry_run: bool = False, raise_errors: bool = False, **kwargs: Any
    ) -> results.Result:
        for option in ("use_transactions", "collect_failed_rows", "rollback_on_validation_errors"):
            kwargs.pop(option, None)
        result = self.import_data_inner(dataset, True, raise_errors, False, False, **kwargs)
        if not dry_run and not result.has_errors() and not result.has_validation_errors():
            self._write(result)
        return result

    def before_import(self, dataset: tablib.Dataset, **kwargs: Any) -> None:
        missing = [c.name for c in self.columns if c.is_required and c.name not in dataset.headers]
        if missing:
            dataset.wipe()
            names = ", ".join(missing)
            raise BadTable(
                _("Falta en el encabezado: %(names)s. Compáralo con el ejemplo.") % {"names": names}
            )
        for field in self.fields.values():
            if hasattr(field.widget, "prepare") and field.column_name in dataset.headers:
                field.widget.prepare(dataset[field.column_name])

    def save_instance(self, instance: models.Model, is_create: bool, row: Any, **kwargs: Any) -> None:
        """Kept for _write()."""
        (self.create_instances if is_create else self.update_instances).append(instance)

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """Without a query per row: keys are the loader's business, and related rows were found just now."""
        errors = dict(import_validation_errors or {})
        found = [f.name for f in instance._meta.fields if f.is_relation and getattr(instance, f.attname)]
        try:
            instance.full_clean(exclude={*errors, *found}, validate_unique=False, validate_constraints=False)
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        if errors:
            names = {str(field.attribute): field.column_name for field in self.fields.values()}
            raise ValidationError({str(names.get(key, key)): value for key, value in errors.items()})

    def _write(self, result: results.Result) -> None:
        try:
            with atomic():
                self._meta.model.objects.bulk_create(self.create_instances, batch_size=BATCH)
                audit.note_created(self.create_instances)
                with audit.saved_together(self.update_instances):
                    for instance in self.update_instances:
                        instance.save(force_update=True)
        except DatabaseError as error:
            log.warning("import_not_written", error=type(error).__name__)
            text = _("Los datos cambiaron mientras revisabas. Sube el archivo otra vez.")
            self.handle_import_error(result, BadTable(text))
