"""Every column that could hold a sealed value is declared, so that no rotation forgets one."""

from django.apps import apps
from django.db.models import BinaryField

from minsheng.domain.keys.declaring import declared_tables

_DIGESTS_OF_NO_SECRET = {("audit.Link", "hash"), ("audit.Link", "previous_hash"), ("audit.Head", "hash")}


def test_every_binary_column_is_declared_as_sealed_or_hashed() -> None:
    declared = {(table.model, column) for table in declared_tables() for column in (*table.sealed, *table.hashed)}
    ours = [model for model in apps.get_models() if model.__module__.startswith("minsheng.")]
    binary = {
        (f"{model._meta.app_label}.{model.__name__}", field.name)
        for model in ours
        for field in model._meta.local_concrete_fields
        if isinstance(field, BinaryField)
    }
    assert binary - _DIGESTS_OF_NO_SECRET == declared


def test_what_is_sealed_is_named_as_the_database_names_it_and_has_no_hash_length() -> None:
    for table in declared_tables():
        fields = {field.name: field for field in apps.get_model(table.model)._meta.local_concrete_fields}
        assert all(fields[name].column == name and fields[name].max_length is None for name in table.sealed)
        assert all(fields[name].max_length for name in table.hashed)
