import io, json, pytest
from io import StringIO
from django.core.management import call_command
from apps.intents.models import *
from apps.intents.services.intents import *
from apps.intents.services import sync_from_files
pytestmark = pytest.mark.django_db

def P(*a): print("ZZ", *a)

def test_resurrect(staff):
    sync_from_files(mode="skip")
    names=[i.name for i in Intent.objects.all()]
    for n in names:
        r=staff.delete(f"/api/admin/intents/{n}")
        if r.status_code==200: break
    P("deleted", n, Intent.objects.filter(name=n).exists())
    sync_from_files(mode="skip")
    P("after start", Intent.objects.filter(name=n).exists())

@pytest.mark.parametrize("body", ['{"intent":"aaa","examples":["hola\\u0007 x"],"responses":["r\\u0007r"]}',
 '{"intent":"aaa","examples":["hola x"],"responses":["r\\u0000r"]}',
 '{"intent":"aaa","examples":["hola\\ud800 x"],"responses":["rrr"]}',
 '{"intent":"aaa","examples":["hola x"],"responses":["r\\ud800r"]}',
 '{"intent":"aaa","examples":["hola x"],"responses":[{"text":"x","buttons":[{"title":"t","payload":{"a":[1]}}]}]}',
 '{"intent":"aaa","examples":["hola x"],"responses":[{"text":"x","buttons":[{"title":"t","payload":5,"url":["x"]}]}]}',
 '{"intent":"aaa","examples":["[x]{\\"entity\\":\\"e\\"}"],"responses":["x"],"title":"a\\u0007"}',
 '{"intent":"aaa","examples":["[x]{'+'1'*450+'}"],"responses":["x"]}',
 '{"intent":"aaa","examples":["[x][{\\"entity\\":\\"e\\",\\"value\\":1e999}]"],"responses":["x"]}',
])
def test_odd(staff, body):
    staff.raise_request_exception=False
    r=staff.post("/api/admin/intents", body, content_type="application/json")
    P(body[:70], r.status_code, r.content[:120])
    for f in ("csv","json","rasa","xlsx"):
        try:
            e=staff.get("/api/admin/intents/export?format="+f); P("   export", f, e.status_code, e.content[:80] if e.status_code>299 else "")
            if e.status_code==200 and r.status_code==201:
                from apps.intents.exchange import read_file
                try: P("     back", read_file(name="x."+{"rasa":"zip"}.get(f,f), content=e.content)[0].error)
                except Exception as x: P("     back", repr(x)[:150])
        except Exception as x: P("   export", f, repr(x)[:150])

def test_builtin_and_shadow(staff):
    from apps.intents.services import build_project
    sync_from_files(mode="skip")
    for n in ("nlu_fallback","need_auth","default","session_start","restart","back","out_of_scope"):
        r=staff.post("/api/admin/intents", json.dumps({"intent":n,"examples":[f"xx {n} {i}" for i in range(10)],"responses":["MINE"]}), content_type="application/json")
        P(n, r.status_code)
    p=build_project()
    P([ (k,[x.text for x in p.responses[k]]) for k in ("utter_need_auth","utter_default") if k in p.responses], [f for f in p.errors])
    P([r.name for r in p.rules if any(s.name=="nlu_fallback" for s in r.steps)])

def test_replace_empty(staff):
    sync_from_files(mode="skip")
    n=Intent.objects.first(); P(n.name, n.examples.count())
    from django.core.files.uploadedfile import SimpleUploadedFile
    r=staff.post("/api/admin/intents/upload?mode=replace", {"file":SimpleUploadedFile("a.csv", f"intent,examples,responses,title\n{n.name},,,Nuevo\n".encode())}, format="multipart")
    P(r.status_code, r.content, n.examples.count(), n.answers.count())
    from apps.intents.services import build_project
    P([f.message for f in build_project().errors])

def test_boot(staff, env, tmp_path, monkeypatch):
    from apps.chat import engine as engines
    env(DATA_DIR=tmp_path/"data"); engines.embedded_engine.cache_clear()
    call_command("bootstrap", stdout=StringIO(), stderr=StringIO())
    v=engines.embedded_engine().status().model_version
    a=Intent.objects.exclude(name="saludo").first(); b=Intent.objects.filter(is_active=True).last()
    ex=b.examples.first().text
    r=staff.put(f"/api/admin/intents/{a.name}", json.dumps({"examples":[e.text for e in a.examples.all()]+[ex]}), content_type="application/json")
    P("put", r.status_code, v)
    try: call_command("bootstrap", stdout=StringIO(), stderr=StringIO()); P("boot ok")
    except BaseException as x: P("BOOT FAILS", repr(x))
    P(engines.embedded_engine().status().model_version==v)
    engines.embedded_engine.cache_clear()
