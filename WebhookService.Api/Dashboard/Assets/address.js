// What is shown stands in the address: links can be passed on, and the back button and a reload do what they should.
// In its fragment, which no browser sends, so that no log of a proxy has an account.

/** What the address says. */
export const read = () => new URLSearchParams(location.hash.slice(1));

/** Changes the address: a value of null or "" removes its name. Each change is a step back. */
export function write(changes, state = history.state) {
  const query = read();
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === "") {
      query.delete(name);
    } else {
      query.set(name, value);
    }
  }
  const address = `${location.pathname}${location.search}${query.size > 0 ? `#${query}` : ""}`;
  if (address !== `${location.pathname}${location.search}${location.hash}`) {
    history.pushState(state, "", address);
  } else {
    history.replaceState(state, "");
  }
}

/** The address of this page with nothing but these values. */
export const link = values => `#${new URLSearchParams(values)}`;

/** Calls when the reader goes back, forward, or follows a link within the page. */
export const onChange = look => addEventListener("popstate", look);
