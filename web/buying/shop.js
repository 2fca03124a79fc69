// The service's calls for coins and money. Shapes: docs/openapi.json.

/** @typedef {import("../api.js").Money} Money */
/**
 * @typedef {object} Pack
 * @property {string} packId
 * @property {number} coins
 * @property {number} bonusCoins
 * @property {number} bonusDays  how long the bonus can be spent
 * @property {number} amount            in the smallest unit of the list's currency
 * @property {boolean} firstPurchase    sold to this viewer once, as the first
 */
/** @typedef {{perCoins: number, amountPerCoins: number, minCoins: number, maxCoins: number}} TopUp coins by the piece: so many for so much */
/** @typedef {{rule: string, limitAmount: number, spentAmount: number, resetsAt: string}} PurchaseLimit */
/**
 * @typedef {object} Packs
 * @property {string} currency ISO 4217
 * @property {number} digits   behind the point
 * @property {boolean} taxIncluded
 * @property {Pack[]} packs
 * @property {TopUp} topUp
 * @property {PurchaseLimit | null} limit
 */
/** @typedef {{cardId: string, brand: string, last4: string, expires: string}} Card `expires`: "2028-04" */
/**
 * @typedef {object} Wish what an order asks for
 * @property {string} [packId]
 * @property {number} [coins]     instead of a pack: exactly so many
 * @property {string} currency
 * @property {number} amountShown what the viewer was told it costs
 * @property {"checkout" | "card"} method
 * @property {string} [cardId]
 * @property {boolean} [saveCard]
 * @property {string} returnTo    where the viewer comes back to: a path of this origin, with `order` added to its query
 */
/** @typedef {"open" | "actionRequired" | "processing" | "paid" | "failed" | "expired" | "refunded" | "partlyRefunded" | "disputed"} OrderStatus */
/**
 * @typedef {object} Order
 * @property {string} orderId
 * @property {OrderStatus} status
 * @property {number} coins
 * @property {number} bonusCoins
 * @property {number} amount
 * @property {string} currency
 * @property {number} digits
 * @property {string} createdAt
 * @property {string} [url]      where to pay, or to confirm; only in the answer to making it
 * @property {string} [failure]  code
 * @property {number} refundedAmount
 * @property {number} [entrySeq] the entry that granted the coins
 * @property {number} [bonusWithheld] bonus coins of the first purchase's offer, which do not come because this is not the first
 */
/** @typedef {{orders: Order[], nextCursor: string | null}} Orders */

/** Every call rejects with a `Refusal`. Every call may be repeated: none of them does anything twice. */
export class Shop {
  /** @type {import("../api.js").Api} */ #api;

  /** @param {import("../api.js").Api} api */
  constructor(api) {
    this.#api = api;
  }

  /**
   * @param {string} currency ISO 4217
   * @returns {Promise<Packs>}
   */
  getPacks(currency) {
    return this.#api.sendAsViewer("GET", `/v1/packs?currency=${currency}`);
  }

  /**
   * @param {Wish} wish
   * @param {string} key names this buying, so that sending it again buys nothing more
   * @returns {Promise<Order>}
   */
  order(wish, key) {
    return this.#api.sendAsViewer("POST", "/v1/orders", wish, { headers: { "idempotency-key": key } });
  }

  /**
   * @param {string} orderId
   * @returns {Promise<Order>}
   */
  getOrder(orderId) {
    return this.#api.sendAsViewer("GET", orderPath(orderId));
  }

  /**
   * @param {string | null} [cursor]
   * @returns {Promise<Orders>} newest first
   */
  listOrders(cursor = null) {
    return this.#api.sendAsViewer("GET", `/v1/orders${cursor === null ? "" : `?cursor=${encodeURIComponent(cursor)}`}`);
  }

  /**
   * Gives an order back whose coins are all unspent.
   * @param {string} orderId
   * @returns {Promise<Order>}
   */
  refundOrder(orderId) {
    return this.#api.sendAsViewer("POST", `${orderPath(orderId)}/refund`, {});
  }

  /** @returns {Promise<Card[]>} */
  async getCards() {
    return (await this.#api.sendAsViewer("GET", "/v1/cards")).cards;
  }

  /** @param {string} cardId */
  forgetCard(cardId) {
    return this.#api.sendAsViewer("DELETE", `/v1/cards/${encodeURIComponent(cardId)}`);
  }
}

/** @param {string} orderId */
function orderPath(orderId) {
  return `/v1/orders/${encodeURIComponent(orderId)}`;
}

/**
 * What a number of coins costs, rounded up to the smallest unit.
 * @param {TopUp} topUp
 * @param {number} coins
 */
export function costOf({ perCoins, amountPerCoins }, coins) {
  return Math.ceil((coins * amountPerCoins) / perCoins);
}

/**
 * @param {{coins: number, bonusCoins: number}} bought
 * @returns {number} all coins that it brings
 */
export function allCoins({ coins, bonusCoins }) {
  return coins + bonusCoins;
}

/**
 * The packs as the viewer is shown them: the smallest that covers what is missing first, then the others, smallest first.
 * @param {Pack[]} packs
 * @param {number} missingCoins
 */
export function inOrderOfUse(packs, missingCoins) {
  const bySize = [...packs].sort((one, other) => one.amount - other.amount);
  const fits = bySize.find((pack) => allCoins(pack) >= missingCoins);
  return fits === undefined ? bySize.reverse() : [fits, ...bySize.filter((pack) => pack !== fits)];
}
