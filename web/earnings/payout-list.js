// The payouts of a creator, newest first; those under way are looked at for a while.

import { element, press } from "../dom.js";
import { moment } from "../words.js";
import { dateOf, shown } from "./money.js";
import { because, inShort, isUnderWay, waiting } from "./payout-words.js";
import { card, follow, tried } from "./till.js";

/** @typedef {import("./earnings-api.js").Payout} Payout */
/** @typedef {import("./earnings-api.js").Payouts} Payouts */
/** @typedef {import("./till.js").Till} Till */

const STOPPABLE = ["requested", "held"];

/**
 * @param {Payouts} first the newest ones
 * @param {(currency: string) => void} moved a payout has gone on, and with it what there is of its currency
 * @param {Till} till
 */
export function payouts(first, moved, till) {
  /** @type {Map<string, {payout: Payout, line: HTMLElement}>} */
  const known = new Map();
  const lines = element("ul", { class: "payouts" });
  let cursor = first.nextCursor;
  const more = element("button", { type: "button", class: "quiet", onclick: press(() => tried(till, earlier)) }, "Show earlier ones");
  first.payouts.forEach(add);
  more.hidden = cursor === null;
  const section = card("payouts", "Payouts", known.size === 0 && element("p", { class: "empty" }, "Nothing has been paid out yet."), lines, more);
  if (first.payouts.some(isUnderWay)) follow(section, look);
  return section;

  /** @param {Payout} payout */
  function add(payout) {
    if (known.has(payout.payoutId)) return;
    const line = lineOf(payout, till);
    known.set(payout.payoutId, { payout, line });
    lines.append(line);
  }

  async function earlier() {
    const page = await till.calls.listPayouts(cursor);
    page.payouts.forEach(add);
    cursor = page.nextCursor;
    more.hidden = cursor === null;
  }

  async function look() {
    const found = (await till.calls.listPayouts(null)).payouts;
    for (const payout of found) {
      const before = known.get(payout.payoutId);
      if (before === undefined || (before.payout.changedAt === payout.changedAt && before.payout.waitsFor === payout.waitsFor)) continue;
      const line = lineOf(payout, till);
      before.line.replaceWith(line);
      known.set(payout.payoutId, { payout, line });
      moved(payout.currency);
      if (!isUnderWay(payout)) till.notices.say(`${inShort(payout)}.`, { label: "Show what there is now", act: () => till.go("#/", "") });
    }
    return found.some(isUnderWay);
  }
}

/**
 * @param {Payout} payout
 * @param {Till} till
 */
function lineOf(payout, till) {
  const stop = async () => {
    await till.calls.cancelPayout(payout.payoutId);
    till.go("#/", "It is being called off. What has left already arrives, or comes back by itself.");
  };
  const off = STOPPABLE.includes(payout.status) && element("button", { type: "button", class: "quiet", onclick: press(() => tried(till, stop)) }, "Call it off");
  return element("li", {}, element("strong", {}, inShort(payout)), element("small", {}, inFull(payout)), off);
}

/** @param {Payout} payout */
function inFull({ status, fee, arrives, currency, createdAt, changedAt, arrivesAt, paidAt, rule, waitsFor }) {
  const cost = fee > 0 ? `${shown(arrives, currency)} after a fee of ${shown(fee, currency)}. ` : "";
  const asked = `Asked for on ${moment(createdAt)}`;
  if (status === "paid" && paidAt !== null) return `${cost}Arrived on ${moment(paidAt)}.`;
  const why = rule === null ? "" : `${because(rule)} `;
  if (status === "failed") return `${why}${asked}, failed on ${moment(changedAt)}.`;
  if (status === "returned") return `${why}${paidAt === null ? asked : `Arrived on ${moment(paidAt)}`}, came back on ${moment(changedAt)}.`;
  if (waitsFor !== null) return `${cost}${waiting(waitsFor)} ${asked}.`;
  return `${why}${cost}${asked}${status === "inTransit" && arrivesAt !== null ? `; there by ${dateOf(arrivesAt)}` : ""}.`;
}
