// Asks before anything is changed, and puts an error into words.

import { Refusal } from "./api.js";
import { byId, setText } from "./dom.js";

export const explain = fault => (fault instanceof Refusal ? fault.message : "The service cannot be reached.");

/** Shows a question, and a field if `ask` names one; resolves to its text when it is confirmed, and else to null. */
export function confirm(title, parts, yes, ask = null) {
  const dialog = byId("confirm");
  byId("confirm-field").hidden = ask === null;
  setText(byId("confirm-label"), ask === null ? "" : `${ask} (optional)`);
  byId("confirm-input").value = "";
  setText(byId("confirm-title"), title);
  byId("confirm-text").replaceChildren(...parts);
  setText(byId("confirm-yes"), yes);
  return new Promise(resolve => {
    const ended = new AbortController();
    const on = (element, event, answer) => element.addEventListener(event, () => {
      ended.abort();
      dialog.close();
      resolve(answer ? { text: byId("confirm-input").value.trim() } : null);
    }, { signal: ended.signal });
    on(byId("confirm-yes"), "click", true);
    on(byId("confirm-no"), "click", false);
    on(dialog, "close", false);
    dialog.showModal();
  });
}
