// The views of a brand: its campaigns, and what became of one.

import { element } from "../dom.js";
import { dayOf } from "../partners/chart.js";
import { badge, facts, pages, table } from "../partners/parts.js";
import { back, counted, heading } from "../room/pieces.js";
import { day as date } from "../words.js";
import { KINDS, STATUSES, reasonInWords } from "./campaign-words.js";
import { SERIES, csv, plot } from "./report.js";

/** @typedef {import("./campaign-api.js").Campaign} Campaign */
/** @typedef {import("./campaign-api.js").Report} Report */
/** @typedef {{api: import("./campaign-api.js").CampaignApi, notices: import("../notices.js").Notices}} Around */
/** @typedef {import("../room/room.js").View} View */

/**
 * @param {Around} around
 * @returns {Promise<View>}
 */
export async function campaignsView({ api, notices }) {
  const title = "Your campaigns";
  const list = pages({
    table: table(title, ["Campaign", "State", "From", "Until", "Budget"]),
    read: async (cursor) => {
      const { campaigns, nextCursor } = await api.list(cursor);
      return { items: campaigns, nextCursor };
    },
    row: ({ campaignId, status, terms, fundedCoins }) => [
      element("a", { href: `#/${encodeURIComponent(campaignId)}` }, terms.name),
      badge(STATUSES[status]),
      date(terms.startsAt),
      date(terms.endsAt),
      counted(fundedCoins, "coin"),
    ],
    none: () => "There are no campaigns of yours yet. Whoever runs the service makes them with you.",
    notices,
  });
  await list.begin();
  return { title, content: [heading(title), list.element] };
}

/**
 * @param {Around} around
 * @param {string} campaignId
 * @returns {Promise<View>}
 */
export async function reportView({ api }, campaignId) {
  const [campaign, report] = await Promise.all([api.get(campaignId), api.report(campaignId)]);
  const title = campaign.terms.name;
  const late = element("p", { class: "hint", role: "status" }, "The newest claims are still being added up; look again in a few minutes.");
  return {
    title,
    content: [
      back("#/", "Your campaigns"),
      element("div", { class: "bar" }, heading(title), badge(STATUSES[campaign.status])),
      ...(report.complete ? [] : [late]),
      budget(campaign, report),
      ...(report.days.length === 0 ? [element("p", { class: "empty" }, "Nothing has been claimed yet.")] : [curve(report), numbers(report)]),
      ...(Object.keys(report.refused).length === 0 ? [] : [refusals(report)]),
    ],
  };
}

/**
 * Where the budget is, and what the campaign is.
 * @param {Campaign} campaign
 * @param {Report} report
 */
function budget({ terms }, { total, leftCoins, pendingCoins, spentCoins }) {
  const funded = total.fundedCoins;
  const used = element("progress", { max: String(Math.max(1, funded)), value: String(spentCoins + pendingCoins), "aria-label": "Of the budget, spent and pending" });
  return element(
    "section",
    { class: "card", "aria-labelledby": "budget-title" },
    element("h2", { id: "budget-title" }, "Budget"),
    facts([
      ["Paid in", counted(funded, "coin")],
      ["Spent", counted(spentCoins, "coin")],
      ["Pending", `${counted(pendingCoins, "coin")}, until goods can no longer be returned (${counted(terms.returnDays, "day")}), or somebody has looked at what is held`],
      ["Left", counted(leftCoins, "coin")],
      ["Given back", total.givenBackCoins > 0 && counted(total.givenBackCoins, "coin")],
      ["For", terms.kinds.map((kind) => KINDS[kind]).join(", ")],
      ["Where", terms.countries.join(", ") || "Everywhere"],
      ["When", `${date(terms.startsAt)} to ${date(terms.endsAt)}`],
      ["One viewer", `${counted(terms.viewerTimes, "time")}, ${counted(terms.viewerCoins, "coin")} at most`],
    ]),
    used,
  );
}

/** @param {Report} report */
function curve({ days }) {
  const key = element("ul", { class: "key" }, ...SERIES.map(([words, kind]) => element("li", { class: kind }, words)));
  return element(
    "figure",
    { class: "card" },
    element("figcaption", {}, element("h2", {}, "Day by day"), element("p", { class: "hint" }, "Coins, running up. Days are those of UTC.")),
    plot(days),
    key,
  );
}

/** @param {Report} report */
function numbers({ campaignId, days }) {
  const columns = ["Day", "Claims", "Claimed", "Confirmed", "Returns", "Clawed back", "Refused"];
  const shown = table("What became of each day", columns);
  shown.add(
    [...days].reverse().map(({ day, numbers: of, refused }) => [
      dayOf(day),
      ...[of.claims, of.claimedCoins, of.confirmedCoins, of.returns, of.clawedBackCoins, Object.values(refused).reduce((sum, count) => sum + count, 0)].map((count) =>
        count.toLocaleString("en"),
      ),
    ]),
  );
  const save = element("button", { type: "button", class: "quiet", onclick: () => download(`${campaignId}.csv`, csv(days)) }, "Save as CSV");
  return element("section", { class: "card", "aria-labelledby": "days-title" }, element("div", { class: "bar" }, element("h2", { id: "days-title" }, "In numbers"), save), shown.element);
}

/** @param {Report} report */
function refusals({ refused }) {
  const pairs = Object.entries(refused).sort((one, other) => other[1] - one[1]);
  return element(
    "section",
    { class: "card", "aria-labelledby": "refused-title" },
    element("h2", { id: "refused-title" }, "Refused"),
    facts(pairs.map(([reason, count]) => [reasonInWords(reason), counted(count, "time")])),
    element("p", { class: "hint" }, "Counted each time that somebody asked, tries in vain included."),
  );
}

/**
 * @param {string} name
 * @param {string} text
 */
function download(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  const link = element("a", { href: address, download: name });
  link.click();
  URL.revokeObjectURL(address);
}
