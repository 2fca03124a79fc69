// What a partner's clients have asked of us in one mode and its people have changed, and what we answered.

import { element } from "../dom.js";
import { heading } from "../room/pieces.js";
import { asRefusal } from "../words.js";
import { milliseconds, second } from "./partner-words.js";
import { choice, pages, table } from "./parts.js";

/** @typedef {import("./partners.js").Around} Around */
/** @typedef {import("./partners.js").View} View */

/** @type {[string, string][]} */
const STATUSES = [["", "Any"], ["2xx", "Done (2xx)"], ["4xx", "Refused (4xx)"], ["5xx", "Failed (5xx)"]];
/** @type {[string, string][]} hours back, and their words */
const PERIODS = [["1", "The last hour"], ["24", "The last day"], ["168", "The last 7 days"], ["720", "The last 30 days"]];

/**
 * @param {Around} around
 * @returns {Promise<View>}
 */
export async function requestsView({ api, notices }) {
  const title = "Requests";
  const status = choice("Status", STATUSES);
  const period = choice("When", PERIODS, "24");
  const filter = () => ({
    status: status.select.value || null,
    since: new Date(Date.now() - Number(period.select.value) * 3_600_000).toISOString(),
    until: null,
  });
  let chosen = filter();
  const log = pages({
    table: table("Requests, newest first", ["Request", "Answer", "When", "Took", "By"]),
    read: async (cursor) => {
      const { requests, nextCursor } = await api.listRequests(chosen, cursor);
      return { items: requests, nextCursor };
    },
    row: ({ at, method, route, status: answered, code, millis, clientId }) => [
      element("span", {}, element("strong", {}, method), " ", ...breakable(route)),
      element("span", { class: answered < 400 ? "good-news" : "bad-news" }, String(answered), code !== "" && element("small", {}, ` ${code}`)),
      element("time", { datetime: at }, second(at)),
      milliseconds(millis),
      clientId ?? "A person",
    ],
    none: () => "Nothing that fits.",
    notices,
  });
  const filters = element("div", { class: "filters", role: "group", "aria-label": "Which requests" }, status.element, period.element);
  filters.addEventListener("change", () => {
    chosen = filter();
    log.begin().catch((error) => notices.complain(asRefusal(error)));
  });
  await log.begin();
  const words = "What your clients asked and your people changed in this mode, kept for 30 days; never bodies or tokens.";
  return { title, content: [heading(title), element("p", { class: "hint" }, words), filters, log.element] };
}

/**
 * A route that a narrow cell breaks where a reader would.
 * @param {string} route
 */
function breakable(route) {
  return route.split(/(?=\/)/).flatMap((piece) => [element("wbr"), piece]);
}
