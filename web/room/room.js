// A room of the service besides the viewers' page, such as the studio: who may come in, and which view the address names.

import { Api } from "../api.js";
import { Session } from "../auth.js";
import { loadConfig } from "../config.js";
import { element, part } from "../dom.js";
import { Notices } from "../notices.js";
import { Refusal } from "../refusal.js";
import { asRefusal } from "../words.js";
import { heading } from "./pieces.js";

/**
 * @typedef {object} View
 * @property {string} title              for the tab
 * @property {(Node | string)[]} content begins with, or after a link back, an `h1` that takes the focus
 * @property {() => boolean} [isDirty]   whether leaving would lose what has been typed
 * @property {() => void} [leave]
 */

/**
 * @typedef {object} Given what the views of every room need
 * @property {Api} api
 * @property {Notices} notices
 * @property {(address: string, sentence: string) => void} go goes to a place, and says so there
 * @property {(address: string) => void} again signs in anew, and comes back to a place
 */

/**
 * @typedef {object} Furnished
 * @property {(address: string) => Promise<View>} viewAt rejects with a {@link Refusal}
 * @property {() => boolean} [isBusy]    whether leaving the page would break something off
 * @property {(inside: boolean) => void} [shown] something has been shown; not `inside`, what says who may come in
 */

/**
 * @typedef {object} House what one room is of its own
 * @property {string} name               for the tab
 * @property {string} page               its address
 * @property {import("../notices.js").InWords} inWords
 * @property {{heading: string, words: string}} guest       for who has not signed in
 * @property {{title: string, heading: string, words: string}} stranger for who is signed in, and may not come in
 * @property {readonly string[]} closed  the codes that say so
 * @property {{address: string, words: string}} home        where to go from what is not there
 * @property {string} offline            what to say while there is no network
 * @property {(given: Given) => Furnished} furnish
 */

class Room {
  #main = part("main", HTMLElement);
  #place = part("view", HTMLElement);
  #signOut = part("sign-out", HTMLButtonElement);
  /** @type {House} */ #house;
  /** @type {Session} */ #session;
  /** @type {Notices} */ #notices;
  /** @type {Furnished} */ #furnished;
  /** @type {View | null} */ #view = null;
  /** The address of that view. */
  #address = location.hash;
  /** What the next view is to begin with saying. */
  #greeting = "";
  /** Counts the places gone to, so that a slow answer for one does not replace a later one. */
  #visits = 0;
  /** True when the last visit did not arrive for want of an answer. */
  stranded = false;

  /**
   * @param {House} house
   * @param {Session} session
   * @param {Notices} notices
   */
  constructor(house, session, notices) {
    this.#house = house;
    this.#session = session;
    this.#notices = notices;
    this.#furnished = house.furnish({
      api: new Api(session),
      notices,
      go: (address, sentence) => {
        this.#greeting = sentence;
        if (address === location.hash) this.visit();
        else location.assign(address);
      },
      again: (address) => session.signIn(`${house.page}${address}`, { prompt: "login" }),
    });
    this.#signOut.addEventListener("click", () => session.signOut());
    session.addEventListener("change", () => this.#gate(new Refusal("sign_in_ended", { status: 401 })));
    addEventListener("hashchange", () => {
      const stay = this.#view?.isDirty?.() && !confirm("Leave without saving what you have typed?");
      if (stay) history.replaceState(null, "", this.#address);
      else this.visit();
    });
    addEventListener("beforeunload", (event) => {
      if (this.#furnished.isBusy?.() || this.#view?.isDirty?.()) event.preventDefault();
    });
  }

  /** Goes to the place that the address names. */
  async visit() {
    if (!this.#session.signedIn) return this.#gate(null);
    this.#signOut.hidden = false;
    const visit = ++this.#visits;
    const first = this.#view === null;
    this.stranded = false;
    this.#main.setAttribute("aria-busy", "true");
    try {
      const view = await this.#notices.patiently(this.#furnished.viewAt(location.hash));
      if (visit !== this.#visits) return view.leave?.();
      this.#show(view, !first);
    } catch (error) {
      if (visit === this.#visits) this.#refuse(asRefusal(error));
    } finally {
      if (visit === this.#visits) this.#main.removeAttribute("aria-busy");
    }
  }

  /**
   * @param {View} view
   * @param {boolean} takeFocus whether a reader goes on at the view's heading
   * @param {boolean} [inside]
   */
  #show(view, takeFocus, inside = true) {
    this.#view?.leave?.();
    this.#view = view;
    this.#address = location.hash;
    this.#notices.clear();
    if (this.#greeting !== "") this.#notices.say(this.#greeting);
    this.#greeting = "";
    document.title = `${view.title} · ${this.#house.name} · Cliffhanger`;
    this.#place.replaceChildren(...view.content);
    this.#furnished.shown?.(inside);
    scrollTo(0, 0);
    if (takeFocus) this.#place.querySelector("h1")?.focus({ preventScroll: true });
  }

  /** @param {Refusal} refusal */
  #refuse(refusal) {
    this.stranded = refusal.status === 0;
    if (this.#isClosedBy(refusal) || !this.#session.signedIn) return this.#gate(refusal);
    const { inWords, home } = this.#house;
    const title = refusal.code === "not_found" ? "Not here" : "This did not load";
    const again = element("button", { type: "button", class: "main", onclick: () => this.visit() }, "Try again");
    const words = element("p", { class: "empty" }, `${inWords(refusal)} `, element("code", {}, refusal.code));
    const list = element("p", {}, element("a", { class: "button quiet", href: home.address }, home.words));
    this.#show({ title, content: [heading(title), words, again, list] }, true);
  }

  /** @param {Refusal | null} refusal */
  #isClosedBy(refusal) {
    return refusal !== null && this.#house.closed.includes(refusal.code);
  }

  /**
   * Says who may come in.
   * @param {Refusal | null} refusal null for a guest
   */
  #gate(refusal) {
    this.#signOut.hidden = !this.#session.signedIn;
    if (!this.#isClosedBy(refusal) && this.#session.signedIn) return;
    this.#visits += 1;
    this.#main.removeAttribute("aria-busy");
    const { guest, stranger, page, inWords } = this.#house;
    if (this.#isClosedBy(refusal)) {
      const who = this.#session.name ? `You are signed in as ${this.#session.name}. ` : "";
      const watch = element("a", { class: "button main", href: "/" }, "Watch instead");
      const words = element("p", { class: "empty" }, `${who}${stranger.words}`);
      return this.#show({ title: stranger.title, content: [heading(stranger.heading), words, watch] }, true, false);
    }
    const words = refusal === null ? guest.words : inWords(refusal);
    const signIn = element("button", { type: "button", class: "main", onclick: () => this.#session.signIn(hereAgain(page)) }, "Sign in");
    const content = [heading(guest.heading), element("p", { class: "empty" }, words), signIn];
    this.#show({ title: "Sign in", content }, refusal !== null, false);
  }
}

/**
 * The way back from the hosted sign-in: the sign-in itself returns to the viewers' page, which leads on.
 * @param {string} page
 */
function hereAgain(page) {
  return `${page}${location.hash}`;
}

/**
 * Opens a room in the page that holds its parts.
 * @param {House} house
 */
export async function openRoom(house) {
  const notices = new Notices(part("status", HTMLElement), part("alert", HTMLElement), house.inWords);
  // Whatever nobody foresaw is at least said.
  addEventListener("unhandledrejection", (event) => notices.complain(asRefusal(event.reason)));
  part("skip", HTMLAnchorElement).addEventListener("click", (event) => {
    // The fragment of the address is the place in the room, so the skip link moves the focus only.
    event.preventDefault();
    part("view", HTMLElement).querySelector("h1")?.focus();
  });
  let config;
  try {
    config = await notices.patiently(loadConfig());
  } catch (error) {
    part("view", HTMLElement).replaceChildren(heading(house.guest.heading));
    return notices.complain(asRefusal(error), { label: "Try again", act: () => location.reload() });
  }
  if (new URL(config.redirectUri).origin !== location.origin) {
    // Sign-in returns to one address only, and tokens belong to the origin: so be there from the start.
    return location.replace(new URL(hereAgain(house.page), config.redirectUri));
  }
  const badge = part("stage-name", HTMLElement);
  badge.textContent = config.stage;
  badge.hidden = config.stage === "prod";

  const room = new Room(house, new Session(config), notices);
  watchConnection(room, house.offline);
  await room.visit();
}

/**
 * Says when the machine is offline, and goes on by itself when it is back.
 * @param {Room} room
 * @param {string} words
 */
function watchConnection(room, words) {
  const banner = part("connection", HTMLElement);
  const show = () => {
    banner.textContent = navigator.onLine ? "" : words;
  };
  addEventListener("offline", show);
  addEventListener("online", () => {
    show();
    if (room.stranded) room.visit();
  });
  show();
}
