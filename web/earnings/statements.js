// The statements of a creator, newest first, each to be saved as PDF or as the JSON that proves itself.

import { element, press } from "../dom.js";
import { complaint } from "../notices.js";
import { asRefusal } from "../words.js";
import { dateInShort, dateOf } from "./money.js";
import { inWords } from "./payout-words.js";

/** @typedef {import("./earnings-api.js").EarningsApi} EarningsApi */
/** @typedef {import("./earnings-api.js").StatementLine} StatementLine */

/**
 * The card at once; what it lists when that has come, or why it has not: nobody is kept from their money by it.
 * @param {EarningsApi} api
 * @param {import("../notices.js").Notices} notices
 */
export function statements(api, notices) {
  const list = element("ul", { class: "statements" });
  const place = element("div", {}, element("p", { class: "hint" }, "Looking for them …"));
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
  begin();
  return element(
    "section",
    { class: "card", "aria-labelledby": "statements-title" },
    element("h2", { id: "statements-title" }, "Statements"),
    place,
    more,
    element("p", { class: "hint" }, "The JSON holds every entry that a statement is made of; anybody can verify it, without us, with verify_statement.py."),
  );

  async function begin() {
    try {
      show(await api.listStatements(null));
      place.replaceChildren(list.children.length > 0 ? list : element("p", { class: "empty" }, "There is none yet: the first comes in the night after your first income."));
    } catch (error) {
      place.replaceChildren(complaint(asRefusal(error), inWords), element("button", { type: "button", class: "quiet", onclick: press(begin) }, "Try again"));
    }
  }
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
    element("span", {}, dateInShort(day)),
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
