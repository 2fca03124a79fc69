// The service's HTTP interface, as far as a viewer needs it. Shapes: docs/openapi.json.

import { Refusal, refusalOf, refusalOfSilence } from "./refusal.js";

const TIMEOUT_MS = 20_000;

/** @typedef {{seriesId: string, title: string, synopsis: string, episodes: number, freeEpisodes: number, posterUrl?: string | null}} SeriesCard */
/** @typedef {{series: SeriesCard[], nextCursor: string | null}} SeriesList */
/**
 * @typedef {object} Episode
 * @property {number} episode
 * @property {string} title
 * @property {number} priceCoins      0 when it is free
 * @property {boolean} free
 * @property {boolean} published      whether everybody may watch it now
 * @property {number | null} durationMs
 * @property {string | null} releaseAt
 * @property {string | null} [posterUrl]
 */
/**
 * @typedef {object} Series
 * @property {string} seriesId
 * @property {string} title
 * @property {string} synopsis
 * @property {string} language
 * @property {string[]} languages     of captions and dubs, besides `language`
 * @property {string[]} tags
 * @property {number} ageRating
 * @property {number} refundableEpisodes who has unlocked no more of them may have the coins again, once
 * @property {string | null} [posterUrl]
 * @property {Episode[]} episodes
 */
/** @typedef {{items: Begun[], nextCursor: string | null}} ContinueList */
/** @typedef {{seriesId: string, episode: number, positionMs: number, durationMs: number | null, savedAt: string}} Begun */
/** @typedef {{seriesId: string, included: boolean, unlocks: {first: number, last: number, seq: number}[]}} Entitlements */
/** @typedef {{lot: string, unit: string, coins: number, expiresAt: string | null}} Lot */
/** @typedef {{dayCoins: number | null, seriesCoins: number | null, autoUnlock: boolean}} Limits */
/**
 * @typedef {object} Wallet
 * @property {{total: number, bought: number, bonus: number}} coins
 * @property {Lot[]} lots             in the order in which they will be spent
 * @property {Record<string, number>} held  set aside, in no lot
 * @property {Record<string, number>} debt
 * @property {boolean} frozen
 * @property {Limits} limits
 * @property {number} spentToday
 * @property {number} asOf            the number of the last entry
 */
/** @typedef {"cookies" | "query"} Delivery */
/**
 * @typedef {object} Grant
 * @property {string} playlistUrl
 * @property {string} expiresAt
 * @property {string} renewAfter
 * @property {Delivery} delivery
 * @property {string} [version]
 * @property {number | null} [resumeMs] where the viewer stopped, null where there is nothing to go on from
 */
/** @typedef {{amount: number, currency: string, digits: number}} Money in the currency's smallest unit */
/**
 * One way to go on; `first`, `last`, `priceCoins` and `generation` are what an unlock sends.
 * @typedef {object} Option
 * @property {"episode" | "next" | "rest"} kind
 * @property {number} first
 * @property {number} last
 * @property {number} generation
 * @property {{episode: number, coins: number}[]} episodes
 * @property {number} listCoins
 * @property {number} discountCoins
 * @property {number} cappedCoins
 * @property {number} priceCoins      listCoins less discountCoins less cappedCoins
 * @property {number} bonusCoins      how much of the price bonus coins cover
 * @property {number} boughtCoins
 * @property {number} missingCoins
 * @property {Money} money
 * @property {{packId: string, coins: number, bonusCoins: number, price: Money} | null} pack the smallest that covers `missingCoins`
 */
/**
 * @typedef {object} Quote
 * @property {"free" | "included" | "locked" | "unlocked" | "unreleased"} status
 * @property {Option[]} options       only where `locked`
 * @property {{coins: number, spentCoins: number, leftCoins: number, money: Money} | null} neverMoreThan
 * @property {number} bonusCoins
 * @property {number} boughtCoins
 * @property {number | null} dayLeftCoins
 * @property {number | null} seriesLeftCoins
 * @property {boolean} autoUnlock
 */
/** @typedef {{lot: string, unit: string, coins: number, cash: number, currency: string | null, expiresAt?: string | null}} Spent */
/**
 * @typedef {object} Receipt
 * @property {string} account
 * @property {number} seq
 * @property {string} at
 * @property {string | null} reference
 * @property {{episode: number, coins: number}[]} episodes
 * @property {number} priceCoins
 * @property {Spent[]} spent
 * @property {{currency: string, amount: number}[]} creatorGets
 * @property {string} hash
 */
/** @typedef {Receipt & {kind: string, entry: string}} ProvenReceipt `entry`: the bytes whose SHA-256 is `hash` */
/** @typedef {{alreadyUnlocked: boolean, receipts: Receipt[], wallet: Wallet}} Unlocked */
/**
 * @typedef {object} Line
 * @property {number} seq
 * @property {string} at
 * @property {string} kind
 * @property {string | null} reference what the entry is for
 * @property {Record<string, number>} coins signed, per unit
 * @property {Record<string, number>} debt signed, per unit
 * @property {{bought: number, bonus: number}} balance
 * @property {string | null} seriesId
 * @property {{first: number, last: number} | null} episodes
 */
/** @typedef {{lines: Line[], nextCursor: string | null}} Statement */
/** @typedef {{personId: string, displayName: string | null, language: string | null, country: string | null, birthDate: string | null}} Profile */

/** Every call rejects with a {@link Refusal}. Every call may be repeated: none of them does anything twice. */
export class Api {
  /** @type {import("./auth.js").Session} */ #session;

  /** @param {import("./auth.js").Session} session */
  constructor(session) {
    this.#session = session;
  }

  /**
   * @param {string | null} [cursor]
   * @returns {Promise<SeriesList>}
   */
  listSeries(cursor = null) {
    return send("GET", `/v1/series${after(cursor)}`);
  }

  /**
   * @param {string} seriesId
   * @returns {Promise<Series>}
   */
  getSeries(seriesId) {
    return send("GET", seriesPath(seriesId));
  }

  /** @returns {Promise<ContinueList>} */
  listContinue() {
    return this.sendAsViewer("GET", "/v1/continue");
  }

  /**
   * @param {string} seriesId
   * @returns {Promise<Entitlements>}
   */
  getEntitlements(seriesId) {
    return this.sendAsViewer("GET", `${seriesPath(seriesId)}/entitlements`);
  }

  /** @returns {Promise<Wallet>} */
  getWallet() {
    return this.sendAsViewer("GET", "/v1/wallet");
  }

  /**
   * @param {string | null} [cursor]
   * @returns {Promise<Statement>}
   */
  getStatement(cursor = null) {
    return this.sendAsViewer("GET", `/v1/wallet/statement${after(cursor)}`);
  }

  /**
   * @param {number} seq
   * @returns {Promise<ProvenReceipt>}
   */
  getReceipt(seq) {
    return this.sendAsViewer("GET", `/v1/wallet/receipts/${seq}`);
  }

  /**
   * @param {Limits} limits
   * @param {string} key names this change, so that sending it again changes nothing more
   * @returns {Promise<Wallet>}
   */
  putLimits(limits, key) {
    return this.sendAsViewer("PUT", "/v1/wallet/limits", limits, { headers: { "idempotency-key": key } });
  }

  /** @returns {Promise<Profile>} */
  getProfile() {
    return this.sendAsViewer("GET", "/v1/me");
  }

  /**
   * @param {Profile} profile
   * @returns {Promise<Profile>}
   */
  putProfile(profile) {
    return this.sendAsViewer("PUT", "/v1/me", profile);
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
   * @param {{positionMs: number, version?: string}} position
   * @returns {Promise<{nextAfter: string}>}
   */
  putProgress(seriesId, episode, position) {
    // The page may be on its way out: the browser then sends it after the page is gone.
    return this.sendAsViewer("PUT", `${episodePath(seriesId, episode)}/progress`, position, { keepalive: true });
  }

  /**
   * @param {string} seriesId
   * @param {number} episode
   * @param {string} currency ISO 4217
   * @returns {Promise<Quote>}
   */
  getQuote(seriesId, episode, currency) {
    return this.sendAsViewer("GET", `${episodePath(seriesId, episode)}/quote?currency=${currency}`);
  }

  /**
   * @param {string} seriesId
   * @param {import("./buying/buying.js").Agreed} option the one on the button that was pressed: its price is what the viewer agreed to
   * @param {boolean} automatic the page goes on by itself, as the viewer has allowed
   * @returns {Promise<Unlocked>}
   */
  async unlock(seriesId, { kind, first, last, priceCoins, generation }, automatic) {
    const agreed = { priceShownCoins: priceCoins, generation };
    if (kind !== "episode") return this.sendAsViewer("POST", `${seriesPath(seriesId)}/unlock`, { first, last, ...agreed });
    const body = automatic ? { ...agreed, automatic } : agreed;
    const { receipt, ...rest } = await this.sendAsViewer("POST", `${episodePath(seriesId, first)}/unlock`, body);
    return { ...rest, receipts: [receipt] };
  }

  /**
   * Sends with the viewer's token if there is one; the service decides whether a guest may. Open to pages that have
   * calls of their own, such as the studio.
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   * @param {Manner} [manner]
   * @returns {Promise<any>}
   */
  async sendAsViewer(method, path, body, manner) {
    const token = await this.#session.accessToken();
    try {
      return await send(method, path, body, { ...manner, token });
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 401 || token === null) throw error;
      if (error.code === "token_expired") {
        // This machine's clock may be wrong, so the service's word counts; once, or two wrong clocks would loop.
        return send(method, path, body, { ...manner, token: await this.#session.tokenAfter(token) });
      }
      this.#session.forget();
      throw new Refusal("sign_in_ended", { status: 401, cause: error });
    }
  }
}

/** @param {string} seriesId */
function seriesPath(seriesId) {
  return `/v1/series/${encodeURIComponent(seriesId)}`;
}

/**
 * @param {string} seriesId
 * @param {number} episode
 */
function episodePath(seriesId, episode) {
  return `${seriesPath(seriesId)}/episodes/${episode}`;
}

/** @param {string | null} cursor */
function after(cursor) {
  return cursor === null ? "" : `?cursor=${encodeURIComponent(cursor)}`;
}

/** @typedef {{token?: string | null, headers?: Record<string, string>, keepalive?: boolean}} Manner */

/**
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 * @param {Manner} [manner]
 * @returns {Promise<any>}
 */
async function send(method, path, body, { token = null, headers: more = {}, keepalive = false } = {}) {
  /** @type {Record<string, string>} */
  const headers = { accept: "application/json", ...more };
  if (body !== undefined) headers["content-type"] = "application/json";
  if (token !== null) headers.authorization = `Bearer ${token}`;
  let response;
  try {
    response = await fetch(path, {
      method,
      headers,
      keepalive,
      body: body === undefined ? undefined : JSON.stringify(body),
      // The playback answer sets the cookies that the stream's own requests then carry.
      credentials: "same-origin",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    throw refusalOfSilence(error);
  }
  if (!response.ok) throw await refusalOf(response);
  if (response.status === 204) return null;
  try {
    return await response.json();
  } catch (error) {
    throw new Refusal("unreadable_answer", { status: response.status, cause: error });
  }
}
