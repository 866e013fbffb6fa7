// Speaking instead of typing: record, stop or cancel; what was said becomes the student's message.
import { announce } from "./announcer.js";
import { transcribe } from "./api.js";
import { byId } from "./dom.js";
import { record } from "./recorder.js";
import { text } from "./texts.js";

const REFUSALS = { NotAllowedError: "micRefused", SecurityError: "micRefused", NotFoundError: "micMissing" };
const MEGABYTE = 1024 * 1024;

function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** onSaid(words) gets what was said; onError(error) hears of a limit. */
export function createMicrophone({ url, maxMegabytes, history, onSaid, onError }) {
  const panel = byId("voice");
  const row = byId("composer-row");
  let recording = null;
  let sound = null; // what could not be sent yet
  let conversation = ""; // in which it was said

  /** step: "", "recording", "sending" or "failed". */
  function show(step, words = "") {
    panel.hidden = step === "";
    row.hidden = step !== "";
    panel.dataset.step = step;
    byId("voice-word").textContent = words;
    byId("voice-stop").hidden = step !== "recording";
    byId("voice-retry").hidden = step !== "failed" || !sound;
    byId("voice-cancel").hidden = step === "sending";
    if (words) announce(words);
  }

  function back() {
    recording = sound = null;
    show("");
    byId("mic").focus();
  }

  async function start() {
    byId("voice-time").textContent = clock(0);
    byId("mic").disabled = true;
    conversation = history.sender();
    try {
      recording = await record({
        maxBytes: maxMegabytes * MEGABYTE,
        onTick: (seconds) => (byId("voice-time").textContent = clock(seconds)),
        onFull: stop,
      });
      show("recording", text("micRecording"));
      byId("voice-stop").focus();
    } catch (error) {
      fail(text(REFUSALS[error.name] ?? "micFailed"));
    } finally {
      byId("mic").disabled = false;
    }
  }

  async function stop() {
    const running = recording;
    recording = null;
    if (!running) return; // pressed twice
    show("sending", text("micSending"));
    sound = await running.stop();
    await send();
  }

  /** Wiped since, or another person's now: what was said is nobody's message. */
  const isOver = () => conversation !== history.sender();

  async function send() {
    if (isOver()) {
      back();
      return;
    }
    if (sound.size > maxMegabytes * MEGABYTE) {
      sound = null;
      fail(text("micTooLarge", { most: maxMegabytes }));
      return;
    }
    show("sending", text("micSending"));
    const form = new FormData();
    form.append("file", sound, "voice");
    form.append("sender", history.sender());
    form.append("lang", document.documentElement.lang);
    try {
      // What is said aloud is never a payload.
      const words = ((await transcribe(url, form)) ?? "").replace(/^[/\s]+/, "");
      if (!words) sound = null;
      if (isOver()) back();
      else if (!words) fail(text("micSilence"));
      else {
        back();
        onSaid(words);
      }
    } catch (error) {
      onError(error);
      fail(error.detail || text(error.kind === "network" ? "micOffline" : "micFailed"));
    }
  }

  function fail(words) {
    show("failed", words);
    (sound ? byId("voice-retry") : byId("voice-cancel")).focus();
  }

  async function cancel() {
    const running = recording;
    back();
    await running?.stop();
    announce(text("micCancelled"));
  }

  byId("mic").addEventListener("click", start);
  byId("voice-stop").addEventListener("click", stop);
  byId("voice-retry").addEventListener("click", send);
  byId("voice-cancel").addEventListener("click", cancel);
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || panel.dataset.step === "sending") return;
    event.preventDefault();
    cancel();
  });

  return { start };
}
