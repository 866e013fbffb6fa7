"""Staff make a person and give out temporary passwords, in a browser: shown once, nothing inline."""

from typing import Any

import pytest

from apps.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIST = "/admin/accounts/user/"


def test_temporary_passwords_are_given_out_in_the_browser(
    signed_in: Any, student: User, soporte: User
) -> None:
    page = signed_in
    page.goto(f"{LIST}add/")
    page.fill("#id_email", "nueva@ejemplo.edu.co")
    page.fill("#id_nombre", "Nueva Ruiz")
    page.check("#id_generate")
    page.click("[name=_save]")
    first = page.locator("code").inner_text()
    assert User.objects.get(email="nueva@ejemplo.edu.co").check_password(first)
    page.click("text=Volver a las personas")
    page.wait_for_selector("#result_list")
    assert first not in page.content()
    page.check("#action-toggle")
    page.uncheck("tr:has-text('jefe@') input.action-select")
    page.select_option("[name=action]", "reset_passwords")
    page.click("button[name=index]")
    assert "3 personas" in page.locator("h1").inner_text()
    page.click("text=Sí, restablecer")
    given = page.locator("code").all_inner_texts()
    assert len(set(given)) == 3
    assert User.objects.filter(must_change_password=True).count() == 3


def test_the_list_fits_a_phone(signed_in: Any, student: User) -> None:
    signed_in.set_viewport_size({"width": 375, "height": 740})
    signed_in.goto(LIST)
    results = signed_in.locator(".results")
    assert results.evaluate("box => box.scrollWidth <= box.clientWidth")
