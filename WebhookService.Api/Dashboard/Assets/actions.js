// Calls that change transactions, each in the audit. Without the scope operate there is no button.

import { send, nextOf } from "./api.js";
import { confirm, explain } from "./confirm.js";
import { byId, make, setText, account, amount, count } from "./dom.js";

let mayOperate = false;

export function setAccess(access) {
  mayOperate = access.scope === "operate";
}

/** Whether the reader's key may change anything. */
export const canOperate = () => mayOperate;

/** Posts with the operator's words; follows the addresses to continue at, and adds up what was changed. */
export async function post(path, member, text, onPart = () => {}) {
  let sum = null;
  for (let next = path; next !== null;) {
    const answer = await send(next, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(text ? { [member]: text } : {}),
    });
    const part = await answer.json();
    sum = sum === null ? part : Object.fromEntries(Object.entries(part)
      .map(([name, value]) => [name, name === "unfinished" ? value : value + sum[name]]));
    next = nextOf(answer);
    onPart(sum, next !== null);
  }
  return sum;
}

/** How many transactions a filter finds, in words. */
export async function countOf(query) {
  const { count: found, more } = await (await send(`v1/stats/matches?${query}`)).json();
  return `${more ? "more than " : ""}${count(found)} transaction${found === 1 && !more ? "" : "s"}`;
}

export const kinds = {
  retry: {
    one: "Retry", title: "Retry this transaction?", verb: "Retry", done: "retried", member: "reason", ask: "Reason",
    effect: "will be PROCESSING again and called with the same idempotency key.", told: "are being processed again",
  },
  dismiss: {
    one: "Dismiss", title: "Dismiss this transaction?", verb: "Dismiss", done: "dismissed", member: "note", ask: "Note",
    effect: "will stay FAILED, but need nobody’s attention any more.", told: "are dismissed",
  },
  undismiss: {
    one: "Take back the dismissal", title: "Take back this dismissal?", verb: "Take back", done: "undismissed", member: "reason", ask: "Reason",
    effect: "will be among the failures again.", told: "are among the failures again",
  },
};

/** Shows the buttons of one transaction: what can be done with it. */
export function offerActions(place, transaction, onDone) {
  const isFailed = mayOperate && transaction.status === "FAILED";
  const names = !isFailed ? [] : [
    ...(transaction.amount === null ? [] : ["retry"]),
    transaction.dismissed_at === null ? "dismiss" : "undismiss",
  ];
  const wanted = names.join();
  if (place.dataset.offers !== wanted) {
    place.dataset.offers = wanted;
    const focused = [...place.children].indexOf(document.activeElement);
    place.replaceChildren(...names.map(name => make(
      "button",
      { type: "button", class: name === "retry" ? "primary" : null, onclick: () => changeOne(name, transaction, onDone) },
      kinds[name].one)));
    // Who works by keyboard stays where they were.
    place.children[focused]?.focus();
  }
}

async function changeOne(name, transaction, onDone) {
  const kind = kinds[name];
  const sum = transaction.amount === null ? "" : `, ${amount(transaction.amount, transaction.currency)},`;
  const answer = await confirm(
    kind.title, [`${transaction.transaction_id}${sum} ${kind.effect}`], kind.verb, kind.ask);
  if (!answer) {
    return;
  }
  try {
    await post(`v1/transactions/${encodeURIComponent(transaction.transaction_id)}/${name}`, kind.member, answer.text);
    await onDone(name === "retry" ? "It is being processed again." : "");
  } catch (fault) {
    await onDone(explain(fault));
  }
}

/** Asks with the exact number, and changes all that a filter finds. */
export async function changeAll(name, query, which, say) {
  const kind = kinds[name];
  let number;
  try {
    number = await countOf(query);
  } catch (fault) {
    say(explain(fault));
    return;
  }
  const answer = await confirm(
    `${kind.verb} ${number}?`, [`${number} `, ...which, ` ${kind.effect}`], kind.verb, kind.ask);
  if (!answer) {
    return;
  }
  let changed = 0;
  try {
    await post(`v1/transactions/${name}?${query}`, kind.member, answer.text, (sum, more) => {
      changed = sum[kind.done];
      say(`${count(changed)} ${kind.told}${more ? "; there are more…" : "."}`);
    });
  } catch (fault) {
    say(`${count(changed)} ${kind.told}; then it failed. ${explain(fault)}`);
  }
}

/** Shows the buttons for all that match, below the list. */
export function offerBulk(place, { readFilter, describeFilter, isById, onDone }) {
  place.replaceChildren();
  const say = message => setText(byId("bulk-status"), message);
  const exports = ["csv", "jsonl"].map(format => make(
    "button", { type: "button", onclick: () => save(readFilter(), format, say) }, `Export ${format.toUpperCase()}`));
  const bulk = ["retry", "dismiss"].map(name => make("button", {
    type: "button",
    onclick: async () => {
      const query = readFilter();
      query.set("status", "FAILED");
      if (name === "dismiss" && !query.has("dismissed")) {
        query.set("dismissed", "false");
      }
      const which = describeFilter();
      await changeAll(name, query, which.length > 0 ? ["that match (", ...which, ")"] : ["in the database"], say);
      onDone();
    },
  }, `${kinds[name].verb} all FAILED that match…`));
  const erase = make("button", { type: "button", onclick: async () => {
    await eraseAccount(readFilter(), say);
    onDone();
  } }, "Erase this account…");
  const look = () => {
    const query = readFilter();
    const accounts = new Set([query.get("source_account"), query.get("destination_account")].filter(Boolean));
    [...exports, ...bulk].forEach(button => {
      button.disabled = isById();
    });
    erase.hidden = isById() || accounts.size !== 1;
  };
  byId("filter").addEventListener("searched", look);
  look();
  place.append(...exports, ...(mayOperate ? [...bulk, erase] : []));
}

async function eraseAccount(query, say) {
  const name = query.get("source_account") ?? query.get("destination_account");
  const answer = await confirm(
    "Erase this account?",
    ["The content of all finished transactions from or to ", account(name), " is erased: accounts, amounts, bodies, "
      + "attempts and conflicts. This cannot be undone. Ids stay, so nothing is processed twice."],
    "Erase", "Reason");
  if (!answer) {
    return;
  }
  try {
    const path = `v1/accounts/${encodeURIComponent(name)}/erase`;
    const { erased, unfinished } = await post(path, "reason", answer.text, sum => say(`${count(sum.erased)} erased…`));
    say(`${count(erased)} erased; ${count(unfinished)} are not finished yet.`);
  } catch (fault) {
    say(explain(fault));
  }
}

// The key is sent in a header, which a link cannot do.
async function save(query, format, say) {
  query.set("format", format);
  say("Exporting…");
  try {
    const file = await (await send(`v1/transactions/export?${query}`)).blob();
    const url = URL.createObjectURL(file);
    make("a", { href: url, download: `transactions.${format}` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
    say("");
  } catch (fault) {
    say(explain(fault));
  }
}
