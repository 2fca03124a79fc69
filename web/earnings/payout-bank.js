// Where a creator's money goes, and whether it goes by itself.

import { element, press } from "../dom.js";
import { moment } from "../words.js";
import { dateOf } from "./money.js";
import { card, tried } from "./till.js";

/** @typedef {import("./till.js").Till} Till */

/** Of banks, in the currencies that are paid out. */
const COUNTRIES = [
  "AT", "AU", "BE", "BG", "BR", "CA", "CY", "DE", "EE", "ES", "FI", "FR", "GB", "GR", "HR",
  "IE", "IN", "IT", "JP", "KR", "LT", "LU", "LV", "MT", "MX", "NL", "PT", "SI", "SK", "US",
];
const NAMES = new Intl.DisplayNames("en", { type: "region" });

/**
 * @param {import("./earnings-api.js").Destination} destination
 * @param {string | undefined} picked the country that was chosen before a fresh sign-in
 * @param {Till} till
 */
export function bank({ set, ready, country, paysFrom }, picked, till) {
  const select = element("select", { id: "bank-country" }, ...COUNTRIES.map((code) => element("option", { value: code, selected: code === (picked ?? "US") }, named(code))));
  const lead = (/** @type {string} */ words, kind = "main") => {
    const leave = async () => {
      const { url } = await till.calls.putDestination(country ?? select.value);
      if (url !== null) location.assign(url);
    };
    return element("button", { type: "button", class: kind, onclick: press(() => tried(till, leave, `#/bank/${country ?? select.value}`)) }, words);
  };
  if (!set) {
    const field = element("div", { class: "field" }, element("label", { for: "bank-country" }, "Country of your bank"), select);
    const hint = element("p", { class: "hint" }, "You tell the payment provider, on its own page. The country cannot be changed afterwards.");
    return card("bank", "Your bank", field, lead("Name your bank"), hint);
  }
  if (!ready) return card("bank", "Your bank", element("p", {}, "The payment provider still asks something of you."), lead("Go on"));
  const cools = paysFrom !== null && Date.parse(paysFrom) > Date.now();
  return card(
    "bank",
    "Your bank",
    element("p", {}, `Country: ${named(String(country))}. The rest only the payment provider knows.`),
    cools && element("p", {}, `It was changed: nothing is paid out to it before ${moment(String(paysFrom))}.`),
    lead("Change the bank", "quiet"),
    element("p", { class: "hint" }, "From that press on nothing is paid out for three days, and you are told by mail: in case it was not you."),
  );
}

/**
 * @param {import("./earnings-api.js").Schedule} schedule
 * @param {Till} till
 */
export function rhythm({ rhythm: now, nextAt }, till) {
  const weekly = now === "weekly";
  const turn = async () => {
    await till.calls.putSchedule(weekly ? "none" : "weekly");
    till.go("#/", weekly ? "From now on you ask for each payout." : "From now on all that can be is paid out every Monday.");
  };
  const words = weekly && nextAt !== null ? `All that can be is paid out every Monday, next on ${dateOf(nextAt)}.` : "You ask for each payout. It can also be made every Monday, without a fee.";
  const button = element("button", { type: "button", class: "quiet", onclick: press(() => tried(till, turn, "#/weekly")) }, weekly ? "Stop weekly payouts" : "Pay out every week");
  return card("weekly", "Every week", element("p", {}, words), button);
}

/** @param {string} country ISO 3166-1 alpha-2 */
function named(country) {
  return NAMES.of(country) ?? country;
}
