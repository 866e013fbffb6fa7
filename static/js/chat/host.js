// Talk with the page that frames the chat (docs/widget.md has the messages). Nothing is believed from, or
// said to, an origin that the server did not list; the token stays in memory and is never stored.
import { byId } from "./dom.js";

const THEMES = ["light", "dark"];
const LANGUAGES = ["es", "en"];
const MAX_TOKEN = 8192;

/** What the server lists: origins, and wildcards as https://*.example.edu.co, read as frame-ancestors reads them. */
function listedSources() {
  try {
    const listed = JSON.parse(byId("chat-config").textContent);
    return Array.isArray(listed) ? listed : (listed?.allowed_origins ?? []);
  } catch {
    return []; // only our own origin may frame and talk
  }
}

function originOf(url) {
  try {
    return new URL(url).origin;
  } catch {
    return null;
  }
}

function namesOrigin(source, origin) {
  const [scheme, domain] = source.toLowerCase().split("://*.");
  if (!domain) return originOf(source) === origin;
  return origin.startsWith(`${scheme}://`) && new URL(origin).host.endsWith(`.${domain}`);
}

function createOriginList() {
  const sources = [window.location.origin, ...listedSources().filter((source) => typeof source === "string")];
  return {
    has: (origin) => originOf(origin) === origin && sources.some((source) => namesOrigin(source, origin)),
    exact: sources.filter((source) => !source.includes("*")).map(originOf).filter(Boolean),
  };
}

/** The framing page's origin as far as the browser tells it. */
function parentOrigin() {
  return window.location.ancestorOrigins?.[0] ?? originOf(document.referrer);
}

function browsersLanguage() {
  const spoken = navigator.languages.map((tag) => tag.slice(0, 2));
  return spoken.find((language) => LANGUAGES.includes(language)) ?? LANGUAGES[0];
}

/** The calls: onToken(token), onTheme("dark"), onLanguage("en"), onVisible(whether the student sees the chat). */
export function connectHost({ onToken, onTheme, onLanguage, onVisible }) {
  const framed = window.parent !== window;
  const allowed = createOriginList();
  let known = parentOrigin();
  let token = null;
  let isVisible = true;
  let unseen = 0;

  function post(type, fields = {}) {
    if (!framed) return;
    const targets = known ? [known].filter(allowed.has) : allowed.exact;
    for (const origin of targets) window.parent.postMessage({ ...fields, type }, origin);
  }

  function look({ theme, language }) {
    if (THEMES.includes(theme)) onTheme?.(theme);
    if (LANGUAGES.includes(language)) onLanguage?.(language);
  }

  function see(open) {
    if (typeof open !== "boolean" || open === isVisible) return;
    isVisible = open;
    if (open && unseen) post("chat:badge", { count: (unseen = 0) });
    onVisible?.(open);
  }

  /** Something for the student has come: the host counts it on its bubble while the chat is closed. */
  function arrived() {
    post("telemetry", { event: "message_received" });
    if (!isVisible) post("chat:badge", { count: (unseen += 1) });
  }

  const heeds = {
    "auth:token": (data) => {
      if (typeof data.token !== "string" || data.token.length > MAX_TOKEN) return;
      token = data.token || null;
      onToken?.(token);
    },
    "host:hello": look,
    "host:setTheme": ({ theme }) => (theme === "" ? onTheme?.("auto") : look({ theme })),
    "host:setLanguage": ({ language }) => look({ language: language === "" ? browsersLanguage() : language }),
    "host:open": () => see(true),
    "host:close": () => see(false),
    "chat:settings": (data) => look(data.payload ?? data.settings ?? data),
    "chat:visibility": (data) => see(data.payload?.open ?? data.open),
  };

  function receive(event) {
    if (event.source !== window.parent || !allowed.has(event.origin)) return;
    const type = event.data?.type;
    const isLate = type === "host:hello" && event.data.isListening !== true;
    const hasMissedUs = !known || isLate; // the request at load may have reached nobody
    known = event.origin;
    if (typeof type === "string" && Object.hasOwn(heeds, type)) heeds[type](event.data);
    if (hasMissedUs && !token) post("auth:request");
  }

  if (framed) window.addEventListener("message", receive);
  return { framed, post, arrived, token: () => token };
}
