// The question that a form asks when others have changed what it is about to write.

import { element } from "../dom.js";

/** @typedef {import("./saving.js").Difference} Difference */

/**
 * @param {import("../room/form.js").Form} form
 * @param {Difference[]} differences
 * @returns {Promise<"mine" | "theirs">}
 */
export function askWhose(form, differences) {
  return new Promise((resolve) => {
    /** @param {"mine" | "theirs"} answer */
    const settle = (answer) => () => {
      form.answered();
      resolve(answer);
    };
    form.ask(
      element(
        "section",
        { class: "question", "aria-labelledby": "question-title" },
        element("h3", { id: "question-title", tabindex: "-1" }, "This was changed elsewhere meanwhile"),
        element("p", {}, "Nothing has been overwritten. Since you opened this form, others have saved:"),
        element("ul", {}, ...differences.map((difference) => element("li", {}, ...inWords(form, difference)))),
        element("button", { type: "button", class: "main", onclick: settle("mine") }, "Keep my changes, add theirs"),
        element("button", { type: "button", class: "quiet", onclick: settle("theirs") }, "Drop mine, load theirs"),
      ),
    );
  });
}

/**
 * @param {import("../room/form.js").Form} form
 * @param {Difference} difference
 */
function inWords(form, { name, theirs, mine, clash }) {
  const said = [element("strong", {}, form.labelOf(name)), ": ", shown(theirs)];
  return clash ? [...said, element("small", {}, ` (you wrote ${shown(mine)})`)] : said;
}

/** @param {import("../room/fields.js").Value} value */
function shown(value) {
  if (value === null || value === "") return "nothing";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.length === 0 ? "nothing" : value.join(", ");
  return typeof value === "number" ? String(value) : `“${value}”`;
}
