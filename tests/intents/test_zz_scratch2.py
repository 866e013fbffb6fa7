import io, json, pytest, time
from io import StringIO
from django.core.management import call_command
from apps.intents.models import *
from apps.intents.services import sync_from_files, build_project
pytestmark = pytest.mark.django_db
OUT=open("/tmp/q5_out.txt","a")
def P(*a): print("ZZ", *a, file=OUT, flush=True)
def post(s,u,b): return s.post(u, json.dumps(b), content_type="application/json")

def test_resurrect(staff):
    sync_from_files(mode="skip")
    for n in [i.name for i in Intent.objects.all()]:
        r=staff.delete(f"/api/admin/intents/{n}")
        if r.status_code==200: break
    P("RES deleted", n, r.status_code, Intent.objects.filter(name=n).exists())
    rep=sync_from_files(mode="skip")
    P("RES after start", Intent.objects.filter(name=n).exists(), rep.created)

@pytest.mark.parametrize("body", ['{"intent":"aaa","examples":["hola\\u0007 x"],"responses":["r r"]}','{"intent":"aaa","examples":["hola x"],"responses":["r\\u0007r"]}',
 '{"intent":"aaa","examples":["hola x"],"responses":["r\\u0000r"]}',
 '{"intent":"aaa","examples":["hola\\ud800 x"],"responses":["rrr"]}',
 '{"intent":"aaa","examples":["hola x"],"responses":["r\\ud800r"]}'])
def test_odd(staff, body):
    r=staff.post("/api/admin/intents", body, content_type="application/json")
    P("ODD", body[:70], r.status_code, r.content[:100])
    for f in ("csv","json","rasa","xlsx"):
        e=staff.get("/api/admin/intents/export?format="+f); P("   export", f, e.status_code)
        if e.status_code==200 and r.status_code==201:
            from apps.intents.exchange import read_file
            try: P("     back", read_file(name="x."+{"rasa":"zip"}.get(f,f), content=e.content)[0].error)
            except Exception as x: P("     back", repr(x)[:150], getattr(x,'text',''))

def test_chat_bad(staff, env, tmp_path, api):
    from apps.chat import engine as engines
    env(DATA_DIR=tmp_path/"data"); engines.embedded_engine.cache_clear()
    sync_from_files(mode="skip")
    bad=[("zpay",{"text":"x","buttons":[{"title":"t","payload":{"a":[1]}}]}),
         ("zurl",{"text":"x","buttons":[{"title":"t","payload":"hola","url":["x"]}]}),
         ("zcond",{"text":"x","conditions":{"no_such_slot":{"a":1}}}),
         ("zbrace",{"text":"x {nosuch} {} {0.x!r:>9999999}"}),
         ("zchan",{"text":"x","channel":"nope"}),
         ("zbut",{"text":"x","buttons":[{"title":"t","payload":"/no_such_intent"}]}),
         ("zbut2",{"text":"x","buttons":[{"title":"t","payload":"/inform{bad"}]}),
         ("zatt",{"text":"x","attachment":[1,{"a":2}]}),("zcus",{"custom":{"type":5,"text":[1]}})]
    for n,a in bad:
        r=post(staff,"/api/admin/intents",{"intent":n,"examples":[f"{n} palabra{n} {k} {n}{k}" for k in range(10)],"responses":[a]})
        P("CHAT create", n, r.status_code, r.content[:80] if r.status_code>201 else "")
    p=build_project(); P("CHAT errors", p.errors)
    try: call_command("train", stdout=StringIO(), stderr=StringIO())
    except BaseException as x: P("CHAT TRAIN", repr(x)[:300]); 
    for n,a in bad:
        r=api.post("/api/chat", json.dumps({"message":f"{n} palabra{n}","sender":"u1"}), content_type="application/json")
        P("CHAT", n, r.status_code, r.content[:230])
        try: P("    adm", api.get(f"/api/admin/intents/{n}").status_code)
        except Exception as x: P("    adm", repr(x)[:100])
    engines.embedded_engine.cache_clear()

def test_admin_page_odd(admin, client, staff):
    client.force_login(admin)
    for n,a in [("zurl",{"text":"x","buttons":[{"title":"t","payload":"hola","url":["x"]}]}),("zpay",{"text":"x","buttons":[{"title":"t","payload":{"a":[1]}}]}),("zatt",{"text":"x","attachment":[1]})]:
        post(staff,"/api/admin/intents",{"intent":n,"examples":["q "+n],"responses":[a]})
        pk=Intent.objects.get(name=n).pk
        r=client.get(f"/admin/intents/intent/{pk}/change/"); P("ADM", n, r.status_code)
    t=time.time()
    r=client.post("/admin/intents/intent/add/", {"name":"zz_b","examples":"["*40000,"responses-TOTAL_FORMS":0,"responses-INITIAL_FORMS":0})
    P("ADM bracket", r.status_code, round(time.time()-t,1))

def test_signs_train(staff, env, tmp_path):
    from apps.chat import engine as engines
    env(DATA_DIR=tmp_path/"data"); engines.embedded_engine.cache_clear()
    for n,exs in (("aaa",["?","¿?","😀"]),("bbb",["!","...","x"])):
        P("SIGN", post(staff,"/api/admin/intents",{"intent":n,"examples":exs,"responses":["hola"]}).status_code)
    try: call_command("train", stdout=StringIO(), stderr=StringIO()); P("SIGN ok")
    except BaseException as x: P("SIGN", repr(x)[:300])
    engines.embedded_engine.cache_clear()

def test_lost_update(staff):
    """import merge between snapshot and write"""
    from apps.intents.services import importing
    from apps.intents.exchange.rows import ImportRow
    from apps.intents.knowledge import IntentData
    from apps.intents.services.intents import change_intent, intent_named
    post(staff,"/api/admin/intents",{"intent":"aaa","examples":["uno"],"responses":["r"]})
    old=importing._plans
    def hooked(*a):
        out=list(old(*a))
        change_intent(intent=intent_named("aaa"), examples=["uno","escrito mientras tanto"])
        return out
    importing._plans=hooked
    try: importing.import_intents(rows=[ImportRow(1,IntentData("aaa",("dos",)),frozenset({"examples"}))],mode="merge")
    finally: importing._plans=old
    P("LOST merge", [e.text for e in Example.objects.all()])
    # API: stale whole-row save
    a=intent_named("aaa"); b=intent_named("aaa")
    change_intent(intent=a,is_active=False); change_intent(intent=b,title="T")
    P("LOST put", intent_named("aaa").is_active)
