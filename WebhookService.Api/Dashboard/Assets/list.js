// The list: the service searches, filters and pages; this only shows the result.

import { get, getPage, Refusal } from "./api.js";
import { byId, make, setText, account, amount, count, status, time } from "./dom.js";
import { openDetail } from "./detail.js";

const form = byId("filter");
const pageSize = 25;
const pause = 2_000;

// The addresses of the pages up to the current one, which is the last.
let trail = [];
let next = null;
let running = null;
let shownAt = 0;
let lastCounts = "";
let isDirty = false;

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
  const names = {
    source_account: "from",
    destination_account: "to",
    created_from: "received from",
    created_to: "received before",
  };
  return [...readFilter()]
    .filter(([name]) => names[name])
    .flatMap(([name, value], i) => [
      `${i === 0 ? "" : ", "}${names[name]} `,
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
  byId("older").addEventListener("click", () => {
    trail.push(next);
    show();
  });
  byId("newer").addEventListener("click", () => {
    trail.pop();
    show();
  });
  search();
}

/** Reloads the page when the counts have changed, unless the reader is pointing at a row or has a dialog open. */
export function followSample(sample) {
  const counts = [sample.processing, sample.processed, sample.failed].join();
  isDirty = isDirty || counts !== lastCounts;
  lastCounts = counts;
  const table = byId("rows");
  if (isDirty && byId("follow").checked && trail.length === 1 && !running && performance.now() - shownAt > pause
    && !table.matches(":hover, :focus-within") && !document.querySelector("dialog[open]")) {
    show();
  }
}

/** Reloads the current page. */
export const refresh = () => show();

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
  const query = readFilter();
  query.set("limit", pageSize);
  const id = form.elements.id.value.trim();
  trail = [isById() ? `v1/transactions/${encodeURIComponent(id)}` : `v1/transactions?${query}`];
  form.dispatchEvent(new CustomEvent("searched"));
  show();
}

async function show() {
  running?.abort();
  const mine = new AbortController();
  running = mine;
  isDirty = false;
  try {
    const { rows, after } = await load(trail.at(-1), mine.signal);
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

async function load(address, signal) {
  if (address.includes("?")) {
    const { body, next: after } = await getPage(address, { signal });
    return { rows: body, after };
  }
  try {
    return { rows: [await get(address, { signal })], after: null };
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
  byId("newer").disabled = trail.length < 2;
  byId("older").disabled = next === null;
  setText(byId("list-status"), rows.length === 0
    ? "Nothing matches."
    : `Page ${trail.length}: ${count(rows.length)} transaction${rows.length === 1 ? "" : "s"}`);
}

function showRow(row) {
  return make("tr", { "data-id": row.transaction_id },
    make("td", {},
      make("button", { type: "button", class: "link", onclick: () => openDetail(row.transaction_id) },
        row.transaction_id),
      make("span", { class: "narrow sub" }, account(row.source_account), " → ", account(row.destination_account))),
    make("td", { class: "medium" },
      status(row.status),
      row.failure_reason === null ? null : make("span", { class: "sub" }, row.failure_reason)),
    make("td", { class: "number" },
      amount(row.amount, row.currency),
      make("span", { class: "phone sub" }, status(row.status), ` ${time(row.created_at)}`)),
    make("td", { class: "wide account" }, account(row.source_account)),
    make("td", { class: "wide account" }, account(row.destination_account)),
    make("td", { class: "medium time" }, time(row.created_at)),
    make("td", { class: "wide time" }, time(row.processed_at)),
    make("td", { class: "number wide" }, count(row.attempts)));
}
