// Taking failed transactions back: one, or all that the filter finds. Whoever may not, gets no button.

import { send, nextOf, Refusal } from "./api.js";
import { byId, make, setText, amount, count } from "./dom.js";

let mayOperate = false;

export function setAccess(access) {
  mayOperate = access.scope === "operate";
}

/** Puts a button beside a failed transaction. */
export function offerRetryOfOne(place, transaction, onDone) {
  const isMeant = mayOperate && transaction.status === "FAILED" && transaction.amount !== null;
  if (!isMeant) {
    place.replaceChildren();
  } else if (place.childElementCount === 0) {
    const onclick = () => retryOne(transaction, onDone);
    place.append(make("button", { type: "button", class: "primary", onclick }, "Retry"));
  }
}

async function retryOne(transaction, onDone) {
  const sum = amount(transaction.amount, transaction.currency);
  if (!await confirm(
    "Retry this transaction?",
    [`${transaction.transaction_id}, ${sum}, will be PROCESSING again and is called with the same idempotency key.`],
    "Retry")) {
    return;
  }
  try {
    await send(`v1/transactions/${encodeURIComponent(transaction.transaction_id)}/retry`, { method: "POST" });
    await onDone("It is being processed again.");
  } catch (fault) {
    await onDone(explain(fault));
  }
}

/** Puts the button for all that match below the list. */
export function offerRetryOfAll(place, { readFilter, describeFilter, isById, onDone }) {
  place.replaceChildren();
  if (!mayOperate) {
    return;
  }
  const onclick = () => retryAll(button, { readFilter, describeFilter, onDone });
  const button = make("button", { type: "button", onclick }, "Retry all FAILED that match…");
  const look = () => {
    button.disabled = isById();
  };
  byId("filter").addEventListener("searched", look);
  look();
  place.append(button);
}

async function retryAll(button, { readFilter, describeFilter, onDone }) {
  const query = readFilter();
  query.set("status", "FAILED");
  const which = describeFilter();
  if (!await confirm(
    "Retry all that failed?",
    ["Every FAILED transaction ", ...(which.length > 0 ? ["that matches (", ...which, ")"] : ["there is"]),
      " will be PROCESSING again. Each is called with the idempotency key it had."],
    "Retry all")) {
    return;
  }
  const say = message => setText(byId("retry-status"), message);
  button.disabled = true;
  let retried = 0;
  try {
    // The service takes back what it can in a while, and says where to go on.
    for (let next = `v1/transactions/retry?${query}`; next !== null;) {
      const answer = await send(next, { method: "POST" });
      retried += (await answer.json()).retried;
      next = nextOf(answer);
      say(`${count(retried)} are being processed again${next ? "; there are more…" : "."}`);
    }
    onDone();
  } catch (fault) {
    say(`${count(retried)} are being processed again; then it ended. ${explain(fault)}`);
  } finally {
    button.disabled = false;
  }
}

const explain = fault => (fault instanceof Refusal ? fault.message : "The service cannot be reached.");

function confirm(title, parts, yes) {
  const dialog = byId("confirm");
  setText(byId("confirm-title"), title);
  byId("confirm-text").replaceChildren(...parts);
  setText(byId("confirm-yes"), yes);
  return new Promise(resolve => {
    const ended = new AbortController();
    const on = (element, event, answer) => element.addEventListener(event, () => {
      ended.abort();
      dialog.close();
      resolve(answer);
    }, { signal: ended.signal });
    on(byId("confirm-yes"), "click", true);
    on(byId("confirm-no"), "click", false);
    on(dialog, "close", false);
    dialog.showModal();
  });
}
