// Which addresses of a bot message may become a link or a picture.
const LINK_PROTOCOLS = ["http:", "https:", "mailto:"];
const PICTURE_PROTOCOLS = ["http:", "https:"];
const INLINE_PICTURE = /^data:image\/(png|jpeg|gif|webp);base64,[a-z0-9+/=]+$/i;
const ABSOLUTE_OR_ROOTED = /^([a-z]+:|\/(?![/\\]))/i;

function resolve(value, protocols) {
  const raw = typeof value === "string" ? value.trim() : "";
  if (!ABSOLUTE_OR_ROOTED.test(raw)) return null;
  try {
    const url = new URL(raw, window.location.origin);
    return protocols.includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** The address to link to, or null when it is not a plain http(s) or mailto one. */
export function safeLink(value) {
  return resolve(value, LINK_PROTOCOLS);
}

export function safePicture(value) {
  if (typeof value === "string" && INLINE_PICTURE.test(value.trim())) return value.trim();
  return resolve(value, PICTURE_PROTOCOLS);
}
