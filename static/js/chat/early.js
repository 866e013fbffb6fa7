// Before anything is drawn: the theme, contrast, text size and language that were chosen here, so that
// nothing flashes. No module, because it must not wait; the menu's scripts apply later choices by it.
(() => {
  const root = document.documentElement;

  function apply({ theme, fontScale, highContrast }) {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else if (theme) delete root.dataset.theme;
    if (highContrast) root.dataset.contrast = "high";
    else delete root.dataset.contrast;
    if (fontScale >= 0.75 && fontScale <= 2) root.style.setProperty("--text-scale", fontScale);
    else root.style.removeProperty("--text-scale");
  }

  function stored() {
    try {
      const raw = sessionStorage.getItem("tutorbot:looks") ?? localStorage.getItem("tutorbot:looks");
      return JSON.parse(raw) ?? {};
    } catch {
      return {};
    }
  }

  const looks = stored();
  apply(looks);
  // The page's words come in the browser's language; main.js exchanges them and shows the page then.
  const isOther = (looks.language === "es" || looks.language === "en") && looks.language !== root.lang;
  if (isOther) root.dataset.awaits = looks.language;
  window.tutorbotLooks = { apply };
})();
