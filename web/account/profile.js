// What the viewer has told of themselves. A birth date, once told, only support changes.

import { element, part } from "../dom.js";
import { complaint } from "../notices.js";
import { asRefusal } from "../words.js";

/** @typedef {import("../api.js").Profile} Profile */

export class ProfileView {
  /** @type {import("../api.js").Api} */ #api;
  /** @type {import("../auth.js").Session} */ #session;
  #form = part("profile-form", HTMLFormElement);
  #fields = part("profile-fields", HTMLFieldSetElement);
  #name = part("profile-name", HTMLInputElement);
  #birth = part("profile-birth", HTMLInputElement);
  #told = part("profile-told", HTMLElement);
  /** @type {Profile | null} */ #profile = null;

  /**
   * @param {import("../api.js").Api} api
   * @param {import("../auth.js").Session} session
   */
  constructor(api, session) {
    this.#api = api;
    this.#session = session;
    this.#birth.max = new Date().toISOString().slice(0, 10);
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    });
  }

  /** Shows what is known of the viewer; until then, nothing can be typed over it. */
  async open() {
    this.#fields.disabled = true;
    this.#told.replaceChildren();
    await this.#trying(async () => this.#show(await this.#api.getProfile()));
  }

  /** @param {Profile} profile */
  #show(profile) {
    this.#profile = profile;
    this.#fields.disabled = false;
    this.#name.value = profile.displayName ?? "";
    this.#birth.value = profile.birthDate ?? "";
    this.#birth.readOnly = profile.birthDate !== null;
  }

  async #save() {
    const held = this.#profile;
    const language = held?.language ?? (new Intl.Locale(navigator.language).language || "en");
    const told = this.#birth.value === "" ? null : this.#birth.value;
    const profile = { displayName: this.#name.value, language, country: held?.country ?? null, birthDate: told };
    this.#told.replaceChildren();
    await this.#trying(async () => {
      this.#show(await this.#api.putProfile(profile));
      // Age ratings look at the token, which carries the age it was issued with.
      if (told !== (held?.birthDate ?? null)) await this.#session.renew();
      this.#told.replaceChildren(element("p", { class: "proven" }, "Saved."));
    });
  }

  /** @param {() => Promise<void>} act */
  async #trying(act) {
    this.#form.setAttribute("aria-busy", "true");
    try {
      await act();
    } catch (error) {
      this.#told.replaceChildren(element("div", { class: "bad-news" }, complaint(asRefusal(error))));
    } finally {
      this.#form.removeAttribute("aria-busy");
    }
  }
}
