// The buying that is on its way, kept for this tab: paying may lead to another page and back. See buying.js.

const KEY = "cliffhanger.buying";

/** @returns {import("./buying.js").Kept | null} */
export function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  } catch {
    return null;
  }
}

/** @param {import("./buying.js").Kept | null} buying */
export function keep(buying) {
  if (buying === null) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, JSON.stringify(buying));
}
