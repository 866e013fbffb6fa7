// Puts the chat on any page: <script src="https://.../embedded.js" defer></script>
// Options: data-chat-url, data-title, data-position (left, right), data-theme (light, dark),
// data-open ("true"), data-label-open, data-label-close. The host may offer window.getZajunaToken().
(() => {
  "use strict";
  if (window.TutorbotWidget) return;

  const script = document.currentScript || document.querySelector('script[src*="embedded.js"]');
  const options = script.dataset;
  const chatUrl = new URL(options.chatUrl || "/chat-embed.html?embed=1", script.src);
  const chatOrigin = chatUrl.origin;
  const title = options.title || "Chat de ayuda";
  const labels = {
    open: options.labelOpen || "Abrir el chat de ayuda",
    close: options.labelClose || "Cerrar el chat de ayuda",
  };
  if (!/^https?:$/.test(chatUrl.protocol)) return;
  if (/^(light|dark)$/.test(options.theme || "")) chatUrl.searchParams.set("theme", options.theme);

  // Shadow root and constructed sheet: the host's styles do not reach in, ours do not leak out, and
  // a host's "style-src 'self'" allows them.
  const css = `
    :host { all: initial; }
    * { box-sizing: border-box; }
    .bubble, .panel { position: fixed; z-index: 2147483000; right: 16px; }
    .left { right: auto; left: 16px; }
    .bubble {
      bottom: calc(16px + env(safe-area-inset-bottom, 0px));
      display: grid; place-items: center; width: 60px; height: 60px; padding: 0;
      border: 2px solid #fff; border-radius: 50%; background: #2c7a00; color: #fff;
      box-shadow: 0 4px 16px rgb(0 24 40 / 32%); cursor: pointer;
      transition: background-color 160ms;
    }
    .bubble:hover { background: #225f00; }
    .bubble:focus-visible { outline: 3px solid #0b5cad; outline-offset: 3px; }
    .bubble svg { width: 32px; height: 32px; fill: none; stroke: currentcolor;
      stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
    .bubble[aria-expanded="true"] .icon-open,
    .bubble[aria-expanded="false"] .icon-close { display: none; }
    .panel {
      bottom: calc(88px + env(safe-area-inset-bottom, 0px));
      width: min(380px, calc(100vw - 32px)); height: min(600px, calc(100vh - 104px));
      border-radius: 12px; overflow: hidden; background: #fff;
      box-shadow: 0 4px 24px rgb(0 24 40 / 32%);
    }
    .panel.dark { background: #15232e; }
    .panel[hidden] { display: none; }
    iframe { display: block; width: 100%; height: 100%; border: 0; }
    @media (max-width: 480px), (max-height: 520px) {
      .panel { inset: 0; width: 100vw; height: 100vh; height: 100dvh; border-radius: 0; }
      /* The chat's own header has a close button; until it has said so, ours stays. */
      .panel.ready:not([hidden]) ~ .bubble { display: none; }
    }
    @media (prefers-reduced-motion: reduce) { .bubble { transition: none; } }`;

  const shape = (name, path) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    svg.setAttribute("class", name);
    svg.append(document.createElementNS("http://www.w3.org/2000/svg", "path"));
    svg.firstChild.setAttribute("d", path);
    return svg;
  };

  const addStyles = (root) => {
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      root.adoptedStyleSheets = [sheet];
    } catch {
      // Browsers without constructed sheets.
      root.append(Object.assign(document.createElement("style"), { textContent: css }));
    }
  };

  const holder = document.createElement("div");
  const root = holder.attachShadow({ mode: "open" });
  const panel = document.createElement("div");
  const bubble = document.createElement("button");
  let frame = null;

  const build = () => {
    const side = options.position === "left" ? " left" : "";
    addStyles(root);
    panel.id = "panel";
    panel.className = `panel${side}${options.theme === "dark" ? " dark" : ""}`;
    panel.hidden = true;
    panel.setAttribute("role", "dialog");
    panel.setAttribute("aria-label", title);
    bubble.type = "button";
    bubble.className = `bubble${side}`;
    bubble.setAttribute("aria-controls", "panel");
    bubble.append(
      shape("icon-open", "M4 5h16v11H11l-4 4v-4H4zM8 9h8M8 12h5"),
      shape("icon-close", "M6 6l12 12M18 6L6 18"),
    );
    bubble.addEventListener("click", () => setOpen(panel.hidden));
    label(false);
    root.append(panel, bubble);
    document.body.append(holder);
    if (options.open === "true") setOpen(true, { focus: false });
  };

  const label = (isOpen) => {
    bubble.setAttribute("aria-expanded", String(isOpen));
    bubble.setAttribute("aria-label", isOpen ? labels.close : labels.open);
    bubble.title = title;
  };

  // The frame is made at the first opening: a page that is only read costs nothing.
  const ensureFrame = () => {
    if (frame) return;
    frame = document.createElement("iframe");
    frame.title = title;
    frame.src = chatUrl.href;
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    panel.append(frame);
  };

  const setOpen = (isOpen, { focus = true } = {}) => {
    if (isOpen === !panel.hidden) return;
    if (isOpen) ensureFrame();
    panel.hidden = !isOpen;
    label(isOpen);
    if (focus) (isOpen ? frame : bubble).focus();
  };

  const sendToken = async () => {
    if (typeof window.getZajunaToken !== "function") return;
    const token = await window.getZajunaToken();
    if (typeof token === "string" && token) {
      frame.contentWindow.postMessage({ type: "auth:token", token }, chatOrigin);
    }
  };

  const answers = {
    "auth:request": sendToken,
    "auth:needed": sendToken,
    "widget:close": () => setOpen(false),
  };

  window.addEventListener("message", (event) => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== chatOrigin) return;
    const type = event.data && event.data.type;
    panel.classList.add("ready");
    if (Object.hasOwn(answers, type)) Promise.resolve(answers[type]()).catch(console.error);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) setOpen(false);
  });

  window.TutorbotWidget = {
    open: () => setOpen(true),
    close: () => setOpen(false),
    toggle: () => setOpen(panel.hidden),
  };
  if (document.body) build();
  else document.addEventListener("DOMContentLoaded", build);
})();
