// A dialog with all details of one transaction.

import { get, Refusal } from "./api.js";
import { byId, make, setText, account, amount, count, milliseconds, none, status, time } from "./dom.js";
import { payload } from "./payload.js";
import { offerRetryOfOne } from "./retry.js";

const dialog = byId("detail");
let shown = null;
let text = "";
let asked = null;

byId("detail-close").addEventListener("click", () => dialog.close());
dialog.addEventListener("close", () => {
  shown = null;
});

export async function openDetail(id) {
  shown = id;
  text = "";
  setText(byId("detail-title"), id);
  setText(byId("detail-status"), "");
  byId("detail-body").replaceChildren();
  byId("detail-actions").replaceChildren();
  dialog.showModal();
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
    attempts.length === 0 ? make("p", { class: "hint" }, "No attempt has a result yet.") : attemptTable(attempts),
    ...(actions.length === 0 ? [] : [
      make("h3", {}, "Operators"),
      make("ul", {}, ...actions.map(entry =>
        make("li", {}, `${entry.action} by ${entry.by ?? "anybody"}, ${time(entry.at, true)}`))),
    ]),
    make("h3", {}, `Conflicts (${count(conflicts.length)})`),
    conflicts.length === 0
      ? make("p", { class: "hint" }, "No other content was received under this id.")
      : conflictTable(conflicts),
    ...(transaction.source === "transactions" ? [] : [
      make("h3", {}, "Payload"),
      payload(`v1/transactions/${encodeURIComponent(transaction.transaction_id)}/payload`),
    ]));
  offerRetryOfOne(byId("detail-actions"), transaction, message => {
    setText(byId("detail-status"), message);
    return refreshDetail();
  });
}

function fields(transaction) {
  const all = [
    ["Status", status(transaction.status)],
    ["Amount", amount(transaction.amount, transaction.currency)],
    ["From", account(transaction.source_account)],
    ["To", account(transaction.destination_account)],
    ["Received", time(transaction.created_at, true)],
    ["Finished", time(transaction.processed_at, true)],
    ["Attempts", count(transaction.attempts)],
    ["Next attempt", time(transaction.next_attempt_at, true)],
    ...(transaction.source === "transactions" ? [] : [
      ["Source", transaction.source],
      ["Event", transaction.event_type ?? none],
      ["Event id", transaction.event_id ?? none],
      ["Occurred", time(transaction.occurred_at, true)],
    ]),
  ];
  return make("dl", { class: "fields" },
    ...all.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]),
    ...(transaction.failure_reason === null ? [] : [
      make("dt", {}, "Failure"),
      make("dd", { class: "all" }, transaction.failure_reason),
    ]));
}

const attemptTable = attempts => table(
  ["#", "Started", "Duration, ms", "Outcome", "HTTP", "Detail"],
  attempts.map(attempt => [
    count(attempt.number),
    time(attempt.started_at),
    milliseconds(attempt.duration_ms),
    attempt.outcome,
    attempt.http_status === null ? none : `${attempt.http_status}`,
    attempt.detail ?? none,
  ]));

const conflictTable = conflicts => table(
  ["From", "To", "Amount", "First", "Last", "Times"],
  conflicts.map(conflict => [
    account(conflict.source_account),
    account(conflict.destination_account),
    amount(conflict.amount, conflict.currency),
    time(conflict.first_received_at),
    time(conflict.last_received_at),
    count(conflict.times),
  ]));

// The table may be wider than the dialog and then scrolls in its own box, which the keyboard must reach.
const table = (heads, rows) => make(
  "div", { class: "scroll", tabindex: "0", role: "group", "aria-label": heads.join(", ") },
  make("table", {},
    make("thead", {}, make("tr", {}, ...heads.map(head => make("th", { scope: "col" }, head)))),
    make("tbody", {}, ...rows.map(row => make("tr", {}, ...row.map(cell => make("td", {}, cell)))))));
