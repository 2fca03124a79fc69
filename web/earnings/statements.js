// The statements of a creator, newest first, each to be saved as PDF or as the JSON that proves itself.

import { element, press } from "../dom.js";
import { asRefusal } from "../words.js";
import { dateOf } from "./money.js";

/** @typedef {import("./earnings-api.js").EarningsApi} EarningsApi */
/** @typedef {import("./earnings-api.js").StatementLine} StatementLine */

/**
 * @param {EarningsApi} api
 * @param {import("../notices.js").Notices} notices
 * @returns {Promise<HTMLElement>}
 */
export async function statements(api, notices) {
  const list = element("ul", { class: "statements" });
  const empty = element("p", { class: "empty" }, "There is none yet: the first comes in the night after your first income.");
  /** @type {string | null} */ let cursor = null;
  /** @param {import("./earnings-api.js").Statements} page */
  const show = (page) => {
    list.append(...page.items.map((line) => row(line, api, notices)));
    cursor = page.nextCursor;
    more.hidden = cursor === null;
  };
  const more = element(
    "button",
    { type: "button", class: "quiet", hidden: true, onclick: press(() => tried(notices, async () => show(await api.listStatements(cursor)))) },
    "Show earlier ones",
  );
  show(await api.listStatements(null));
  return element(
    "section",
    { class: "card", "aria-labelledby": "statements-title" },
    element("h2", { id: "statements-title" }, "Statements"),
    list.children.length === 0 ? empty : null,
    list,
    more,
    element("p", { class: "hint" }, "The JSON holds every entry that a statement is made of; anybody can verify it, without us, with verify_statement.py."),
  );
}

/**
 * @param {StatementLine} line
 * @param {EarningsApi} api
 * @param {import("../notices.js").Notices} notices
 */
function row({ day }, api, notices) {
  /** @param {"jsonUrl" | "pdfUrl"} file */
  const save = (file) => press(() => tried(notices, async () => location.assign((await api.getStatement(day))[file])));
  const named = dateOf(`${day}T00:00:00Z`);
  return element(
    "li",
    {},
    element("span", {}, named),
    element("button", { type: "button", class: "quiet", "aria-label": `PDF of ${named}`, onclick: save("pdfUrl") }, "PDF"),
    element("button", { type: "button", class: "quiet", "aria-label": `JSON of ${named}`, onclick: save("jsonUrl") }, "JSON"),
  );
}

/**
 * Does something, and says what stood in its way.
 * @param {import("../notices.js").Notices} notices
 * @param {() => Promise<void>} act
 */
async function tried(notices, act) {
  notices.clear();
  try {
    await notices.patiently(act());
  } catch (error) {
    notices.complain(asRefusal(error));
  }
}
