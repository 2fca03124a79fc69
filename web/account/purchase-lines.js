// What an entry says that coins for money have made: a purchase, its refund, its dispute.

import { coinsAndBonus, statusInWords, withheldInWords } from "../buying/shop-words.js";
import { element } from "../dom.js";
import { coins, inMoney, listed, moment } from "../words.js";

/**
 * @param {string | null} reference of an entry
 * @returns {string | null} the order that it is about
 */
export function orderOf(reference) {
  return /^purchase:([^:]+):/.exec(reference ?? "")?.[1] ?? null;
}

/**
 * @param {import("../api.js").Line} line
 * @param {import("../api.js").Receipt} receipt
 * @param {import("../buying/shop.js").Order} order
 */
export function purchaseLines({ coins: changes, debt }, { at, seq, hash }, order) {
  const owed = Object.values(debt).reduce((sum, one) => sum + one, 0);
  const rows = [
    ["Bought", `${coinsAndBonus(order)} for ${inMoney(order)}`],
    ...(order.bonusWithheld ? [["Bonus", withheldInWords(order)]] : []),
    ["Stands", statusInWords(order)],
    ["Here", listed(Object.entries(changes).map(([unit, change]) => signed(change, unit))) || "no coins moved"],
    ...(owed > 0 ? [["Owed", `${coins(owed)} that had been spent already; what comes in repays them first`]] : []),
    ["When", moment(at)],
    ["Entry", `no. ${seq} of your journal`],
  ];
  const details = rows.flatMap(([term, words]) => [element("dt", {}, term), element("dd", {}, words)]);
  return element("dl", {}, ...details, element("dt", {}, "Hash"), element("dd", {}, element("code", {}, hash)));
}

/**
 * @param {number} change
 * @param {string} unit
 */
function signed(change, unit) {
  return `${change < 0 ? "−" : "+"}${Math.abs(change).toLocaleString("en")} ${unit === "bonus" ? "bonus" : "bought"}`;
}
