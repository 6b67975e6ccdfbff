// Retries failed transactions: one, or all that match the filter. Without the scope operate there is no button.

import { send, nextOf } from "./api.js";
import { confirm, explain } from "./confirm.js";
import { byId, make, setText, amount, count } from "./dom.js";

let mayOperate = false;

export function setAccess(access) {
  mayOperate = access.scope === "operate";
}

/** Whether the reader's key may change anything. */
export const canOperate = () => mayOperate;

/** Shows a retry button for a failed transaction. */
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
    [`${transaction.transaction_id}, ${sum}, will be PROCESSING again and called with the same idempotency key.`],
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

/** Shows the button for all that match below the list. */
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
    "Retry all failed transactions?",
    ["Every FAILED transaction ", ...(which.length > 0 ? ["that matches (", ...which, ")"] : ["in the database"]),
      " will be PROCESSING again. Each is called with its previous idempotency key."],
    "Retry all")) {
    return;
  }
  const say = message => setText(byId("retry-status"), message);
  button.disabled = true;
  let retried = 0;
  try {
    // The service retries for a limited time and returns the address to continue at.
    for (let next = `v1/transactions/retry?${query}`; next !== null;) {
      const answer = await send(next, { method: "POST" });
      retried += (await answer.json()).retried;
      next = nextOf(answer);
      say(`${count(retried)} are being processed again${next ? "; there are more…" : "."}`);
    }
    onDone();
  } catch (fault) {
    say(`${count(retried)} are being processed again; then the retry failed. ${explain(fault)}`);
  } finally {
    button.disabled = false;
  }
}
