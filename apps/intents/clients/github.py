"""GitHub's REST API, for the one thing asked of it: to start a workflow."""

import requests
from django.conf import settings
from django.utils.translation import gettext as _

API = "https://api.github.com"
TIMEOUT_SECONDS = (3.0, 10.0)


class WorkflowError(Exception):
    """The workflow did not start; the text is for staff. `is_final`: trying again would not help."""

    def __init__(self, text: str, *, is_final: bool) -> None:
        super().__init__(text)
        self.is_final = is_final


def is_configured() -> bool:
    env = settings.ENV
    return all((env.GITHUB_OWNER, env.GITHUB_REPO, env.GITHUB_WORKFLOW_FILE, env.GITHUB_TOKEN_WORKFLOW))


def dispatch_workflow(*, branch: str) -> None:
    """`POST /repos/{owner}/{repo}/actions/workflows/{file}/dispatches` (204). Raises WorkflowError."""
    env = settings.ENV
    path = (
        f"/repos/{env.GITHUB_OWNER}/{env.GITHUB_REPO}/actions/workflows/{env.GITHUB_WORKFLOW_FILE}/dispatches"
    )
    headers = {
        "Accept": "application/vnd.github+json",
        "Authorization": f"Bearer {env.GITHUB_TOKEN_WORKFLOW}",
        "X-GitHub-Api-Version": "2022-11-28",
    }
    with requests.Session() as session:
        session.trust_env = False
        try:
            answer = session.post(
                API + path,
                json={"ref": branch},
                headers=headers,
                timeout=TIMEOUT_SECONDS,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise WorkflowError(_("GitHub no responde. Inténtalo más tarde."), is_final=False) from error
    if answer.status_code >= 500 or answer.status_code == 429:
        raise WorkflowError(_("GitHub no está disponible. Inténtalo más tarde."), is_final=False)
    if not answer.ok or answer.is_redirect:
        text = _("GitHub no aceptó la petición (%(status)d): revisa GITHUB_* y que la rama exista.")
        raise WorkflowError(text % {"status": answer.status_code}, is_final=True)
