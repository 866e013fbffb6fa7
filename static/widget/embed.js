// Puts the chat on any page: <script src="https://.../embedded.js" defer></script>
// docs/widget.md tells its attributes, methods and messages.
(() => {
  "use strict";
  if (window.TutorbotWidget) return; // one bubble, however many scripts
  const NAMES = /\/(embedded|chat-widget|widget\/embed[^/]*)\.js($|[?#])/;
  // Elements of such names in what users of the site write must not stand in for the script, and lead tokens elsewhere.
  const isScript = (one) => one instanceof HTMLScriptElement;
  const found = () => Array.from(document.scripts).find((one) => isScript(one) && NAMES.test(one.src));
  const script = isScript(document.currentScript) ? document.currentScript : found();
  const LOGIN_MS = 600_000; // as long as the chat remembers a question that needs a login
  const WORDS = {
    es: { title: "Chat de ayuda", open: "Abrir el chat de ayuda", close: "Cerrar el chat de ayuda", unread: "sin leer" },
    en: { title: "Help chat", open: "Open the help chat", close: "Close the help chat", unread: "unread" },
  };
  const DEFAULTS = {
    iframeUrl: "/chat-embed.html?embed=1", allowedOrigin: "", title: "", subtitle: "", position: "right", theme: "",
    language: "", startOpen: false, width: 380, height: 560, padding: 16, zIndex: 2147483000, avatar: "", closeOnEsc: true,
    closeOnOutsideClick: false, autoSendToken: true, tokenStorageKey: "app:accessToken", tokenCookieName: "access_token",
  };
  // Shadow root and constructed sheet: the host's styles do not reach in, ours do not leak out, and
  // a host's "style-src 'self'" allows them.
  const CSS = `
    :host { all: initial; } * { box-sizing: border-box; }
    .bubble, .panel { position: fixed; z-index: var(--layer); right: var(--gap); }
    .left { right: auto; left: var(--gap); }
    .bubble { bottom: calc(var(--gap) + env(safe-area-inset-bottom, 0px)); display: grid; place-items: center;
      width: 60px; height: 60px; padding: 0; border: 2px solid #fff; border-radius: 50%; background: #2c7a00; color: #fff;
      box-shadow: 0 4px 16px rgb(0 24 40 / 32%); cursor: pointer; }
    .bubble:hover { background: #225f00; } .bubble:focus-visible { outline: 3px solid #0b5cad; outline-offset: 3px; }
    svg, img { width: 32px; height: 32px; border-radius: 50%; object-fit: cover; }
    svg { fill: none; stroke: currentcolor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
    [aria-expanded="true"] .when-closed, [aria-expanded="false"] .when-open, img + svg, [hidden] { display: none !important; }
    .badge { position: absolute; top: -6px; right: -6px; min-width: 24px; padding: 0 6px; border: 2px solid #fff;
      border-radius: 12px; background: #b3261e; font: 600 13px/20px system-ui, sans-serif; text-align: center; }
    .panel { bottom: calc(var(--gap) + 72px + env(safe-area-inset-bottom, 0px)); border-radius: 12px; overflow: hidden;
      width: min(var(--width), calc(100vw - 2 * var(--gap))); height: min(var(--height), calc(100vh - var(--gap) - 88px));
      background: #fff; box-shadow: 0 4px 24px rgb(0 24 40 / 32%); }
    .panel.dark { background: #15232e; } iframe { display: block; width: 100%; height: 100%; border: 0; }
    @media (max-width: 480px), (max-height: 520px) {
      .panel { inset: 0; width: 100vw; height: 100vh; height: 100dvh; border-radius: 0; }
      /* The chat's own header has a close button; until it has said so, ours stays. */
      .panel.ready:not([hidden]) ~ .bubble { display: none; }
    }`;

  const el = (tag, className, ...children) => {
    const node = Object.assign(document.createElement(tag), { className });
    node.append(...children);
    return node;
  };
  const shape = (className, path) => {
    const [svg, line] = ["svg", "path"].map((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));
    const attributes = { viewBox: "0 0 24 24", "aria-hidden": "true", class: className };
    for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value);
    line.setAttribute("d", path);
    svg.append(line);
    return svg;
  };
  const addStyles = (root) => {
    try {
      root.adoptedStyleSheets = [new CSSStyleSheet()];
      root.adoptedStyleSheets[0].replaceSync(CSS);
    } catch {
      root.append(el("style", "", CSS)); // browsers without constructed sheets
    }
  };

  let mounted = null;
  const create = (given = {}) => {
    const options = { ...DEFAULTS, ...given };
    const chatUrl = new URL(options.iframeUrl, script?.src || window.location.href);
    if (!/^https?:$/.test(chatUrl.protocol)) throw new TypeError("The chat's address is not http(s).");
    const chatOrigin = options.allowedOrigin || chatUrl.origin;
    const side = /left/.test(options.position) ? " left" : "";
    const listeners = new Set();
    let parts = null; // what is on the page while mounted
    let [unread, isMinimized, lastToken, loginUntil] = [0, false, null, 0];
    const words = () => WORDS[(options.language || document.documentElement.lang).startsWith("en") ? "en" : "es"];
    const isOpen = () => parts !== null && !parts.panel.hidden;
    const emit = (type, fields = {}) => listeners.forEach((listener) => listener({ ...fields, type }));
    const post = (type, fields = {}) => {
      if (parts?.isLoaded) parts.frame.contentWindow.postMessage({ ...fields, type }, chatOrigin);
    };
    const draw = () => {
      if (!parts) return;
      const { bubble, badge, panel, picture } = parts;
      const title = options.title || words().title;
      const action = isOpen() ? words().close : words().open;
      badge.textContent = unread > 99 ? "99+" : String(unread);
      badge.hidden = !unread || isOpen();
      bubble.setAttribute("aria-expanded", String(isOpen()));
      bubble.setAttribute("aria-label", badge.hidden ? action : `${action} (${badge.textContent} ${words().unread})`);
      bubble.title = [title, options.subtitle].filter(Boolean).join(" · ");
      if (options.avatar) picture.src = options.avatar;
      if (options.avatar && !picture.isConnected) bubble.prepend(picture);
      panel.setAttribute("aria-label", title);
      panel.classList.toggle("dark", options.theme === "dark");
    };
    const showUnread = (count) => { unread = count; draw(); };
    const tellVisible = () => {
      post(isOpen() ? "host:open" : "host:close");
      post("chat:visibility", { open: isOpen(), payload: { open: isOpen() } });
    };
    const greet = () => {
      parts.isLoaded = true;
      const wishes = { theme: options.theme, language: options.language };
      post("host:hello", { ...wishes, isListening: true }); // since before the chat's first words
      post("chat:settings", { payload: wishes });
      tellVisible();
    };

    // The frame is made at the first opening: a page that is only read costs nothing.
    const ensureFrame = () => {
      if (parts.frame) return;
      if (options.theme) chatUrl.searchParams.set("theme", options.theme);
      if (options.language) chatUrl.searchParams.set("lang", options.language);
      parts.frame = Object.assign(el("iframe", ""), { title: parts.bubble.title, allow: "microphone; clipboard-write" });
      Object.assign(parts.frame, { src: chatUrl.href, referrerPolicy: "strict-origin-when-cross-origin", onload: greet });
      parts.panel.append(parts.frame);
    };

    const setOpen = (open, { focus = true } = {}) => {
      if (open) mount();
      if (!parts || open === isOpen()) return;
      if (open) ensureFrame();
      isMinimized = false;
      parts.panel.hidden = !open;
      showUnread(open ? 0 : unread);
      tellVisible();
      if (focus) (open ? parts.frame : parts.bubble).focus();
      emit(open ? "widget:opened" : "widget:closed");
      emit("telemetry", { event: open ? "open" : "close" });
    };
    const minimize = (wish = true) => {
      setOpen(!wish);
      isMinimized = wish;
      emit(wish ? "widget:min" : "widget:restore");
    };
    const change = (name, value, type) => {
      options[name] = value;
      draw();
      if (type) post(type, { [name]: value });
    };
    const sendAuthToken = (token) => {
      if (typeof token !== "string") return;
      lastToken = token || null;
      post("auth:token", { token });
      if (token) emit("telemetry", { event: "auth_sent" });
    };
    const findToken = () => {
      if (typeof window.getZajunaToken === "function") return window.getZajunaToken();
      if (window.ZAJUNA_TOKEN) return window.ZAJUNA_TOKEN;
      const { tokenStorageKey: key, tokenCookieName: name } = options;
      const kept = ["zajuna_token", key].map((one) => one && window.localStorage.getItem(one)).find(Boolean);
      const pair = document.cookie.split("; ").find((one) => name && one.startsWith(`${name}=`));
      return kept || (pair && decodeURIComponent(pair.slice(name.length + 1)));
    };
    const giveToken = async ({ onlyNew = false, until = loginUntil } = {}) => {
      loginUntil = until;
      const token = await Promise.resolve().then(findToken).catch(console.error);
      if (typeof token !== "string" || !token) emit("auth:missing");
      else if (!onlyNew || token !== lastToken) sendAuthToken(token);
    };
    const answers = {
      // Beside auth:needed it is for hosts that know this one alone.
      "auth:request": ({ because }) => options.autoSendToken && because !== "auth:needed" && giveToken(),
      "auth:needed": () => giveToken({ until: Date.now() + LOGIN_MS }),
      "widget:open": () => setOpen(true),
      "widget:close": ({ key }) => (key !== "Escape" || options.closeOnEsc) && setOpen(false),
      "widget:toggle": ({ action }) => setOpen(action !== "close" && !isOpen()),
      "widget:minimize": () => minimize(),
      "widget:restore": () => minimize(false),
      "widget:minToggle": () => minimize(!isMinimized),
      "chat:badge": ({ count }) => Number.isInteger(count) && count >= 0 && showUnread(count),
    };
    const receive = (event) => {
      if (!parts.frame || event.source !== parts.frame.contentWindow || event.origin !== chatOrigin) return;
      if (typeof event.data?.type !== "string") return;
      parts.isLoaded = true;
      parts.panel.classList.add("ready");
      emit(event.data.type, event.data);
      if (Object.hasOwn(answers, event.data.type)) answers[event.data.type](event.data);
    };
    const listen = (signal) => {
      const heed = (target, type, work) => target.addEventListener(type, work, { signal });
      heed(window, "message", receive);
      // Whoever logged in elsewhere comes back to this page.
      heed(window, "focus", () => Date.now() < loginUntil && giveToken({ onlyNew: true }));
      heed(document, "keydown", (event) => {
        if (options.closeOnEsc && event.key === "Escape" && !event.defaultPrevented) setOpen(false);
      });
      heed(document, "click", (event) => {
        if (options.closeOnOutsideClick && !event.composedPath().includes(parts.holder)) setOpen(false, { focus: false });
      });
    };
    const mount = () => {
      if (parts) return;
      mounted?.unmount();
      mounted = api;
      const [holder, end] = [el("div", ""), new AbortController()];
      const [badge, picture] = [el("span", "badge"), Object.assign(el("img", "when-closed"), { alt: "" })];
      const icons = [shape("when-closed", "M4 5h16v11H11l-4 4v-4H4zM8 9h8M8 12h5"), shape("when-open", "M6 6l12 12M18 6L6 18")];
      const bubble = el("button", `bubble${side}`, ...icons, badge);
      const panel = Object.assign(el("div", `panel${side}`), { id: "panel", hidden: true, role: "dialog" });
      parts = { holder, end, badge, picture, bubble, panel, frame: null, isLoaded: false };
      Object.assign(bubble, { type: "button", onclick: () => setOpen(!isOpen()) }).setAttribute("aria-controls", "panel");
      const { width, height, padding: gap, zIndex: layer } = options;
      const sizes = { width: `${Number(width)}px`, height: `${Number(height)}px`, gap: `${Number(gap)}px`, layer: Number(layer) };
      for (const [name, size] of Object.entries(sizes)) holder.style.setProperty(`--${name}`, size);
      const root = holder.attachShadow({ mode: "open" });
      addStyles(root);
      root.append(panel, bubble);
      draw();
      listen(end.signal);
      const show = () => {
        document.body.append(holder);
        if (options.startOpen) setOpen(true, { focus: false });
      };
      if (document.body) show();
      else document.addEventListener("DOMContentLoaded", show, { signal: end.signal });
    };
    const unmount = () => {
      parts?.end.abort();
      parts?.holder.remove();
      parts = null;
      if (mounted === api) mounted = null;
    };

    const api = {
      mount, unmount, isOpen, sendAuthToken, minimize,
      open: () => setOpen(true),
      close: () => setOpen(false),
      toggle: () => setOpen(!isOpen()),
      isMinimized: () => isMinimized,
      onEvent: (listener) => listeners.add(listener) && (() => listeners.delete(listener)),
      setTheme: (theme) => change("theme", theme, "host:setTheme"),
      setLanguage: (language) => change("language", language, "host:setLanguage"),
      setAvatar: (avatar) => change("avatar", avatar),
    };
    return api;
  };

  const { chatUrl, open, auto, ...data } = script?.dataset ?? {};
  const read = ([name, value]) => [name, typeof DEFAULTS[name] === "boolean" ? value !== "false" : value];
  const own = { startOpen: open === "true", tokenStorageKey: "", tokenCookieName: "" };
  Object.assign(own, Object.fromEntries(Object.entries(data).map(read)), chatUrl && { iframeUrl: chatUrl });
  window.TutorbotWidget = create(own);
  window.ZajunaBubble ??= { create };
  if (auto !== "false") window.TutorbotWidget.mount();
})();
