// Puts the studio together: who may come in, and which view the address names.

import { Api } from "../api.js";
import { Session } from "../auth.js";
import { loadConfig } from "../config.js";
import { element, part } from "../dom.js";
import { Notices } from "../notices.js";
import { Refusal } from "../refusal.js";
import { asRefusal } from "../words.js";
import { addView, episodeView } from "./episode-views.js";
import { LIST, placeIn } from "./places.js";
import { heading, listView, seriesFormView, seriesView } from "./series-views.js";
import { StudioApi } from "./studio-api.js";
import { studioSentence } from "./studio-words.js";
import { Tray, addressOf } from "./tray.js";
import { milestone } from "./upload-card.js";
import { Uploads } from "./uploads.js";

/**
 * @typedef {object} Around what a view needs of the studio
 * @property {StudioApi} api
 * @property {Notices} notices
 * @property {Uploads} uploads
 * @property {(address: string, sentence: string) => void} go goes to a place, and says so there
 */

/**
 * @typedef {object} View
 * @property {string} title              for the tab
 * @property {(Node | string)[]} content begins with, or after a link back, an `h1` that takes the focus
 * @property {() => boolean} [isDirty]   whether leaving would lose what has been typed
 * @property {() => void} [leave]
 */

const notices = new Notices(part("status", HTMLElement), part("alert", HTMLElement), studioSentence);
const signOut = part("sign-out", HTMLButtonElement);

/** The way back from the hosted sign-in: the sign-in itself returns to the viewers' page, which leads on. */
const hereAgain = () => `/studio.html${location.hash}`;

class Studio {
  #main = part("main", HTMLElement);
  #place = part("view", HTMLElement);
  /** @type {Around} */ #around;
  /** @type {Session} */ #session;
  /** @type {Tray} */ #tray;
  /** @type {View | null} */ #view = null;
  /** The address of that view. */
  #address = location.hash;
  /** What the next view is to begin with saying. */
  #greeting = "";
  /** Counts the places gone to, so that a slow answer for one does not replace a later one. */
  #visits = 0;
  /** True when the last visit did not arrive for want of an answer. */
  stranded = false;

  /** @param {Session} session */
  constructor(session) {
    const api = new StudioApi(new Api(session));
    const uploads = new Uploads(api);
    this.#session = session;
    this.#around = {
      api,
      notices,
      uploads,
      go: (address, sentence) => {
        this.#greeting = sentence;
        location.assign(address);
      },
    };
    this.#tray = new Tray(uploads, part("tray", HTMLElement), part("news", HTMLElement));
    uploads.addEventListener("news", (event) => event instanceof CustomEvent && this.#tell(event.detail));
    session.addEventListener("change", () => this.#gate(new Refusal("sign_in_ended", { status: 401 })));
    addEventListener("hashchange", () => {
      const stay = this.#view?.isDirty?.() && !confirm("Leave without saving what you have typed?");
      if (stay) history.replaceState(null, "", this.#address);
      else this.visit();
    });
    addEventListener("beforeunload", (event) => {
      if (uploads.sending || this.#view?.isDirty?.()) event.preventDefault();
    });
  }

  /** Goes to the place that the address names. */
  async visit() {
    if (!this.#session.signedIn) return this.#gate(null);
    const visit = ++this.#visits;
    const first = this.#view === null;
    this.stranded = false;
    this.#main.setAttribute("aria-busy", "true");
    try {
      const view = await notices.patiently(this.#viewAt(location.hash));
      if (visit !== this.#visits) return view.leave?.();
      this.#show(view, !first);
    } catch (error) {
      if (visit === this.#visits) this.#refuse(asRefusal(error));
    } finally {
      if (visit === this.#visits) this.#main.removeAttribute("aria-busy");
    }
  }

  /**
   * How an upload ended while its creator was elsewhere in the studio; the episode's own view tells it itself.
   * @param {import("./upload.js").Upload} upload
   */
  #tell(upload) {
    const address = addressOf(upload);
    if (address === location.hash) return;
    notices.say(milestone(upload), { label: "Show it", act: () => location.assign(address) });
  }

  /**
   * @param {string} address
   * @returns {Promise<View>}
   */
  #viewAt(address) {
    const place = placeIn(address);
    if (place.view === "list") return listView(this.#around);
    if (place.view === "make") return seriesFormView(this.#around, null);
    if (place.view === "nowhere") return Promise.reject(new Refusal("not_found", { status: 404 }));
    if (place.view === "series") return seriesView(this.#around, place.seriesId);
    if (place.view === "edit") return seriesFormView(this.#around, place.seriesId);
    if (place.view === "add") return addView(this.#around, place.seriesId);
    return episodeView(this.#around, place.seriesId, place.episode);
  }

  /**
   * @param {View} view
   * @param {boolean} takeFocus whether a reader goes on at the view's heading
   */
  #show(view, takeFocus) {
    this.#view?.leave?.();
    this.#view = view;
    this.#address = location.hash;
    notices.clear();
    if (this.#greeting !== "") notices.say(this.#greeting);
    this.#greeting = "";
    document.title = `${view.title} · Studio · Cliffhanger`;
    this.#place.replaceChildren(...view.content);
    this.#tray.show();
    scrollTo(0, 0);
    if (takeFocus) this.#place.querySelector("h1")?.focus({ preventScroll: true });
  }

  /** @param {Refusal} refusal */
  #refuse(refusal) {
    this.stranded = refusal.status === 0;
    if (refusal.code === "group_required" || !this.#session.signedIn) return this.#gate(refusal);
    const title = refusal.code === "not_found" ? "Not here" : "This did not load";
    const again = element("button", { type: "button", class: "main", onclick: () => this.visit() }, "Try again");
    const words = element("p", { class: "empty" }, `${studioSentence(refusal)} `, element("code", {}, refusal.code));
    const list = element("p", {}, element("a", { class: "button quiet", href: LIST }, "Your series"));
    this.#show({ title, content: [heading(title), words, again, list] }, true);
  }

  /**
   * Says who may come in.
   * @param {Refusal | null} refusal null for a guest
   */
  #gate(refusal) {
    signOut.hidden = !this.#session.signedIn;
    if (refusal?.code !== "group_required" && this.#session.signedIn) return;
    this.#visits += 1;
    this.#main.removeAttribute("aria-busy");
    if (refusal?.code === "group_required") {
      const who = this.#session.name ? `You are signed in as ${this.#session.name}. ` : "";
      const words = `${who}Series are made by accounts that have been admitted as creators, and this one has not been. Ask whoever runs this service.`;
      const watch = element("a", { class: "button main", href: "/" }, "Watch instead");
      return this.#show({ title: "For creators", content: [heading("The studio is for creators"), element("p", { class: "empty" }, words), watch] }, true);
    }
    const words = refusal === null ? "Make series, send their episodes, set prices and releases." : studioSentence(refusal);
    const signIn = element("button", { type: "button", class: "main", onclick: () => this.#session.signIn(hereAgain()) }, "Sign in");
    this.#show({ title: "Sign in", content: [heading("Your studio"), element("p", { class: "empty" }, words), signIn] }, refusal !== null);
  }
}

async function start() {
  const skip = part("skip", HTMLAnchorElement);
  skip.addEventListener("click", (event) => {
    // The fragment of the address is the place in the studio, so the skip link moves the focus only.
    event.preventDefault();
    part("view", HTMLElement).querySelector("h1")?.focus();
  });
  let config;
  try {
    config = await notices.patiently(loadConfig());
  } catch (error) {
    part("view", HTMLElement).replaceChildren(heading("Your studio"));
    return notices.complain(asRefusal(error), { label: "Try again", act: () => location.reload() });
  }
  if (new URL(config.redirectUri).origin !== location.origin) {
    // Sign-in returns to one address only, and tokens belong to the origin: so be there from the start.
    return location.replace(new URL(hereAgain(), config.redirectUri));
  }
  const badge = part("stage-name", HTMLElement);
  badge.textContent = config.stage;
  badge.hidden = config.stage === "prod";

  const session = new Session(config);
  const studio = new Studio(session);
  signOut.hidden = !session.signedIn;
  signOut.addEventListener("click", () => session.signOut());
  watchConnection(studio);
  await studio.visit();
}

/**
 * Says when the machine is offline, and goes on by itself when it is back.
 * @param {Studio} studio
 */
function watchConnection(studio) {
  const banner = part("connection", HTMLElement);
  const show = () => {
    banner.textContent = navigator.onLine ? "" : "You are offline. What is typed here stays; sending goes on when you are back.";
  };
  addEventListener("offline", show);
  addEventListener("online", () => {
    show();
    if (studio.stranded) studio.visit();
  });
  show();
}

// A file that falls beside the place for it would otherwise replace the page, and with it every transfer.
for (const name of ["dragover", "drop"]) addEventListener(name, (event) => event.preventDefault());

// Whatever nobody foresaw is at least said.
addEventListener("unhandledrejection", (event) => notices.complain(asRefusal(event.reason)));
start();
