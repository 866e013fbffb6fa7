"""What the institution knows about the student who asks."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.authentication import OWN_RECORD
from apps.accounts.permissions import SignedIn, caller_in
from apps.accounts.serializers.records import CertificatesOutput, StateOutput, TutorOutput
from apps.accounts.services import records
from apps.core.throttling import ListThrottle


class OwnRecordView(APIView):
    authentication_classes = OWN_RECORD
    permission_classes = (SignedIn,)
    throttle_classes = (ListThrottle,)


class StateView(OwnRecordView):
    @extend_schema(operation_id="own_state", tags=["cuentas"], responses={200: StateOutput})
    def get(self, request: Request) -> Response:
        """Tu estado en el programa de formación."""
        return Response(StateOutput(records.own_state(caller=caller_in(request))).data)


class TutorView(OwnRecordView):
    @extend_schema(operation_id="own_tutor", tags=["cuentas"], responses={200: TutorOutput})
    def get(self, request: Request) -> Response:
        """Tu tutor y cómo contactarlo."""
        return Response(TutorOutput(records.own_tutor(caller=caller_in(request))).data)


class CertificatesView(OwnRecordView):
    @extend_schema(operation_id="own_certificates", tags=["cuentas"], responses={200: CertificatesOutput})
    def get(self, request: Request) -> Response:
        """Tus certificados, el más reciente primero."""
        found = records.own_certificates(caller=caller_in(request))
        return Response(CertificatesOutput({"certificados": found}).data)
