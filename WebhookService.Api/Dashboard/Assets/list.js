// The list: the service searches, filters and pages; this only shows the result.

import * as address from "./address.js";
import { get, getPage, Refusal } from "./api.js";
import { byId, make, setText, account, amount, copy, count, status, time, zone } from "./dom.js";
import { openDetail } from "./detail.js";
import { select, selectable } from "./selection.js";

const form = byId("filter");
const pageSize = 25;
const pause = 2_000;
const words = {
  source_account: "from",
  destination_account: "to",
  created_from: "received from",
  created_to: "received before",
  currency: "in",
  amount_min: "of at least",
  amount_max: "of at most",
  failure_reason: "whose failure contains",
  has_conflict: "with a conflict:",
  dismissed: "dismissed:",
  source: "of the source",
};

// The cursors of the pages up to the current one, which is the last; the first page has none.
let trail = [""];
let next = null;
let running = null;
let shownAt = 0;
let lastCounts = "";
let isDirty = false;
let matches = "";

/** The filter as query parameters, without empty values. */
export function readFilter() {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (value && name !== "id") {
      query.set(name, name.startsWith("created_") ? new Date(value).toISOString() : value);
    }
  }
  return query;
}

/** The filter in words: text, and elements for accounts. */
export function describeFilter() {
  return [...readFilter()]
    .filter(([name]) => words[name])
    .flatMap(([name, value], i) => [
      `${i === 0 ? "" : ", "}${words[name]} `,
      name.startsWith("created_") ? time(value, true) : account(value),
    ]);
}

export const isById = () => form.elements.id.value.trim() !== "";

export function startList() {
  form.addEventListener("submit", event => {
    event.preventDefault();
    search();
  });
  form.addEventListener("reset", () => setTimeout(search));
  form.addEventListener("change", event => {
    if (event.target.matches("select, [type=datetime-local]")) {
      search();
    }
  });
  form.elements.id.addEventListener("input", useIdAlone);
  byId("older").addEventListener("click", () => turn([...trail, next]));
  byId("newer").addEventListener("click", () => turn(trail.slice(0, -1)));
  setText(byId("zone"), `Times are in ${zone}.`);
  address.onChange(follow);
  follow();
}

/** Reloads the page when the counts have changed, unless the reader is pointing at a row or has a dialog open. */
export function followSample(sample) {
  const counts = [sample.processing, sample.processed, sample.failed, sample.dismissed].join();
  isDirty = isDirty || counts !== lastCounts;
  lastCounts = counts;
  const table = byId("rows");
  if (isDirty && byId("follow").checked && trail.length === 1 && !running && performance.now() - shownAt > pause
    && !table.matches(":hover, :focus-within") && !table.querySelector(":checked")
    && !document.querySelector("dialog[open]")) {
    show();
  }
}

/** Reloads the current page. */
export function refresh() {
  countMatches();
  return show();
}

// An id identifies one transaction, so the other fields are disabled.
function useIdAlone() {
  for (const field of form.elements) {
    if (field.matches("input, select") && field !== form.elements.id) {
      field.disabled = isById();
    }
  }
}

function search() {
  useIdAlone();
  const values = Object.fromEntries([...form.elements]
    .filter(field => field.name)
    .map(field => [field.name, field.disabled ? null : toAddress(field)]));
  trail = [""];
  address.write({ ...values, cursor: null }, { trail });
  shown(true);
}

// The address has times in UTC: its reader may be in another zone.
function toAddress(field) {
  return field.type === "datetime-local" && field.value ? new Date(field.value).toISOString() : field.value.trim();
}

function fromAddress(field, text) {
  if (field.type !== "datetime-local" || Number.isNaN(Date.parse(text))) {
    return text;
  }
  const at = new Date(text);
  return new Date(at - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function turn(pages) {
  trail = pages;
  address.write({ cursor: trail.at(-1) }, { trail });
  show();
}

// What the address says is shown: after a reload, with the pages before it.
function follow() {
  const query = address.read();
  const before = `${readFilter()}${form.elements.id.value}${trail.at(-1)}`;
  for (const field of form.elements) {
    if (field.name) {
      field.value = fromAddress(field, query.get(field.name) ?? "");
    }
  }
  byId("more-filters").open ||= [...byId("more-filters").querySelectorAll("input, select")].some(field => field.value);
  useIdAlone();
  const cursor = query.get("cursor") ?? "";
  const known = history.state?.trail;
  trail = known?.at(-1) === cursor ? known : cursor ? ["", cursor] : [""];
  const isOther = before !== `${readFilter()}${form.elements.id.value}${trail.at(-1)}` || shownAt === 0;
  if (isOther) {
    shown(true);
  }
}

function shown(isNew) {
  form.dispatchEvent(new CustomEvent("searched"));
  if (isNew) {
    matches = "";
    countMatches();
  }
  show();
}

// Only what a filter finds is counted: the tiles say how many there are of all.
async function countMatches() {
  const query = `${readFilter()}`;
  if (query === "" || isById()) {
    return;
  }
  try {
    const found = await get(`v1/stats/matches?${query}`);
    if (query === `${readFilter()}`) {
      matches = ` of ${found.more ? "more than " : ""}${count(found.count)}`;
      describePage(byId("rows").childElementCount);
    }
  } catch {
    // The rows are shown without their number.
  }
}

async function show() {
  running?.abort();
  const mine = new AbortController();
  running = mine;
  isDirty = false;
  try {
    const { rows, after } = await load(mine.signal);
    if (running === mine) {
      next = after;
      showRows(rows);
      setText(byId("list-problem"), "");
    }
  } catch (fault) {
    if (running === mine) {
      setText(byId("list-problem"), fault instanceof Refusal ? fault.message : "The service cannot be reached.");
    }
  } finally {
    if (running === mine) {
      running = null;
      shownAt = performance.now();
    }
  }
}

async function load(signal) {
  if (!isById()) {
    const query = readFilter();
    query.set("limit", pageSize);
    if (trail.at(-1)) {
      query.set("cursor", trail.at(-1));
    }
    const { body, next: after } = await getPage(`v1/transactions?${query}`, { signal });
    return { rows: body, after: after && new URLSearchParams(after.split("?")[1]).get("cursor") };
  }
  try {
    const id = encodeURIComponent(form.elements.id.value.trim());
    return { rows: [await get(`v1/transactions/${id}`, { signal })], after: null };
  } catch (fault) {
    if (fault instanceof Refusal && fault.status === 404) {
      return { rows: [], after: null };
    }
    throw fault;
  }
}

function showRows(rows) {
  const focused = document.activeElement?.closest("#rows tr")?.dataset.id;
  byId("rows").replaceChildren(...rows.map(showRow));
  byId("rows").querySelector(`tr[data-id="${CSS.escape(focused ?? "")}"] button`)?.focus();
  select(rows);
  byId("newer").disabled = trail.length < 2;
  byId("older").disabled = next === null;
  const isEmpty = rows.length === 0 && trail.length === 1 && !isById() && readFilter().size === 0;
  describePage(isEmpty ? null : rows.length);
  byId("list-empty").hidden = !isEmpty;
  if (isEmpty) {
    showFirstSteps();
  }
}

function describePage(rows) {
  setText(byId("list-status"), rows === null ? "" : rows === 0
    ? "Nothing matches."
    : `Page ${trail.length}: ${count(rows)} transaction${rows === 1 ? "" : "s"}${matches}`);
}

// How to send the first one, from the address that the reader used.
function showFirstSteps() {
  if (byId("list-empty").childElementCount > 0) {
    return;
  }
  const url = new URL("../v1/webhooks/transactions", document.baseURI);
  const command = `curl -i ${url} -H 'Content-Type: application/json' -d '`
    + "{\"transaction_id\":\"txn_abc123def456\",\"source_account\":\"acc_user_789\","
    + "\"destination_account\":\"acc_merchant_456\",\"amount\":150.50,\"currency\":\"INR\"}'";
  byId("list-empty").append(
    make("p", {}, "There are no transactions yet. Send the first one:"),
    make("pre", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Command" }, command),
    copy("Copy", command),
    make("p", { class: "hint" }, "If webhook secrets are set, the request must be signed; the page “API” signs for you."));
}

function showRow(row) {
  return make("tr", { "data-id": row.transaction_id },
    make("td", {},
      selectable(row),
      make("button", { type: "button", class: "link", onclick: () => openDetail(row.transaction_id) },
        row.transaction_id),
      make("span", { class: "narrow sub" }, account(row.source_account), " → ", account(row.destination_account))),
    make("td", { class: "medium" },
      status(row.status, row.dismissed_at !== null),
      row.failure_reason === null ? null : make("span", { class: "sub" }, row.failure_reason)),
    make("td", { class: "number" },
      amount(row.amount, row.currency),
      make("span", { class: "phone sub" }, status(row.status, row.dismissed_at !== null), " ", time(row.created_at))),
    make("td", { class: "wide account" }, account(row.source_account)),
    make("td", { class: "wide account" }, account(row.destination_account)),
    make("td", { class: "medium time" }, time(row.created_at)),
    make("td", { class: "wide time" }, time(row.processed_at)),
    make("td", { class: "number wide" }, count(row.attempts)));
}
