// Watching one episode: from the press on it to the picture, or to the wall and through it.

import { Refusal } from "./refusal.js";
import { receiptCard } from "./receipt.js";
import { addressOf } from "./series.js";
import { lockedWall, quoteFrom, signInWall } from "./wall.js";
import { asRefusal } from "./words.js";

/** @typedef {import("./api.js").Series} Series */
/** @typedef {import("./api.js").Episode} Episode */
/** @typedef {import("./wall.js").Quote} Quote */

/** Refusals that contradict what the page shows of the series. */
const OUTDATED = ["price_changed", "episode_free", "episode_unavailable"];

/**
 * @typedef {object} Around what watching needs of the page
 * @property {import("./api.js").Api} api
 * @property {import("./auth.js").Session} session
 * @property {import("./player.js").Player} player
 * @property {import("./notices.js").Notices} notices
 * @property {import("./stage.js").Stage} stage
 * @property {HTMLElement} receipts             where the receipt is put
 * @property {(wallet: import("./api.js").Wallet) => void} showWallet
 * @property {(episode: Episode) => void} onOwned the episode turned out to be the viewer's
 * @property {() => void} onOutdated          a price or a publication has changed since the page read it
 * @property {(from: string, to: string) => void} leave goes from an episode's address to its series'
 */

export class Watch {
  /** @type {Around} */ #around;
  /** @type {{series: Series, episode: Episode} | null} */ #open = null;

  /** @param {Around} around */
  constructor(around) {
    this.#around = around;
    const { player, notices, stage } = around;
    player.addEventListener("refused", (event) => {
      if (event instanceof CustomEvent) this.#explain(event.detail);
    });
    player.addEventListener("waiting-for-viewer", () => notices.say("Ready. Press play."));
    stage.video.addEventListener("ended", () => this.#offerNext());
  }

  /**
   * @param {Series} series
   * @param {Episode} episode
   */
  async open(series, episode) {
    const { api, player, notices, stage, receipts } = this.#around;
    if (this.#open?.episode !== episode) receipts.replaceChildren();
    const opened = { series, episode };
    this.#open = opened;
    notices.clear();
    stage.showPoster(series.title, `Opening “${episode.title}” …`, "opening");
    try {
      const playing = await notices.patiently(
        player.open((delivery) => api.startPlayback(series.seriesId, episode.episode, delivery)),
      );
      if (!playing) return;
      stage.showVideo(`${series.title}, episode ${episode.episode}: ${episode.title}`);
      if (!episode.free) this.#around.onOwned(episode);
    } catch (error) {
      if (this.#open === opened) this.#explain(asRefusal(error));
    }
  }

  /** @param {string} title the series whose poster is shown instead */
  close(title) {
    this.#open = null;
    this.#around.player.close();
    this.#around.receipts.replaceChildren();
    this.#around.stage.showPoster(title, "Choose an episode.");
  }

  /**
   * Shows why the open episode does not play, and what can be done.
   * @param {Refusal} refusal
   */
  #explain(refusal) {
    if (this.#open === null) return;
    const { series, episode } = this.#open;
    if (refusal.code === "episode_locked") {
      this.#wall(quoteFrom(refusal));
    } else if (refusal.status === 401 || refusal.code === "sign_in_ended") {
      this.#askToSignIn(refusal);
    } else {
      this.#around.stage.showPoster(series.title, "");
      this.#around.notices.complain(refusal, { label: "Try again", act: () => this.open(series, episode) });
    }
  }

  /** @param {Refusal} refusal */
  #askToSignIn(refusal) {
    if (this.#open === null) return;
    const { series, episode } = this.#open;
    const returnTo = addressOf(series.seriesId, episode.episode);
    this.#around.stage.showWall(
      signInWall({
        title: episode.title,
        refusal: refusal.code === "token_missing" ? null : refusal,
        signIn: () => this.#around.session.signIn(returnTo),
      }),
    );
  }

  /**
   * @param {Quote} quote
   * @param {Refusal | null} [refusal]
   */
  #wall(quote, refusal = null) {
    if (this.#open === null) return;
    const { series, episode } = this.#open;
    this.#around.stage.showWall(
      lockedWall({
        title: episode.title,
        quote,
        refusal,
        unlock: () => this.#unlock(quote),
        lookAgain: () => this.open(series, episode),
        leave: () => this.#around.leave(addressOf(series.seriesId, episode.episode), addressOf(series.seriesId)),
      }),
    );
  }

  /** @param {Quote} quote the one on the wall: its price is what the viewer agreed to */
  async #unlock(quote) {
    const opened = this.#open;
    if (opened === null) return;
    const { series, episode } = opened;
    const { api, notices, receipts, showWallet, onOwned } = this.#around;
    try {
      const unlocked = await notices.patiently(
        api.unlock(series.seriesId, episode.episode, {
          priceShownCoins: quote.priceCoins,
          generation: quote.generation,
        }),
      );
      showWallet(unlocked.wallet);
      onOwned(episode);
      // The viewer may have gone elsewhere meanwhile; the coins are spent all the same, but nothing starts by itself.
      if (this.#open !== opened) return;
      receipts.replaceChildren(receiptCard(episode.title, unlocked));
      await this.open(series, episode);
    } catch (error) {
      if (this.#open === opened) this.#explainUnlock(asRefusal(error), quote);
    }
  }

  /**
   * Nothing was charged: the wall comes back, with what is new.
   * @param {Refusal} refusal
   * @param {Quote} quote
   */
  #explainUnlock(refusal, quote) {
    if (this.#open === null) return;
    if (refusal.status === 401 || refusal.code === "sign_in_ended") return this.#askToSignIn(refusal);
    if (OUTDATED.includes(refusal.code)) this.#around.onOutdated();
    // It has become free meanwhile: it plays without an unlock.
    if (refusal.code === "episode_free") return void this.open(this.#open.series, this.#open.episode);
    this.#wall(quoteFrom(refusal, quote), refusal);
  }

  #offerNext() {
    if (this.#open === null) return;
    const { series, episode } = this.#open;
    const next = series.episodes.find((other) => other.published && other.episode > episode.episode);
    if (next === undefined) return this.#around.notices.say("That was the last episode for now.");
    this.#around.notices.say(`Next: “${next.title}”.`, {
      label: `Episode ${next.episode}`,
      act: () => location.assign(addressOf(series.seriesId, next.episode)),
    });
  }
}
