"""What was asked for with a person's data is written down."""

from apps.core import audit
from apps.logs.models import Export, PersonalDataRequest

audit.register(
    PersonalDataRequest,
    fields=["kind", "by", "with_account"],
    actions={audit.CREATE},
    name=lambda row: row.fingerprint[:12],
)
audit.register(Export, fields=["kind", "filters", "user"], actions={audit.CREATE}, name=lambda row: row.kind)
