// Talking to the service: with the key of this tab, and with errors in the service's own words.

// Relative to the page, so that it works below any path that a proxy puts it under.
const root = new URL("../", document.baseURI);
const storedKey = "webhook-api-key";

export const key = {
  get: () => sessionStorage.getItem(storedKey),
  set: value => sessionStorage.setItem(storedKey, value),
  forget: () => sessionStorage.removeItem(storedKey),
};

/** What the service answered instead of what was asked for. */
export class Refusal extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

/** Sends a request; gives the answer, or throws a refusal with the problem's own words. */
export async function send(path, options = {}) {
  // "." and ".." are ids like others, but in a URL they mean a directory: the request would be another one.
  if (path.split("/").some((part) => part === "." || part === "..")) {
    throw new Refusal(400, "No URL can name an id of . or .. – look for it in the list.");
  }
  const headers = { ...options.headers };
  if (key.get()) {
    headers.Authorization = `Bearer ${key.get()}`;
  }
  const answer = await fetch(new URL(path, root), { ...options, headers, cache: "no-store", redirect: "error" });
  if (!answer.ok) {
    throw new Refusal(answer.status, await explain(answer));
  }
  return answer;
}

export const get = async (path, options) => read(await send(path, options));

/** The body, and where the Link header leads on to. */
export async function getPage(path, options) {
  const answer = await send(path, options);
  return { body: await read(answer), next: nextOf(answer) };
}

/** The address after the one that was answered; null at the end. */
export function nextOf(answer) {
  const link = /<([^>]+)>\s*;\s*rel="next"/.exec(answer.headers.get("Link") ?? "");
  return link ? link[1] : null;
}

// Amounts have more digits than a number of the browser's can hold; they are read as text.
async function read(answer) {
  return JSON.parse(await answer.text(), (name, value, context) =>
    name === "amount" && typeof value === "number" ? context?.source ?? value.toFixed(2) : value);
}

async function explain(answer) {
  try {
    const problem = await answer.json();
    const errors = Object.entries(problem.errors ?? {}).map(([name, faults]) => `${name} ${faults.join(", ")}`);
    return [problem.detail ?? problem.title, ...errors].join(" ");
  } catch {
    return `The service answered ${answer.status}.`;
  }
}
