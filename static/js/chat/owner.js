// Whose a token is, as far as it says so itself: enough to keep two people's conversations apart in one
// browser. Whether it is true is for the server to judge.
export function ownerOf(token) {
  if (!token) return null;
  try {
    const { iss = "", sub = "" } = JSON.parse(atob(token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/")));
    return sub === "" ? "" : `${iss}|${sub}`;
  } catch {
    return "";
  }
}
