// The conversation as it is kept: the sender, and what was said, so that a reload shows it again.
// Without a login it is the browser's, for all its tabs. With one it is this tab's, and shown again only
// to a token of the same person: others may use the same computer. The token itself is in neither.
import { browser, tab } from "./storage.js";

const KEY = "tutorbot:chat";
const MAX_RECORDS = 200;
const MAX_CHARACTERS = 300_000;
const MAX_AGE_MS = 12 * 3_600_000;
const IN_FLIGHT_MS = 25_000; // longer than a turn may take

function randomId(bytes) {
  const random = crypto.getRandomValues(new Uint8Array(bytes));
  return Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** `at` is the last message's time; `language` the one that the bot was last told to speak. */
function fresh() {
  return { sender: `web-${randomId(16)}`, at: Date.now(), cursor: "", language: "", records: [] };
}

function isOld(chat) {
  return !(Math.abs(Date.now() - chat.at) < MAX_AGE_MS);
}

/** What is stored, when it is a conversation of ours and not over; one that is over goes. */
function read(shelf) {
  const chat = shelf.get(KEY);
  const isOurs = /^web-[0-9a-f]{32}$/.test(chat?.sender) && Array.isArray(chat.records);
  if (!isOurs || !isOld(chat)) return isOurs ? chat : null;
  shelf.remove(KEY);
  return null;
}

/** Drops the oldest until it is short enough. */
function trim(chat) {
  const sizes = chat.records.map((record) => JSON.stringify(record).length);
  let total = sizes.reduce((sum, size) => sum + size, 0);
  let first = 0;
  while (first < sizes.length && (sizes.length - first > MAX_RECORDS || total > MAX_CHARACTERS)) {
    total -= sizes[first];
    first += 1;
  }
  chat.records.splice(0, first);
}

/**
 * Whose a token is, as far as it says so itself: enough to keep two people's conversations apart in one
 * browser. Whether it is true is for the server to judge. null without a token, and for one that
 * names nobody: the server takes none without a `sub`.
 */
export function ownerOf(token) {
  if (!token) return null;
  try {
    const { iss = "", sub = "" } = JSON.parse(atob(token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/")));
    return sub === "" ? null : `${iss}|${sub}`;
  } catch {
    return null;
  }
}

/** onElsewhere(isOther) runs when another tab changed it; `isOther`: it is another conversation now. */
export function openHistory({ onElsewhere }) {
  let held = read(tab); // somebody's, until the same person's token comes
  let isPrivate = false;
  let isUsed = false;
  let isLeaving = false;
  let chat = read(browser) ?? fresh();
  const sending = new Set();

  const shelf = () => (isPrivate ? tab : browser);
  const find = (id) => chat.records.find((record) => record.id === id);

  /** Another tab may have written meanwhile; what nobody has written to yet gives way to it. */
  function catchUp() {
    const stored = isPrivate ? null : read(browser);
    if (stored && (stored.sender === chat.sender || !chat.records.length)) chat = stored;
  }

  function change(work) {
    catchUp();
    const result = work();
    trim(chat);
    shelf().set(KEY, chat);
    return result;
  }

  function add(record) {
    return change(() => {
      const added = { ...record, id: randomId(6), at: Date.now() };
      isUsed = true;
      chat.records.push(added);
      chat.at = added.at;
      return added;
    });
  }

  function update(id, fields) {
    return change(() => {
      const record = find(id);
      if (record) Object.assign(record, fields);
      return record;
    });
  }

  function note(fields) {
    const isNew = Object.entries(fields).some(([name, value]) => chat[name] !== value);
    if (isNew && chat.records.length) change(() => Object.assign(chat, fields));
    else Object.assign(chat, fields);
  }

  function heedOther(event) {
    if (isPrivate || (event.key !== KEY && event.key !== null)) return;
    const { sender, records } = chat;
    const stored = read(browser);
    if (!stored && !records.length) return;
    chat = stored ?? fresh();
    onElsewhere(chat.sender !== sender);
  }

  /** A message that no page sends any more did not leave, as far as anybody knows. */
  function giveUpLost(event) {
    isLeaving = event?.type === "pagehide";
    const isLost = (r) => r.state === "pending" && (sending.has(r.id) || Date.now() - r.at > IN_FLIGHT_MS);
    if (!chat.records.some(isLost)) return;
    change(() => {
      for (const record of chat.records.filter(isLost)) Object.assign(record, { state: "failed", why: "lost" });
    });
  }

  /** Forgets it and begins another. */
  function wipe() {
    tab.remove(KEY);
    browser.remove(KEY);
    sending.clear();
    isPrivate = isUsed = false;
    held = null;
    chat = fresh();
  }

  /**
   * The page has a token of `owner` ("": of whom cannot be told), or no longer one (null).
   * Says whether another conversation is to be shown now.
   */
  function belongTo(owner) {
    if (isPrivate ? chat.owner === owner : owner === null) return false;
    tab.remove(KEY);
    if (isPrivate) chat = fresh();
    else catchUp();
    const isAnother = isPrivate || (!isUsed && held?.owner === owner);
    if (!isPrivate && isAnother) chat = held;
    else if (!isPrivate) browser.remove(KEY);
    isPrivate = owner !== null;
    held = null;
    chat.owner = owner;
    if (isPrivate && chat.records.length) tab.set(KEY, chat);
    giveUpLost();
    return isAnother;
  }

  giveUpLost();
  window.addEventListener("storage", heedOther);
  window.addEventListener("pagehide", giveUpLost);
  window.addEventListener("pageshow", () => (isLeaving = false));

  return {
    add,
    update,
    note,
    find,
    sending,
    sender: () => chat.sender,
    records: () => chat.records,
    get: (name) => chat[name],
    hasLine: (id) => chat.records.some((record) => record.line?.id === id),
    /** Whether the page goes away: what fails now was cut off. */
    isLeaving: () => isLeaving,
    isBegun: () => chat.records.length > 0,
    isOver: () => chat.records.length > 0 && isOld(chat),
    wipe,
    belongTo,
  };
}
