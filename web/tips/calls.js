// The calls for gifts. Shapes: docs/openapi.json.

/** @typedef {{gift: string, name: string, priceCoins: number}} Gift */
/** @typedef {{gifts: Gift[], mostCount: number, mostDayCoins: number}} GiftList */
/** @typedef {{id: string, at: string, gift: string, count: number, name: string | null}} RecentGift */
/** @typedef {{gift: string, count: number, priceShownCoins: number, named: boolean}} Asked */
/** @typedef {{alreadyGiven: boolean, receipt: import("../api.js").Receipt, wallet: import("../api.js").Wallet}} Given */
/** @typedef {{seriesId: string, episode: number}} Place */

export class Calls {
  /** @type {import("../api.js").Api} */ #api;

  /** @param {import("../api.js").Api} api */
  constructor(api) {
    this.#api = api;
  }

  /** @returns {Promise<GiftList>} */
  listGifts() {
    return this.#api.sendAsViewer("GET", "/v1/gifts");
  }

  /**
   * @param {Place} place
   * @returns {Promise<{gifts: RecentGift[]}>} newest first
   */
  listRecent(place) {
    return this.#api.sendAsViewer("GET", `${path(place)}/gifts`);
  }

  /**
   * @param {Place} place
   * @param {Asked} asked
   * @param {string} key names this gift, so that sending it again gives nothing more
   * @returns {Promise<Given>}
   */
  give(place, asked, key) {
    // The page may be on its way out: the browser then sends it after the page is gone.
    return this.#api.sendAsViewer("POST", `${path(place)}/tips`, asked, { headers: { "idempotency-key": key }, keepalive: true });
  }
}

/** @param {Place} place */
function path({ seriesId, episode }) {
  return `/v1/series/${encodeURIComponent(seriesId)}/episodes/${episode}`;
}
