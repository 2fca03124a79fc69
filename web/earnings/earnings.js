// Puts the page of a creator's money together: what was earned, is payable, is held and why; the days; the statements.

import { element } from "../dom.js";
import { heading } from "../room/pieces.js";
import { openRoom } from "../room/room.js";
import { asRefusal } from "../words.js";
import { chart } from "./chart.js";
import { EarningsApi } from "./earnings-api.js";
import { dayOf, lastDays, shown } from "./money.js";
import { inWords } from "./payout-words.js";
import { statements } from "./statements.js";

/** @typedef {import("./earnings-api.js").Earnings} Earnings */
/** @typedef {import("./earnings-api.js").Money} Money */
/** @typedef {import("./held.js").Wallet} Wallet */

const DAYS = 30;

/**
 * @param {import("../room/room.js").Given} given
 * @returns {import("../room/room.js").Furnished}
 */
function furnish({ api, notices, go, again }) {
  return {
    viewAt: async () => {
      const calls = new EarningsApi(api);
      const kept = statements(calls, notices);
      const earnings = await calls.getEarnings();
      const title = "Earnings";
      const wallets = new Map(earnings.money.map((one) => [one.currency, wallet(one, blocking(earnings))]));
      const out = element("div", { class: "out" });
      import("./payout.js")
        .then(({ moneyOut }) => moneyOut(wallets, out, { calls, notices, go, again }))
        .catch((error) => notices.complain(asRefusal(error)));
      return { title, content: [heading(title), ...warnings(earnings), ...[...wallets.values()].map(({ place }) => place), ...nothing(earnings), out, ...charts(earnings), kept] };
    },
  };
}

/** @param {Earnings} earnings */
function warnings({ frozen, complete, money }) {
  const owed = money.filter(({ debt }) => debt > 0).map(({ debt, currency }) => shown(debt, currency));
  return [
    frozen && "Your account is frozen: nothing is paid out until support has looked into it.",
    owed.length > 0 && `You owe ${owed.join(" and ")}, because income was taken back. What you earn next repays it; until then nothing is paid out.`,
    !complete && "There are more entries than are counted here: the statements have all of them.",
  ]
    .filter((words) => words !== false)
    .map((words) => element("p", { class: "warning" }, words));
}

/**
 * For how long nothing can be paid out, whatever there is; empty where that is not so.
 * @param {Earnings} earnings
 */
function blocking({ frozen, money }) {
  if (frozen) return "until support has looked into your account";
  return money.some(({ debt }) => debt > 0) ? "until what you owe is repaid" : "";
}

/** @param {Earnings} earnings */
function nothing({ money }) {
  return money.length > 0 ? [] : [element("p", { class: "empty" }, "Nothing yet. What viewers pay for your series is divided every night, and shown here.")];
}

/**
 * What there is of a currency. What leads to a payout comes into its end, `.ways`; what can be paid out, and what cannot and why, into
 * `.payable`, `.aside` and `.held`.
 * @param {Money} money
 * @param {string} blocked
 * @returns {Wallet}
 */
function wallet({ currency, earned, held, debt }, blocked) {
  const title = `money-${currency}`;
  const place = element(
    "section",
    { class: "card money", "aria-labelledby": title },
    element("h2", { id: title }, currency),
    element(
      "dl",
      {},
      figure("Payable", "…", "payable"),
      figure("Earned in 30 days", shown(earned, currency)),
      figure("Held", "…", "aside"),
      debt > 0 && figure("Owed", shown(debt, currency), "owed"),
    ),
    element("ul", { class: "held" }),
    element("div", { class: "ways" }, element("p", { class: "hint" }, "Looking at what can be paid out …")),
  );
  return { place, holds: held, blocked };
}

/**
 * @param {string} words
 * @param {string} amount
 * @param {string} [kind]
 */
function figure(words, amount, kind = "") {
  return element("div", {}, element("dt", {}, words), element("dd", { class: kind }, amount));
}

/** @param {Earnings} earnings */
function charts({ money, days }) {
  const dates = lastDays(DAYS, new Date());
  return money
    .map(({ currency }) => {
      const came = new Map(days.filter((one) => one.currency === currency).map(({ day, amount }) => [day, amount]));
      return { currency, days: dates.map((day) => ({ day, amount: came.get(day) ?? 0 })) };
    })
    .filter((one) => one.days.some(({ amount }) => amount !== 0))
    .map((one) => chartOf(one.days, one.currency));
}

/**
 * @param {{day: string, amount: number}[]} days
 * @param {string} currency
 */
function chartOf(days, currency) {
  const best = days.reduce((most, one) => (one.amount > most.amount ? one : most));
  const rows = [...days]
    .reverse()
    .map(({ day, amount }) => element("tr", {}, element("th", { scope: "row" }, dayOf(day)), element("td", {}, shown(amount, currency))));
  return element(
    "figure",
    { class: "card" },
    element("figcaption", {}, element("h2", {}, `The last ${DAYS} days in ${currency}`), element("p", { class: "hint" }, "Your share of each day's income. Days are those of UTC.", best.amount > 0 && ` Best day: ${shown(best.amount, currency)}, on ${dayOf(best.day)}.`)),
    chart(days, currency),
    element(
      "details",
      {},
      element("summary", {}, "As a table"),
      element(
        "table",
        {},
        element("caption", { class: "unseen" }, `Your share of each day in ${currency}`),
        element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "Day"), element("th", { scope: "col" }, "Your share"))),
        element("tbody", {}, ...rows),
      ),
    ),
  );
}

openRoom({
  name: "Earnings",
  page: "/earnings.html",
  inWords,
  guest: { heading: "What you have earned", words: "Sign in to see what your series bring, what can be paid out, and your statements." },
  stranger: {
    title: "Earnings",
    heading: "This page is for creators",
    words: "It is open to people who make series here, and this account makes none.",
  },
  closed: ["group_required"],
  home: { address: "#/", words: "Your earnings" },
  offline: "You are offline. What you see is as of the last time.",
  furnish,
});
