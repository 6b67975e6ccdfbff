// A dialog with all details of one transaction.

import { offerActions } from "./actions.js";
import * as address from "./address.js";
import { get, Refusal } from "./api.js";
import { byId, make, setText, account, amount, copy, count, milliseconds, none, status, time } from "./dom.js";
import { payload } from "./payload.js";

const dialog = byId("detail");
let shown = null;
let text = "";
let asked = null;

byId("detail-close").addEventListener("click", () => dialog.close());
dialog.addEventListener("close", () => {
  shown = null;
  address.write({ transaction: null });
});

/** Opens the dialog that the address names, or closes it. */
export function startDetail() {
  address.onChange(follow);
  follow();
}

function follow() {
  const id = address.read().get("transaction");
  if (id === null) {
    dialog.close();
  } else if (id !== shown) {
    openDetail(id);
  }
}

export async function openDetail(id) {
  shown = id;
  address.write({ transaction: id });
  text = "";
  setText(byId("detail-title"), id);
  setText(byId("detail-status"), "");
  byId("detail-body").replaceChildren();
  byId("detail-actions").replaceChildren();
  delete byId("detail-actions").dataset.offers;
  byId("detail-copy").replaceChildren(copy("Copy id", id), copy("Copy link", () => location.href));
  if (!dialog.open) {
    dialog.showModal();
  }
  await refreshDetail();
}

/** Reloads the transaction that is shown; redraws it only if it has changed. */
export async function refreshDetail() {
  const id = shown;
  if (id === null || id === asked) {
    return;
  }
  asked = id;
  try {
    const path = `v1/transactions/${encodeURIComponent(id)}`;
    const [transaction, attempts, conflicts, actions] = await Promise.all([
      get(path), get(`${path}/attempts`), get(`${path}/conflicts`), get(`v1/audit?target=${encodeURIComponent(id)}`)]);
    const found = JSON.stringify([transaction, attempts, conflicts, actions]);
    if (shown === id && found !== text) {
      text = found;
      show(transaction, attempts, conflicts, actions);
    }
  } catch (fault) {
    if (shown === id) {
      setText(byId("detail-status"), fault instanceof Refusal ? fault.message : "The service cannot be reached.");
    }
  } finally {
    asked = asked === id ? null : asked;
  }
}

function show(transaction, attempts, conflicts, actions) {
  byId("detail-body").replaceChildren(
    fields(transaction),
    make("h3", {}, `Attempts (${count(attempts.length)})`),
    attempts.length === 0 && actions.length === 0
      ? make("p", { class: "hint" }, "No attempt has a result yet.")
      : attemptTable(attempts, actions),
    make("h3", {}, `Conflicts (${count(conflicts.length)})`),
    conflicts.length === 0
      ? make("p", { class: "hint" }, "No other content was received under this id.")
      : conflictTable(conflicts),
    ...(transaction.source === "transactions" ? [] : [
      make("h3", {}, "Payload"),
      payload(`v1/transactions/${encodeURIComponent(transaction.transaction_id)}/payload`),
    ]));
  offerActions(byId("detail-actions"), transaction, message => {
    setText(byId("detail-status"), message);
    return refreshDetail();
  });
}

function fields(transaction) {
  const all = [
    ["Status", status(transaction.status, transaction.dismissed_at !== null)],
    ["Amount", amount(transaction.amount, transaction.currency)],
    ["From", account(transaction.source_account)],
    ["To", account(transaction.destination_account)],
    ["Received", time(transaction.created_at, true)],
    ["Finished", time(transaction.processed_at, true)],
    ["Attempts", count(transaction.attempts)],
    ["Next attempt", time(transaction.next_attempt_at, true)],
    ...(transaction.dismissed_at === null ? [] : [
      ["Dismissed", time(transaction.dismissed_at, true)],
      ["By", transaction.dismissed_by ?? "anybody"],
    ]),
    ...(transaction.source === "transactions" ? [] : [
      ["Source", transaction.source],
      ["Event", transaction.event_type ?? none],
      ["Event id", transaction.event_id ?? none],
      ["Occurred", time(transaction.occurred_at, true)],
    ]),
  ];
  return make("dl", { class: "fields" },
    ...all.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]),
    ...[["Failure", transaction.failure_reason], ["Note", transaction.note]]
      .filter(([, value]) => value !== null)
      .flatMap(([name, value]) => [make("dt", {}, name), make("dd", { class: "all" }, value)]));
}

const verbs = { retry: "Retried", dismiss: "Dismissed", undismiss: "Dismissal taken back" };

// What operators did stands between the attempts, in the order of time.
const attemptTable = (attempts, actions) => table(
  ["#", "Started", "Duration, ms", "Outcome", "HTTP", "Detail"],
  [
    ...attempts.map(attempt => ({ at: Date.parse(attempt.started_at), cells: [
      count(attempt.number),
      time(attempt.started_at),
      milliseconds(attempt.duration_ms),
      attempt.outcome,
      attempt.http_status === null ? none : `${attempt.http_status}`,
      attempt.detail ?? none,
    ] })),
    ...actions.map(entry => ({ at: Date.parse(entry.at), note: make("span", {},
      `${verbs[entry.action] ?? entry.action} by ${entry.by ?? "anybody"}, `, time(entry.at),
      entry.reason === null ? "" : `: ${entry.reason}`) })),
  ].sort((a, b) => a.at - b.at));

const conflictTable = conflicts => table(
  ["From", "To", "Amount", "First", "Last", "Times"],
  conflicts.map(conflict => ({ cells: [
    account(conflict.source_account),
    account(conflict.destination_account),
    amount(conflict.amount, conflict.currency),
    time(conflict.first_received_at),
    time(conflict.last_received_at),
    count(conflict.times),
  ] })));

// The table may be wider than the dialog and then scrolls in its own box, which the keyboard must reach.
const table = (heads, rows) => make(
  "div", { class: "scroll", tabindex: "0", role: "group", "aria-label": heads.join(", ") },
  make("table", {},
    make("thead", {}, make("tr", {}, ...heads.map(head => make("th", { scope: "col" }, head)))),
    make("tbody", {}, ...rows.map(({ cells, note }) => note
      ? make("tr", { class: "between" }, make("td", { colspan: heads.length }, note))
      : make("tr", {}, ...cells.map(cell => make("td", {}, cell)))))));
