// What the console's views are made of: badges, facts, tables, lists that go on, things to copy, and questions.

import { element, press } from "../dom.js";
import { sheet } from "../sheets.js";
import { asRefusal } from "../words.js";

/** @typedef {import("../dom.js").Child} Child */
/** @typedef {import("../notices.js").Notices} Notices */

/** @param {[string, string]} words and the badge's kind */
export function badge([words, kind]) {
  return element("span", { class: `badge ${kind}` }, words);
}

/** @param {[string, Child][]} pairs those without a value are left out */
export function facts(pairs) {
  const given = pairs.filter(([, value]) => value !== null && value !== undefined && value !== false && value !== "");
  return element("dl", {}, ...given.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]));
}

/**
 * A table that a phone shows as cards: each cell says its column then.
 * @param {string} caption
 * @param {string[]} columns
 */
export function table(caption, columns) {
  const body = element("tbody");
  const heads = columns.map((name) => element("th", { scope: "col" }, name));
  const whole = element("table", {}, element("caption", { class: "unseen" }, caption), element("thead", {}, element("tr", {}, ...heads)), body);
  return {
    element: whole,
    /** @param {Child[][]} rows */
    add(rows) {
      body.append(...rows.map((cells) => element("tr", {}, ...cells.map((cell, at) => element("td", { "data-column": columns[at] }, cell)))));
    },
    clear() {
      body.replaceChildren();
    },
    get size() {
      return body.rows.length;
    },
  };
}

/**
 * A list that is read page by page, into a table; `read` may be asked anew from the beginning.
 * @template Item
 * @param {object} about
 * @param {ReturnType<typeof table>} about.table
 * @param {(cursor: string | null) => Promise<{items: Item[], nextCursor: string | null}>} about.read
 * @param {(item: Item) => Child[]} about.row
 * @param {() => string} about.none what to say where there is nothing
 * @param {Notices} about.notices
 */
export function pages({ table: into, read, row, none, notices }) {
  /** @type {string | null} */ let cursor = null;
  const empty = element("p", { class: "empty", role: "status" });
  const more = element("button", { type: "button", class: "quiet", hidden: true }, "Show more");
  /** @param {string | null} from */
  const load = async (from) => {
    const page = await notices.patiently(read(from));
    if (from === null) into.clear();
    into.add(page.items.map(row));
    cursor = page.nextCursor;
    more.hidden = cursor === null;
    empty.textContent = into.size > 0 ? "" : cursor === null ? none() : "Nothing of the newest fits; look further back.";
    into.element.hidden = into.size === 0;
  };
  more.addEventListener("click", press(() => load(cursor).catch((error) => notices.complain(asRefusal(error)))));
  return { element: element("div", { class: "pages" }, empty, into.element, more), begin: () => load(null) };
}

/**
 * A value with a button that copies it.
 * @param {string} label
 * @param {string} value
 */
export function copyable(label, value) {
  const box = element("input", { type: "text", readonly: true, value, "aria-label": label, autocomplete: "off", spellcheck: "false" });
  box.addEventListener("focus", () => box.select());
  const copy = element("button", { type: "button" }, "Copy");
  const said = element("span", { class: "unseen", "aria-live": "polite" });
  copy.setAttribute("aria-label", `Copy ${label.toLowerCase()}`);
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(value);
      copy.textContent = said.textContent = "Copied";
    } catch {
      // The browser does not allow it: then it is selected, for the keys that copy.
      box.focus();
      said.textContent = "Selected; copy it with your keyboard";
    }
  });
  return element("div", { class: "copyable" }, box, copy, said);
}

/**
 * @typedef {object} Question
 * @property {string} title
 * @property {string} words
 * @property {HTMLElement} [more]    fields, above the buttons
 * @property {string} yes            what the button that does it says
 * @property {() => Promise<void | (() => void)>} act rejects with a `Refusal`, which is said in the dialog; may answer with what
 *   is to be done once the dialog is closed
 * @property {() => void} [closed]   however it was closed
 * @property {import("../notices.js").InWords} inWords
 */

/**
 * Asks before something is done that cannot be taken back, or that wants a choice.
 * @param {Question} question
 */
export function ask({ title, words, more, yes, act, closed, inWords }) {
  const alert = element("div", { role: "alert" });
  const dialog = element("dialog", { "aria-labelledby": "question-title" });
  const doIt = element("button", { type: "submit", class: "main" }, yes);
  const form = element(
    "form",
    {},
    element("p", {}, words),
    more,
    alert,
    element("p", { class: "actions" }, doIt, element("button", { type: "button", class: "quiet", onclick: () => dialog.close() }, "Cancel")),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (doIt.getAttribute("aria-busy") === "true") return;
    doIt.setAttribute("aria-busy", "true");
    try {
      const next = await act();
      dialog.close();
      next?.();
    } catch (error) {
      const refusal = asRefusal(error);
      const detail = refusal.code === "validation_failed" && refusal.detail ? ` ${refusal.detail}` : "";
      alert.replaceChildren(element("p", {}, `${inWords(refusal)}${detail} `, element("code", {}, refusal.code)));
    } finally {
      doIt.removeAttribute("aria-busy");
    }
  });
  dialog.append(element("header", {}, element("h2", { id: "question-title" }, title)), form);
  // Whoever goes elsewhere meanwhile takes no question along.
  const leave = () => dialog.remove();
  addEventListener("hashchange", leave);
  dialog.addEventListener("close", () => {
    removeEventListener("hashchange", leave);
    dialog.remove();
    closed?.();
  });
  document.body.append(sheet(dialog));
  dialog.showModal();
}

/**
 * A list to choose one of, with its label.
 * @param {string} label
 * @param {[string, string][]} choices value and words
 * @param {string} [chosen]
 */
export function choice(label, choices, chosen) {
  const select = element("select", {}, ...choices.map(([value, words]) => element("option", { value, selected: value === chosen }, words)));
  return { select, element: element("label", {}, label, select) };
}

/** @type {[string, string][]} hours, and their words */
export const OVERLAPS = [
  ["0", "Not at all: it ends at once"],
  ["1", "One hour"],
  ["24", "One day"],
  ["72", "Three days"],
  ["168", "Seven days"],
];

/**
 * JSON as it is read best.
 * @param {unknown} value
 */
export function json(value) {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return element("pre", { tabindex: "0" }, text);
}

/** A key for something that is made once, however often it is sent. */
export function newKey() {
  return crypto.randomUUID();
}
