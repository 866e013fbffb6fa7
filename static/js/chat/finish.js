// "Finish and wipe", for shared computers: asks first, then nothing of the conversation stays here.
import { sendTurn } from "./api.js";
import { byId } from "./dom.js";

const LEAVE = "/volver_al_bot";
const RESTART = "/restart"; // of the engines themselves: whatever the bot knows of this sender is forgotten

/** The server forgets too; when it cannot be reached, nobody knows the old sender any more all the same. */
async function restartOnServer(apiUrl, sender, messages) {
  try {
    for (const message of messages) await sendTurn(apiUrl, { sender, message }, { keepalive: true });
  } catch {
    // Said above.
  }
}

/** onWiped runs when the conversation is gone and another one begun. */
export function createFinish({ apiUrl, history, person, onWiped }) {
  const dialog = byId("finish-dialog");

  function wipe() {
    const messages = person.isPersons() ? [LEAVE, RESTART] : [RESTART];
    if (history.isBegun()) restartOnServer(apiUrl, history.sender(), messages);
    history.wipe();
    onWiped();
  }

  byId("finish-yes").addEventListener("click", () => {
    dialog.close();
    wipe();
  });
  byId("finish-no").addEventListener("click", () => {
    dialog.close();
    byId("menu-button").focus();
  });

  /** The focus is set here: browsers complain of `autofocus` in a frame, dialog or not. */
  function ask() {
    dialog.showModal();
    byId("finish-no").focus();
  }

  return { ask };
}
