// Watching: from the press on an episode to the picture, or to the wall and through it, and on to the next one.

import { kept } from "../buying/kept.js";
import { currency } from "../choices.js";
import { addressOf } from "../place.js";
import { Refusal } from "../refusal.js";
import { asRefusal, coins, episodesInWords } from "../words.js";

/** @typedef {import("../api.js").Series} Series */
/** @typedef {import("../api.js").Episode} Episode */
/** @typedef {import("../api.js").Quote} Quote */
/** @typedef {import("../api.js").Option} Option */

/** Refusals that contradict what the page shows of the series. */
const OUTDATED = ["price_changed", "episode_free", "episode_included", "episode_unavailable"];
/** Refusals after which the episode plays without an unlock. */
const OPEN_ANYWAY = ["episode_free", "episode_included"];

/** What stands in the way of the picture, and what follows it; loaded by the first who opens an episode. */
const wallModule = () => import("../wall/wall.js");
const receiptModule = () => import("../wall/receipt.js");

/**
 * @typedef {object} Around what watching needs of the page
 * @property {import("../api.js").Api} api
 * @property {import("../auth.js").Session} session
 * @property {import("./deck.js").Deck} deck
 * @property {import("./controls.js").Controls} controls
 * @property {import("./watching.js").Followers} bookmark
 * @property {import("./stage.js").Stage} stage
 * @property {import("../notices.js").Notices} notices
 * @property {import("../account/wallet.js").WalletView} wallet
 * @property {HTMLElement} receipts              where the receipt is put
 * @property {(first: number, last: number) => void} onOwned episodes turned out to be the viewer's
 * @property {() => void} onOutdated             a price or a publication has changed since the page read it
 * @property {(episode: Episode) => boolean} isOpen whether an episode needs no unlock, as far as the page knows
 * @property {() => void} openLimits
 * @property {() => Promise<import("../buying/shopping.js").Shopping>} shopping
 */

export class Watch {
  /** @type {Around} */ #around;
  /** @type {{series: Series, episode: Episode} | null} */ #open = null;
  /** @type {{key: string, quote: Promise<Quote>} | null} what the wall before the next episode will say */ #foreseen = null;
  /** Set by an episode that ended: only then may the next one be unlocked without a tap. */
  #goingOn = false;

  /** @param {Around} around */
  constructor(around) {
    this.#around = around;
    const { deck, notices } = around;
    deck.addEventListener("refused", (event) => {
      if (event instanceof CustomEvent) this.#explain(event.detail);
    });
    deck.addEventListener("waiting-for-viewer", () => notices.say("Ready. Tap the picture to play."));
    for (const video of deck.videos) {
      video.addEventListener("ended", () => video === deck.front.video && this.#goOn());
      video.addEventListener("playing", () => video === deck.front.video && this.#lookAhead());
    }
  }

  /** @returns {{series: Series, episode: Episode} | null} what is open */
  get open() {
    return this.#open;
  }

  /**
   * @param {Series} series
   * @param {Episode} episode
   */
  async visit(series, episode) {
    const { deck, notices, stage, receipts, bookmark } = this.#around;
    const goingOn = this.#goingOn;
    this.#goingOn = false;
    if (this.#open?.episode !== episode) receipts.replaceChildren();
    const opened = { series, episode };
    this.#open = opened;
    bookmark.close();
    notices.clear();
    this.#describe(opened);
    wallModule().catch(() => undefined);
    if (deck.hasPicture) stage.showOpening();
    else stage.showPoster(episode.title, "Opening …", { posterUrl: posterOf(opened), opening: true });
    try {
      if (!(await notices.patiently(deck.show(keyOf(opened), this.#ask(opened))))) return;
      bookmark.open({ seriesId: series.seriesId, episode: episode.episode }, deck.front);
      stage.showVideo();
      if (!episode.free) this.#around.onOwned(episode.episode, episode.episode);
    } catch (error) {
      if (this.#open === opened) await this.#explain(asRefusal(error), goingOn);
    }
  }

  /** @param {Series} series whose poster is shown instead */
  close(series) {
    this.leave();
    this.#around.stage.showPoster(series.title, series.synopsis, { posterUrl: posterOf({ series }) });
  }

  /** Nothing is watched any more. */
  leave() {
    this.#open = null;
    this.#foreseen = null;
    this.#around.bookmark.close();
    this.#around.deck.close();
    this.#around.receipts.replaceChildren();
  }

  /**
   * Goes to the episode before or after the one that is open.
   * @param {1 | -1} direction
   * @returns {boolean} false when there is none
   */
  step(direction) {
    const there = this.#neighbour(direction);
    if (there === null || this.#open === null) return false;
    location.assign(addressOf(this.#open.series.seriesId, there.episode));
    return true;
  }

  /** @param {1 | -1} direction */
  hasNeighbour(direction) {
    return this.#neighbour(direction) !== null;
  }

  /**
   * Loads the beginning of an episode behind whatever is shown.
   * @param {Series} series
   * @param {Episode} episode
   */
  async prepare(series, episode) {
    const ahead = { series, episode };
    // Whoever saves data loads what is pressed, nothing before.
    if (/** @type {any} */ (navigator).connection?.saveData) return;
    await this.#around.deck.prepare(keyOf(ahead), this.#ask(ahead)).catch(() => undefined);
  }

  /** @param {{series: Series, episode: Episode}} what */
  #ask({ series, episode }) {
    return (/** @type {import("../api.js").Delivery} */ delivery) =>
      this.#around.api.startPlayback(series.seriesId, episode.episode, delivery);
  }

  /** @param {{series: Series, episode: Episode}} opened */
  #describe({ series, episode }) {
    const [next, previous] = [this.#neighbour(1), this.#neighbour(-1)];
    this.#around.controls.describe({
      title: `${episode.episode} · ${episode.title}`,
      back: addressOf(series.seriesId),
      hasNext: next !== null,
      hasPrevious: previous !== null,
    });
    const about = (/** @type {Episode | null} */ one) => one && { label: `${one.episode} · ${one.title}`, posterUrl: one.posterUrl ?? null };
    this.#around.stage.showNeighbours(about(previous), about(next));
  }

  /** @param {1 | -1} direction */
  #neighbour(direction) {
    if (this.#open === null) return null;
    const { series, episode } = this.#open;
    const published = series.episodes.filter((one) => one.published);
    return published[published.findIndex((one) => one.episode === episode.episode) + direction] ?? null;
  }

  /** While one episode plays, the next one is fetched, or what the wall before it will say. */
  #lookAhead() {
    const opened = this.#open;
    const next = this.#neighbour(1);
    if (opened === null || next === null) return;
    const ahead = { series: opened.series, episode: next };
    if (this.#around.isOpen(next)) return void this.prepare(opened.series, next);
    if (!this.#around.session.signedIn || this.#foreseen?.key === keyOf(ahead)) return;
    const quote = this.#quote(ahead);
    quote.catch(() => undefined);
    this.#foreseen = { key: keyOf(ahead), quote };
  }

  #goOn() {
    this.#goingOn = true;
    if (this.step(1)) return;
    this.#goingOn = false;
    this.#around.notices.say("That was the last episode for now.");
  }

  /**
   * Shows why the open episode does not play, and what can be done.
   * @param {Refusal} refusal
   * @param {boolean} [goingOn] whether the episode before it led here by itself
   */
  async #explain(refusal, goingOn = false) {
    if (this.#open === null) return;
    const { series, episode } = this.#open;
    if (refusal.code === "episode_locked") {
      await this.#meetWall(goingOn);
    } else if (refusal.status === 401 || refusal.code === "sign_in_ended") {
      await this.#askToSignIn(refusal);
    } else {
      this.#around.stage.showPoster(episode.title, "", { posterUrl: posterOf(this.#open) });
      this.#around.notices.complain(refusal, { label: "Try again", act: () => this.visit(series, episode) });
    }
  }

  /** @param {Refusal} refusal */
  async #askToSignIn(refusal) {
    const opened = this.#open;
    const { signInWall } = await wallModule();
    if (opened === null || this.#open !== opened) return;
    const { series, episode } = opened;
    const returnTo = addressOf(series.seriesId, episode.episode);
    const wall = signInWall({
      title: episode.title,
      refusal: refusal.code === "token_missing" ? null : refusal,
      signIn: () => this.#around.session.signIn(returnTo),
    });
    this.#around.stage.showWall(wall, posterOf(opened));
  }

  /** @param {{series: Series, episode: Episode}} what */
  #quote({ series, episode }) {
    return this.#around.api.getQuote(series.seriesId, episode.episode, currency());
  }

  /**
   * Asks for the quote, unless it was foreseen, and shows the wall, or goes through it where the viewer has allowed that.
   * @param {boolean} goingOn
   * @param {Refusal | null} [refusal]
   */
  async #meetWall(goingOn, refusal = null) {
    const opened = this.#open;
    if (opened === null) return;
    const foreseen = this.#foreseen?.key === keyOf(opened) ? this.#foreseen.quote : null;
    this.#foreseen = null;
    try {
      const [quote, { episodeOption }] = await this.#around.notices.patiently(
        Promise.all([foreseen ?? this.#quote(opened), wallModule()]),
      );
      if (this.#open !== opened) return;
      // Opened elsewhere, or made free, since the grant was refused.
      if (quote.status !== "locked") return await this.visit(opened.series, opened.episode);
      const one = episodeOption(quote);
      if (goingOn && quote.autoUnlock && one !== null) return await this.#unlock(quote, one, true);
      await this.#wall(quote, refusal);
    } catch (error) {
      if (this.#open !== opened) return;
      const again = { label: "Try again", act: () => this.visit(opened.series, opened.episode) };
      this.#around.stage.showPoster(opened.episode.title, "", { posterUrl: posterOf(opened) });
      this.#around.notices.complain(asRefusal(error), again);
    }
  }

  /**
   * @param {Quote} quote
   * @param {Refusal | null} [refusal]
   */
  async #wall(quote, refusal = null) {
    const opened = this.#open;
    const { lockedWall } = await wallModule();
    if (opened === null || this.#open !== opened) return;
    const { series, episode } = opened;
    const wall = lockedWall({
      title: episode.title,
      quote,
      lots: this.#around.wallet.lots,
      refusal,
      buying: kept() !== null,
      counter: (wanted) => this.#counter(keyOf(opened), wanted),
      unlock: (option) => this.#unlock(quote, option, false),
      lookAgain: () => this.visit(series, episode),
      openLimits: this.#around.openLimits,
      leave: () => location.assign(addressOf(series.seriesId)),
    });
    this.#around.stage.showWall(wall, posterOf(opened));
  }

  /**
   * What sells the coins that are missing here.
   * @param {string} place
   * @param {import("../wall/wall.js").Wanted} wanted
   */
  async #counter(place, wanted) {
    const shopping = await this.#around.shopping();
    shopping.buying.addEventListener("paid", this.#onPaid);
    return shopping.counter({ place, atWall: true, ...wanted });
  }

  /** The coins are there: a wall that the viewer has agreed to unlock, and still waits at, opens by itself. */
  #onPaid = (/** @type {any} */ event) => {
    const { place, unlock } = event.detail;
    if (this.#open === null || this.#around.stage.shows !== "wall") return;
    if (unlock === null || keyOf(this.#open) !== place) return void this.#meetWall(false);
    event.preventDefault();
    this.#unlock(null, unlock, false);
  };

  /**
   * @param {Quote | null} quote the one on the wall: its price is what the viewer agreed to; null where it stands no more
   * @param {import("../buying/buying.js").Agreed} option
   * @param {boolean} automatic
   */
  async #unlock(quote, option, automatic) {
    const opened = this.#open;
    if (opened === null) return;
    const { series, episode } = opened;
    const { api, notices, receipts, wallet, onOwned } = this.#around;
    try {
      const [unlocked, { receiptCard }] = await notices.patiently(
        Promise.all([api.unlock(series.seriesId, option, automatic), receiptModule()]),
      );
      wallet.show(unlocked.wallet);
      onOwned(option.first, option.last);
      // The viewer may have gone elsewhere meanwhile; the coins are spent all the same, but nothing starts by itself.
      if (this.#open !== opened) return;
      const title = option.first === option.last ? `“${episode.title}”` : episodesInWords(option.first, option.last);
      receipts.replaceChildren(receiptCard(title, unlocked, { api, automatic }));
      if (automatic) notices.say(`Unlocked by itself for ${coins(option.priceCoins)}.`);
      await this.visit(series, episode);
    } catch (error) {
      if (this.#open === opened) await this.#explainUnlock(asRefusal(error), quote);
    }
  }

  /**
   * Nothing was charged: the wall comes back, with what is new.
   * @param {Refusal} refusal
   * @param {Quote | null} quote
   */
  async #explainUnlock(refusal, quote) {
    if (this.#open === null) return;
    if (refusal.status === 401 || refusal.code === "sign_in_ended") return this.#askToSignIn(refusal);
    if (OUTDATED.includes(refusal.code)) this.#around.onOutdated();
    if (OPEN_ANYWAY.includes(refusal.code)) return this.visit(this.#open.series, this.#open.episode);
    // No answer, or one that says nothing about the offer: it stands. Else it is asked for anew.
    const stands = refusal.status === 0 || refusal.status >= 500 || refusal.status === 429;
    if (quote !== null && stands) return this.#wall(quote, refusal);
    await this.#meetWall(false, refusal);
  }
}

/** @param {{series: Series, episode: Episode}} what */
function keyOf({ series, episode }) {
  return addressOf(series.seriesId, episode.episode);
}

/** @param {{series: Series, episode?: Episode}} what */
function posterOf({ series, episode }) {
  return episode?.posterUrl ?? series.posterUrl ?? series.episodes.find((one) => one.posterUrl)?.posterUrl ?? null;
}
