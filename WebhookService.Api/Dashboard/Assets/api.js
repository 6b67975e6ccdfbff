// Calls the service with this tab's key and reports errors in the service's own words.

// Relative to the page, so that it works under any path prefix of a proxy.
const root = new URL("../", document.baseURI);
const storedKey = "webhook-api-key";

export const key = {
  get: () => sessionStorage.getItem(storedKey),
  set: value => sessionStorage.setItem(storedKey, value),
  forget: () => sessionStorage.removeItem(storedKey),
};

/** An error answer of the service. */
export class Refusal extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

/** Sends a request; returns the answer, or throws a Refusal with the problem's own words. */
export async function send(path, options = {}) {
  // "." and ".." are valid ids, but in a URL they mean a directory: the request would be a different one.
  if (path.split("/").some((part) => part === "." || part === "..")) {
    throw new Refusal(400, "No URL can contain the id . or .. – find it in the list.");
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

/** The body, and the address of the next page from the Link header. */
export async function getPage(path, options) {
  const answer = await send(path, options);
  return { body: await read(answer), next: nextOf(answer) };
}

/** The address of the next page; null at the end. */
export function nextOf(answer) {
  const link = /<([^>]+)>\s*;\s*rel="next"/.exec(answer.headers.get("Link") ?? "");
  return link ? link[1] : null;
}

// Amounts can have more digits than a JavaScript number can hold, so they are read as text.
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
