// El widget llama a esta función cuando una pregunta necesita sesión. Sin sesión en Moodle responde null.
window.getZajunaToken = async () => {
  const answer = await fetch(`${M.cfg.wwwroot}/local/tutorbot/token.php`, { credentials: "same-origin" });
  const body = answer.ok ? await answer.json().catch(() => null) : null;
  return body?.token ?? null;
};
