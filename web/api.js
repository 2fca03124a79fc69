// The service's HTTP interface, as far as a viewer needs it. Shapes: docs/openapi.json.

import { Refusal, refusalOf, refusalOfSilence } from "./refusal.js";

const TIMEOUT_MS = 20_000;

/** @typedef {{seriesId: string, title: string, synopsis: string, episodes: number, freeEpisodes: number}} SeriesCard */
/** @typedef {{episode: number, title: string, priceCoins: number, free: boolean, published: boolean, durationMs: number | null}} Episode */
/** @typedef {{seriesId: string, title: string, synopsis: string, language: string, episodes: Episode[]}} Series */
/** @typedef {{lot: string, unit: string, coins: number, expiresAt: string | null}} Lot */
/** @typedef {{coins: {total: number, bought: number, bonus: number}, lots: Lot[], asOf: number}} Wallet */
/** @typedef {"cookies" | "query"} Delivery */
/** @typedef {{playlistUrl: string, expiresAt: string, renewAfter: string, delivery: Delivery}} Grant */
/** @typedef {{lot: string, unit: string, coins: number, cash: number, currency: string | null}} Spent */
/** @typedef {{account: string, seq: number, reference: string, at: string, priceCoins: number, spent: Spent[], hash: string}} Receipt */
/** @typedef {{alreadyUnlocked: boolean, receipt: Receipt, wallet: Wallet}} Unlocked */

/** Every call rejects with a {@link Refusal}. Every call may be repeated: none of them does anything twice. */
export class Api {
  /** @type {import("./auth.js").Session} */ #session;

  /** @param {import("./auth.js").Session} session */
  constructor(session) {
    this.#session = session;
  }

  /** @returns {Promise<SeriesCard[]>} */
  async listSeries() {
    return (await send("GET", "/v1/series")).series;
  }

  /**
   * @param {string} seriesId
   * @returns {Promise<Series>}
   */
  getSeries(seriesId) {
    return send("GET", `/v1/series/${encodeURIComponent(seriesId)}`);
  }

  /** @returns {Promise<Wallet>} */
  getWallet() {
    return this.sendAsViewer("GET", "/v1/wallet");
  }

  /**
   * @param {string} seriesId
   * @param {number} episode
   * @param {Delivery} delivery
   * @returns {Promise<Grant>}
   */
  startPlayback(seriesId, episode, delivery) {
    return this.sendAsViewer("POST", `${episodePath(seriesId, episode)}/playback`, { delivery });
  }

  /**
   * @param {string} seriesId
   * @param {number} episode
   * @param {{priceShownCoins: number, generation: number}} quote the price on the button that was pressed
   * @returns {Promise<Unlocked>}
   */
  unlock(seriesId, episode, quote) {
    return this.sendAsViewer("POST", `${episodePath(seriesId, episode)}/unlock`, quote);
  }

  /**
   * Sends with the viewer's token if there is one; the service decides whether a guest may. Open to pages that have
   * calls of their own, such as the studio.
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   * @returns {Promise<any>}
   */
  async sendAsViewer(method, path, body) {
    const token = await this.#session.accessToken();
    try {
      return await send(method, path, body, token);
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 401 || token === null) throw error;
      if (error.code === "token_expired") {
        // This machine's clock may be wrong, so the service's word counts; once, or two wrong clocks would loop.
        return send(method, path, body, await this.#session.renew());
      }
      this.#session.forget();
      throw new Refusal("sign_in_ended", { status: 401, cause: error });
    }
  }
}

/**
 * @param {string} seriesId
 * @param {number} episode
 */
function episodePath(seriesId, episode) {
  return `/v1/series/${encodeURIComponent(seriesId)}/episodes/${episode}`;
}

/**
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 * @param {string | null} [token]
 * @returns {Promise<any>}
 */
async function send(method, path, body, token = null) {
  /** @type {Record<string, string>} */
  const headers = { accept: "application/json" };
  if (body !== undefined) headers["content-type"] = "application/json";
  if (token !== null) headers.authorization = `Bearer ${token}`;
  let response;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      // The playback answer sets the cookies that the stream's own requests then carry.
      credentials: "same-origin",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    throw refusalOfSilence(error);
  }
  if (!response.ok) throw await refusalOf(response);
  try {
    return await response.json();
  } catch (error) {
    throw new Refusal("unreadable_answer", { status: response.status, cause: error });
  }
}
