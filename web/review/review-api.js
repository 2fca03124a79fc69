// The service's calls for reviewers. Shapes: docs/openapi.json.

/** @typedef {{list: string, entry: string, score: number, strong: boolean, reasons: string[]}} Hit */
/**
 * @typedef {object} Review a check that waits
 * @property {string} reviewId
 * @property {string} personId
 * @property {"identity" | "screening"} kind
 * @property {0 | 1 | 2} tier
 * @property {string} why             `hits`, `enhanced` or `name_unreadable`
 * @property {string} since
 * @property {Hit[]} hits
 * @property {boolean} needsTwo
 * @property {string | null} firstApproval
 */
/** @typedef {{list: string, entry: string, names: string[], births: string[], countries: string[], programs: string[]}} Entry */
/** @typedef {{check: number, outcome: string, by: string, at: string, reason: string, note: string, final: boolean}} Decision */
/**
 * @typedef {object} Detail
 * @property {Review | null} review   null where nothing waits any more
 * @property {string} state           how the person stands
 * @property {{name: string, birthDate: string, country: string} | null} identity
 * @property {boolean} told           whether the provider has answered
 * @property {Entry[]} entries
 * @property {Decision[]} decisions   newest first
 */
/** @typedef {"approve" | "refuse" | "again"} Verdict */
/** @typedef {{claimId: string, personId: string, kind: string, coins: number, rule: string, score: number, reasons: string[], since: string,
 *   status: string}} Held a reward that waits */
/**
 * @template Item
 * @typedef {{items: Item[], nextCursor: string | null}} Page
 */

const LIMIT = 50;

/** Every call rejects with a `Refusal`, and may be repeated. */
export class ReviewApi {
  /** @type {import("../api.js").Api} */ #api;
  /** @type {Promise<string | null> | undefined} */ #me;

  /** @param {import("../api.js").Api} api */
  constructor(api) {
    this.#api = api;
  }

  /**
   * The pseudonym that decisions of one's own are told by.
   * @returns {Promise<string | null>} null where it cannot be told now; never rejects
   */
  whoAmI() {
    this.#me ??= this.#api
      .getProfile()
      .then(({ personId }) => personId)
      .catch(() => {
        this.#me = undefined;
        return null;
      });
    return this.#me;
  }

  /**
   * @param {string | null} cursor
   * @returns {Promise<Page<Review>>} longest first
   */
  listReviews(cursor) {
    return this.#api.sendAsViewer("GET", `/v1/reviews${after(cursor)}`);
  }

  /**
   * @param {string} reviewId
   * @returns {Promise<Detail>}
   */
  getReview(reviewId) {
    return this.#api.sendAsViewer("GET", `/v1/reviews/${encodeURIComponent(reviewId)}`);
  }

  /**
   * @param {string} reviewId
   * @param {{verdict: Verdict, reason: string, note: string}} decision
   * @returns {Promise<{status: "decided" | "awaiting"}>}
   */
  decideReview(reviewId, decision) {
    return this.#api.sendAsViewer("POST", `/v1/reviews/${encodeURIComponent(reviewId)}/decision`, decision);
  }

  /**
   * @param {string | null} cursor
   * @returns {Promise<Page<Held>>} longest first
   */
  listHeld(cursor) {
    return this.#api.sendAsViewer("GET", `/v1/support/rewards/held${after(cursor)}`);
  }

  /**
   * @param {string} claimId
   * @param {"release" | "refusal"} verdict
   * @returns {Promise<Held>} as it stands then
   */
  decideHeld(claimId, verdict) {
    return this.#api.sendAsViewer("POST", `/v1/support/rewards/held/${encodeURIComponent(claimId)}/${verdict}`);
  }
}

/** @param {string | null} cursor */
function after(cursor) {
  return `?limit=${LIMIT}${cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`}`;
}
