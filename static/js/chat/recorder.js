// A recording from the microphone: no more than the server takes, and the microphone is let go afterwards.
const KINDS = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];
const SLICE_MS = 1000;
const MAX_SECONDS = 120;

/**
 * Starts at once. onTick(seconds) each second; onFull when it is long or large enough.
 * Throws what getUserMedia throws: NotAllowedError, NotFoundError, NotReadableError.
 */
export async function record({ maxBytes, onTick, onFull }) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
  const recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: 32_000 });
  const started = Date.now();
  const parts = [];
  let bytes = 0;

  const timer = setInterval(() => {
    const seconds = Math.floor((Date.now() - started) / 1000);
    onTick(seconds);
    if (seconds >= MAX_SECONDS) onFull();
  }, 250);
  const ended = new Promise((done) => recorder.addEventListener("stop", done, { once: true }));
  recorder.addEventListener("dataavailable", ({ data }) => {
    parts.push(data);
    bytes += data.size;
    if (bytes >= maxBytes * 0.9) onFull();
  });
  recorder.start(SLICE_MS);

  /** The recording. */
  async function stop() {
    clearInterval(timer);
    if (recorder.state !== "inactive") recorder.stop();
    else for (const track of stream.getTracks()) track.stop();
    await ended;
    for (const track of stream.getTracks()) track.stop();
    return new Blob(parts, { type: recorder.mimeType });
  }

  return { stop };
}
