// Building and writing what is seen. Whatever comes from the service is put in as text, never as markup.

export const byId = id => document.getElementById(id);

/** An element with its text or children; attributes that are null are left out. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") {
      element.addEventListener("click", value);
    } else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  element.append(...children.filter(child => child !== null && child !== undefined));
  return element;
}

/** Writes only what has changed, so that nothing is announced twice and no selection is lost. */
export function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

const whole = new Intl.NumberFormat("en");
const fine = new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const day = new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit" });

export const none = "–";

/** An account, which may hold characters that turn the direction of text: they turn nothing beside it. */
export const account = text => (text === null || text === undefined ? none : make("bdi", {}, text));

export const count = value => (value === null || value === undefined ? none : whole.format(value));

export const rate = value => (value >= 100 ? whole.format(Math.round(value)) : fine.format(value));

export const milliseconds = value =>
  value === null || value === undefined ? none : value >= 100 ? whole.format(Math.round(value)) : fine.format(value);

/** A span in seconds as a person would say it. */
export function span(seconds) {
  if (seconds === null || seconds === undefined) {
    return none;
  }
  const parts = [[86400, "d"], [3600, "h"], [60, "min"]];
  for (const [size, unit] of parts) {
    if (seconds >= size) {
      const rest = unit === "d" ? Math.floor((seconds % 86400) / 3600) : 0;
      return `${Math.floor(seconds / size)} ${unit}${rest ? ` ${rest} h` : ""}`;
    }
  }
  return seconds < 10 ? `${fine.format(seconds)} s` : `${Math.floor(seconds)} s`;
}

/** A time in the zone of the reader; the day is left out when it is today. */
export function time(text, withDay = false) {
  if (!text) {
    return none;
  }
  const at = new Date(text);
  const today = day.format(at) === day.format(new Date());
  return today && !withDay ? clock.format(at) : `${day.format(at)} ${clock.format(at)}`;
}

/** Two decimals always, with the digits as they were sent. */
export const amount = (text, currency) => (text === null ? none : `${group(text)} ${currency}`);

// The digits stay text: a number of the browser's would round what the service never rounds.
function group(text) {
  const [before, after] = String(text).split(".");
  return `${before.replace(/\B(?=(\d{3})+$)/g, ",")}.${(after ?? "").padEnd(2, "0")}`;
}

const marks = { PROCESSED: "✓", FAILED: "✕", PROCESSING: "…" };

/** A status is told by its word; the colour and the mark only help. */
export const status = name => make(
  "span", { class: "status", "data-status": name }, make("span", { "aria-hidden": "true" }, marks[name] ?? ""), name);
