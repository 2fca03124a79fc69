// Who the creator is: what the payment provider has confirmed, what may leave by it, and what is to be done.

import { element, press } from "../dom.js";
import { dateOf, shown } from "./money.js";
import { card, follow, tried } from "./till.js";

/** @typedef {import("./earnings-api.js").Verification} Verification */
/** @typedef {import("./till.js").Till} Till */

/** @type {Record<string, string>} by how a creator stands, where nothing is under way at the provider's */
const STATES = {
  none: "Before your first payout you show a document, once, on the payment provider's own page.",
  expired: "What you have shown holds no more. Show a document once more.",
  pending: "What you have shown is being looked at. You will have a mail.",
  review: "A person is looking at it, which may take days. You will have a mail.",
  refused: "Your identity could not be confirmed, so nothing can be paid out. You can show a document anew 30 days after that, or ask support.",
};

/** @type {Record<string, string>} by the provider's code for why what was shown did not do (Stripe, "Handle verification outcomes") */
const WANTING = {
  abandoned: "You did not come to the end.",
  consent_declined: "You did not agree to be checked.",
  country_not_supported: "Documents of that country are not taken.",
  device_not_supported: "Your device has no camera that does.",
  document_expired: "The document has expired.",
  document_type_not_supported: "That kind of document is not taken.",
  document_unverified_other: "The document could not be confirmed.",
  selfie_document_missing_photo: "The document has no picture of you.",
  selfie_face_mismatch: "Your picture is not like the one in the document.",
  selfie_manipulated: "Your picture seems to have been changed.",
  selfie_unverified_other: "Your picture could not be confirmed.",
  under_supported_age: "You are younger than the payment provider allows.",
};

/** So long before a verification ends its person is told, and may show a document anew. */
const NOTICE_MS = 30 * 86_400_000;

/**
 * @param {Verification} verification
 * @param {string[]} currencies those that the creator has something of
 * @param {Till} till
 */
export function person({ tier, state, until, limits, check }, currencies, till) {
  const begin = (/** @type {1 | 2} */ wanted) =>
    press(() =>
      tried(till, async () => {
        const begun = await till.calls.beginVerification(wanted);
        if (begun.check?.url) location.assign(begun.check.url);
        else till.go("#/", "That is being prepared. Look again in a moment.");
      }),
    );
  const lead = (/** @type {string} */ words, /** @type {1 | 2} */ wanted, kind = "main") => element("button", { type: "button", class: kind, onclick: begin(wanted) }, words);
  const told = element("p", {}, state === "verified" ? `Verified until ${dateOf(`${until}T00:00:00Z`)}.` : (STATES[state] ?? ""));
  const most = limits
    .filter(({ currency }) => currencies.includes(currency))
    .map(({ currency, day, month }) => element("p", { class: "hint" }, `At most ${shown(day, currency)} a day and ${shown(month, currency)} a month.`));
  const shownAt = card("person", "Who you are", ...ways());
  if (state === "pending" && !check?.url) follow(shownAt, look);
  return shownAt;

  function ways() {
    if (check?.url) {
      const why = check.code === null ? "You have begun." : (WANTING[check.code] ?? "What you have shown was not enough.");
      return [element("p", {}, why, " Go on at the payment provider's."), ...most, lead("Go on", check.tier)];
    }
    if (state === "none" || state === "expired") return [told, lead("Show who you are", 1)];
    if (state === "refused") return [told, lead("Show a document anew", 1, "quiet")];
    if (state !== "verified" || tier === 0) return [told];
    if (check !== null) return [told, ...most, element("p", { class: "hint" }, "What you have shown since is being looked at. You will have a mail.")];
    if (Date.parse(String(until)) - Date.now() < NOTICE_MS) return [told, ...most, lead("Show a document anew", tier)];
    if (tier === 1) {
      return [told, ...most, lead("Raise the limits", 2, "quiet"), element("p", { class: "hint" }, "Ten times as much, after a picture of your face and a look by two people.")];
    }
    return [told, ...most];
  }

  async function look() {
    const found = await till.calls.getVerification();
    if (found.state === state) return true;
    till.notices.say(found.state === "verified" ? "You are verified." : "Your verification has gone on.", { label: "Show it", act: () => till.go("#/", "") });
    return false;
  }
}
