"""Three web processes and two workers on two machines behind nginx act as one."""

import re
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import count, cycle
from pathlib import Path

import pytest
import requests

from tests.scale.cluster import ADMIN, PASSWORD, Client, Cluster, running_cluster, wait_until
from tests.servers.processes import CannotStart, skip_or_fail

pytestmark = [pytest.mark.slow, pytest.mark.redis, pytest.mark.timeout(400)]
PATIENCE = 5.0
"""A model switches within 2 s on a machine that has nothing else to do (docs/benchmarks.md)."""
FORM = ("/soporte_interno", "Ana Rojas", "ana@ejemplo.edu.co", "omitir", "La guía no abre.", "correo", "sí")


def test_two_machines_act_as_one(tmp_path: Path) -> None:
    """One test: a second worker of xdist would start the machines again, which is most of what it takes."""
    try:
        with running_cluster(tmp_path) as cluster:
            of_a_crowd_exactly_sixty_are_answered_whichever_process_counts(cluster)
            a_login_and_a_form_begun_on_one_machine_go_on_on_another(cluster)
            a_training_outlives_its_worker_and_its_model_answers_on_all_machines(cluster)
    except CannotStart as reason:
        skip_or_fail(reason)


def say(url: str, message: str, sender: str = "demo", session: str = "") -> requests.Response:
    headers = {"X-Chat-Session": session}
    with Client() as client:
        path = "demo" if sender == "demo" else ""
        body = {"sender": sender, "message": message}
        return client.post(f"{url}/api/chat/{path}", json=body, headers=headers)


def session_of_page(url: str) -> str:
    with Client() as client:
        found = re.search(r'data-session="([^"]+)"', client.get(f"{url}/chat-embed.html").text)
    assert found
    return found[1]


def of_a_crowd_exactly_sixty_are_answered_whichever_process_counts(cluster: Cluster) -> None:
    session, other = (session_of_page(machine.url) for machine in cluster.machines)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: say(cluster.url, "hola", session=session), range(90)))
    assert Counter(one.status_code for one in answers) == {200: 60, 429: 30}
    left = [one.headers["X-RateLimit-Remaining"] for one in answers if one.status_code == 200]
    assert sorted(map(int, left)) == list(range(60))
    assert say(cluster.url, "hola", session=other).status_code == 200
    by_address = [say(cluster.url, "hola", session="otra").status_code for _ in range(61)]
    assert by_address == [200] * 60 + [429]


def a_login_and_a_form_begun_on_one_machine_go_on_on_another(cluster: Cluster) -> None:
    first, second = (machine.url for machine in cluster.machines)
    with Client() as client:
        token = client.get(f"{first}/admin/login/").text.partition('name="csrfmiddlewaretoken" value="')[2][
            :64
        ]
        data = {"username": ADMIN, "password": PASSWORD, "csrfmiddlewaretoken": token}
        client.post(f"{first}/admin/login/", data=data, headers={"Referer": f"{first}/admin/login/"})
        assert client.get(f"{second}/admin/", allow_redirects=False).status_code == 200
        client.cookies.clear()
        assert client.get(f"{second}/admin/", allow_redirects=False).status_code == 302
    session = session_of_page(first)
    for url, step in zip(cycle((first, second)), FORM, strict=False):
        answer = say(url, step, "web-formulario", session).json()
    assert re.search(r"T-\d{4}-\d{6}", answer[0]["text"])
    assert cluster.rows("SELECT count(*) FROM helpdesk_ticket") == [(1,)]


def a_training_outlives_its_worker_and_its_model_answers_on_all_machines(cluster: Cluster) -> None:
    assert cluster.rows("SELECT count(*) FROM intents_modelversion") == [(1,)]  # the second found the first's
    [(first_id, first)] = cluster.rows("SELECT id, name FROM intents_modelversion")
    admin = cluster.admin()
    here, there = cluster.machines
    new = {"intent": "prueba_de_carga", "examples": ["una frase cualquiera"], "responses": ["Listo."]}
    assert admin.post(f"{here.url}/api/admin/intents", json=new).status_code == 201
    run = admin.post(f"{here.url}/api/admin/train").json()["run_id"]

    def state() -> tuple[object, ...]:
        return cluster.rows("SELECT state, attempts FROM intents_trainingrun WHERE id = %s", run)[0]

    wait_until(lambda: state() == ("running", 1), 60)
    logs = [machine for machine in cluster.machines if list(machine.folder.glob("logs/train_*")) != []]
    busy = [machine for machine in logs if len(list(machine.folder.glob("logs/train_*"))) > (machine is here)]
    assert len(busy) == 1
    busy[0].kill_worker()
    cluster.rows("UPDATE intents_trainingrun SET heartbeat_at = NULL WHERE id = %s", run)  # half a minute
    busy[0].start_worker()
    wait_until(lambda: state() == ("done", 2), 180)
    with talking(cluster) as statuses:
        [(second_id, second)] = cluster.rows(
            "SELECT id, name FROM intents_modelversion WHERE name <> %s", first
        )
        moments = []
        for version, machine in ((second_id, here), (first_id, there)):
            path = f"{machine.url}/api/admin/models/{version}/activate"
            answer = admin.post(path)
            assert answer.status_code == 200, answer.text
            moments.append(time.time())
            time.sleep(2.5)
    assert set(statuses) == {200}
    told = "FROM logs_chatturn WHERE sender_id LIKE 'estudiante-%%' AND error IS NULL"
    assert cluster.rows(f"SELECT count(*) {told}") == [(len(statuses),)]
    query = f"SELECT model_version, extract(epoch FROM max(timestamp)) {told} GROUP BY model_version"
    last = dict(cluster.rows(query))
    assert last.keys() == {first, second}
    seconds = float(last[second]) - moments[1]
    print(f"the last turn with the model before came {seconds:.1f} s after the switch")
    assert seconds < PATIENCE


class talking:
    """Ten turns a second through nginx, each sender with a session of their own; the statuses."""

    def __init__(self, cluster: Cluster) -> None:
        self.url, self.stop = cluster.url, threading.Event()
        self.sessions = [session_of_page(self.url) for _ in range(20)]
        self.statuses: list[int] = []
        self.thread = threading.Thread(target=self.talk)

    def talk(self) -> None:
        with ThreadPoolExecutor(8) as pool:
            for turn in count():
                if self.stop.wait(0.1):
                    return
                pool.submit(self.one, turn % len(self.sessions))

    def one(self, who: int) -> None:
        answer = say(self.url, "hola", f"estudiante-{who}", self.sessions[who])
        self.statuses.append(answer.status_code)

    def __enter__(self) -> list[int]:
        self.thread.start()
        return self.statuses

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join()
