// In the rewards: the viewer's own invitation, how those who came by it stand, and redeeming a friend's.

import { element, press } from "../dom.js";
import { complaint } from "../notices.js";
import { placeIn } from "../place.js";
import { asRefusal, coins, day, sentenceFor } from "../words.js";

/** @typedef {import("./calls.js").Invitation} Invitation */
/** @typedef {import("./calls.js").Referral} Referral */

/** @type {Record<string, string>} what a viewer reads for a reason of a refusal */
const REASONS = {
  own_invitation: "That is your own invitation.",
  not_new: "An invitation is for the first days after joining.",
  has_bought: "An invitation is for who has not bought coins yet.",
  redeemed_another: "You have redeemed another invitation.",
  same_device: "Somebody who invited you uses this device.",
  ring: "You have brought whoever invites you.",
};

export class InvitingView {
  #calls;
  #place = element("div", { class: "inviting" });
  #told = element("div", { role: "status" });

  /**
   * @param {import("./calls.js").Calls} calls
   * @param {HTMLElement} within
   */
  constructor(calls, within) {
    this.#calls = calls;
    within.replaceChildren(this.#place, this.#told);
  }

  async open() {
    try {
      this.#show(await this.#calls.openInvitation());
    } catch (error) {
      this.#place.replaceChildren(complaint(asRefusal(error), inWordsOf));
    }
  }

  /** @param {Invitation} invitation */
  #show({ code, inviterCoins, friendCoins, friends, redeemed }) {
    const link = `${location.origin}/#invite-${code}`;
    const terms = `When a friend who is new buys coins for the first time, you get ${coins(inviterCoins)} and they get ${coins(friendCoins)}.`;
    const share = element("button", { type: "button", class: "main", onclick: press(() => this.#share(link)) }, "Send your invitation");
    const copy = element("button", { type: "button", class: "quiet", onclick: press(() => this.#copy(link)) }, "Copy the link");
    const given = placeIn(location.hash).over?.split("-")[1] ?? "";
    const sending = [
      ...(inviterCoins > 0 || friendCoins > 0
        ? [element("p", {}, terms), element("div", { class: "choices" }, ...("share" in navigator ? [share] : []), copy)]
        : [element("p", {}, "There is nothing for inviting right now.")]),
      ...(friends.length > 0
        ? [element("h3", {}, "Friends who came"), element("ul", { class: "lines" }, ...friends.map((one) => element("li", {}, stands(one, "They"))))]
        : []),
    ];
    const accepting = [
      element("h3", {}, given === "" ? "Were you invited?" : "A friend has invited you"),
      redeemed === null ? this.#form(given) : element("p", {}, stands(redeemed, "You")),
    ];
    this.#place.replaceChildren(...(given === "" ? [...sending, ...accepting] : [...accepting, ...sending]));
  }

  /** @param {string} given the code that the address names */
  #form(given) {
    const field = element("input", { id: "invitation", autocomplete: "off", spellcheck: "false", maxlength: "200", value: given });
    const send = element("button", { type: "submit", class: given === "" ? "quiet" : "main" }, "Redeem");
    const label = element("label", { for: "invitation" }, "The link or code that you were sent");
    const onsubmit = (/** @type {Event} */ event) => {
      event.preventDefault();
      void this.#redeem(field.value);
    };
    return element("form", { onsubmit }, label, element("div", { class: "choices" }, field, send));
  }

  /** @param {string} text a link or a code */
  async #redeem(text) {
    const code = /[0-9a-hjkmnp-tv-z]{16}$/.exec(text.trim().toLowerCase())?.[0];
    if (code === undefined) {
      this.#told.replaceChildren(element("p", { class: "card" }, "That is no invitation. Its link ends in sixteen letters and digits."));
      return;
    }
    try {
      const { coins: count, until } = await this.#calls.redeemInvitation(code);
      await this.open();
      this.#told.replaceChildren(element("p", { class: "card" }, `Redeemed. ${coins(count)} are yours when you buy coins until ${day(until)}.`));
    } catch (error) {
      this.#told.replaceChildren(complaint(asRefusal(error), inWordsOf));
    }
  }

  /** @param {string} url */
  async #share(url) {
    try {
      await navigator.share({ title: "Cliffhanger", text: "Watch with me.", url });
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "AbortError")) await this.#copy(url);
    }
  }

  /** @param {string} url */
  async #copy(url) {
    const shown = element("code", {}, url);
    try {
      await navigator.clipboard.writeText(url);
      this.#told.replaceChildren(element("p", { class: "card" }, "Copied: ", shown));
    } catch {
      this.#told.replaceChildren(element("p", { class: "card" }, "Copy this: ", shown));
    }
  }
}

/**
 * @param {Referral} referral
 * @param {"They" | "You"} who
 */
function stands({ stage, coins: count, status, since, until }, who) {
  const came = `Since ${day(since)}: `;
  if (stage === "open") return `${came}${who === "They" ? "has" : "you have"} not bought coins yet; it counts until ${day(until)}.`;
  if (stage === "lapsed") return `${came}no coins were bought in time.`;
  if (stage === "undone") return `${came}the purchase was given back.`;
  if (stage === "barred") return `${came}brings nothing.`;
  if (status === "held") return `${came}${coins(count)}, being looked at.`;
  return status === "waiting" ? `${came}${coins(count)} on their way.` : `${came}${coins(count)}.`;
}

/** @param {import("../refusal.js").Refusal} refusal */
function inWordsOf(refusal) {
  const { reasons } = refusal.members;
  const reason = Array.isArray(reasons) ? String(reasons[0]) : "";
  if (refusal.code === "not_found") return "Nobody has given out that invitation.";
  return refusal.code === "invitation_refused" ? REASONS[reason] ?? sentenceFor(refusal) : sentenceFor(refusal);
}
