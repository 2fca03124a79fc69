// How much a partner's clients have asked of us in one mode: today against the quota, and the last 30 days.

import { element } from "../dom.js";
import { counted, heading } from "../room/pieces.js";
import { chart, dayOf } from "./chart.js";
import { table } from "./parts.js";

/** @typedef {import("./partners.js").Around} Around */
/** @typedef {import("./partners.js").View} View */

/**
 * @param {Around} around
 * @returns {Promise<View>}
 */
export async function usageView({ api }) {
  const { quota, remaining, days: newest } = await api.getUsage();
  const days = [...newest].reverse();
  const title = "Usage";
  const used = Math.max(0, quota - remaining);
  const all = days.reduce((sum, { requests }) => sum + requests, 0);
  const meter = element("progress", { max: String(quota), value: String(used), "aria-label": "Of today's quota" });
  const numbers = table("Requests of each day", ["Day", "Requests"]);
  numbers.add(newest.map(({ day, requests }) => [dayOf(day), requests.toLocaleString("en")]));
  return {
    title,
    content: [
      heading(title),
      element(
        "section",
        { class: "card", "aria-labelledby": "today-title" },
        element("h2", { id: "today-title" }, "Today"),
        element("p", {}, `Your clients have used ${used.toLocaleString("en")} of ${counted(quota, "request")}; ${remaining.toLocaleString("en")} are left until midnight (UTC).`),
        meter,
      ),
      element(
        "figure",
        { class: "card" },
        element("figcaption", {}, element("h2", {}, "The last 30 days"), element("p", { class: "hint" }, `${counted(all, "request")} in all. Days are those of UTC.`)),
        chart(days, quota),
        element("details", {}, element("summary", {}, "As a table"), numbers.element),
      ),
    ],
  };
}
