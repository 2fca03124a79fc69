// The service's calls for creators. Shapes: docs/openapi.json.

/** @typedef {{startCoins: number, riseCoins: number, everyEpisodes: number, mostCoins: number}} Pricing */
/** @typedef {{episode: number, title: string, priceCoins: number | null, viewerPriceCoins: number, published: boolean,
 *   durationMs: number | null, cliffhangerMs: number | null, releaseAt: string | null}} OwnEpisode */
/** @typedef {{seriesId: string, title: string, synopsis: string, language: string, languages: string[], tags: string[],
 *   ageRating: number, freeEpisodes: number, pricing: Pricing, ceilingCoins: number | null, restDiscountPercent: number,
 *   refundableEpisodes: number, earlyHours: number, listed: boolean}} SeriesTerms all that a creator writes of a series */
/** @typedef {SeriesTerms & {creatorShareBp: number, revision: number, episodes: OwnEpisode[], posterUrl?: string | null}} OwnSeries */
/** @typedef {{seriesId: string, title: string, synopsis: string, episodes: number, freeEpisodes: number, listed: boolean,
 *   posterUrl?: string | null}} OwnCard */
/** @typedef {{title: string, priceCoins: number | null, cliffhangerMs: number | null, releaseAt: string | null}} EpisodeTerms */

/** @typedef {{language: string, contentType: string, sizeBytes: number}} PartAsked */
/** @typedef {{contentType: string, sizeBytes: number, subtitles: PartAsked[], dubs: PartAsked[]}} UploadAsked */
/** @typedef {{url: string, fields: Record<string, string>}} PresignedForm S3's form for one file, which goes last */
/** @typedef {PresignedForm & {uploadId: string, expiresAt: string, parts: (PresignedForm & {kind: "subtitles" | "dub", language: string})[]}} Forms */
/** @typedef {{widthPx: number, heightPx: number, durationMs: number, frameRate: number, hasAudio: boolean}} Source */
/** @typedef {{code: string, reason: string, detail: string}} Problem */
/** @typedef {{uploadId: string, version: string, status: "awaiting" | "received" | "transcoding" | "published" | "failed" | "retired",
 *   percent: number, parts: {kind: "video" | "subtitles" | "dub", language: string, arrived: boolean}[], source: Source | null,
 *   price: {microUsd: number, tableDate: string} | null, renditionsPx: number[], problem: Problem | null, createdAt: string}} UploadState */
/** @typedef {{month: string, budgetMicroUsd: number, reservedMicroUsd: number}} Budget */

/** Every call rejects with a `Refusal`. Calls that write may be repeated: what stands already is answered again. */
export class StudioApi {
  /** @type {import("../api.js").Api} */ #api;

  /** @param {import("../api.js").Api} api */
  constructor(api) {
    this.#api = api;
  }

  /**
   * @param {string | null} cursor of the page before
   * @returns {Promise<{series: OwnCard[], nextCursor: string | null}>} newest first
   */
  listSeries(cursor) {
    return this.#api.sendAsViewer("GET", `/v1/studio/series${after(cursor)}`);
  }

  /**
   * @param {string} seriesId
   * @returns {Promise<OwnSeries>}
   */
  getSeries(seriesId) {
    return this.#api.sendAsViewer("GET", seriesPath(seriesId));
  }

  /**
   * @param {string} seriesId
   * @param {SeriesTerms & {revision: number}} body revision 0 makes the series
   * @returns {Promise<OwnSeries>}
   */
  putSeries(seriesId, body) {
    return this.#api.sendAsViewer("PUT", seriesPath(seriesId), body);
  }

  /**
   * @param {string} seriesId
   * @param {number} episode
   * @param {EpisodeTerms & {revision: number}} body
   * @returns {Promise<OwnSeries>}
   */
  putEpisode(seriesId, episode, body) {
    return this.#api.sendAsViewer("PUT", `${seriesPath(seriesId)}/episodes/${episode}`, body);
  }

  /**
   * Forms for one more version of an episode. Asked again, it answers forms for yet another.
   * @param {string} seriesId
   * @param {number} episode
   * @param {UploadAsked} body
   * @returns {Promise<Forms>}
   */
  createUpload(seriesId, episode, body) {
    return this.#api.sendAsViewer("POST", `${seriesPath(seriesId)}/episodes/${episode}/uploads`, body);
  }

  /**
   * @param {string} seriesId
   * @param {number} episode
   * @param {string | null} cursor of the page before
   * @returns {Promise<{uploads: UploadState[], nextCursor: string | null}>} newest first
   */
  listUploads(seriesId, episode, cursor) {
    return this.#api.sendAsViewer("GET", `${seriesPath(seriesId)}/episodes/${episode}/uploads${after(cursor)}`);
  }

  /**
   * @param {string} uploadId
   * @returns {Promise<UploadState>}
   */
  getUpload(uploadId) {
    return this.#api.sendAsViewer("GET", `/v1/studio/uploads/${encodeURIComponent(uploadId)}`);
  }

  /** @returns {Promise<Budget>} */
  getBudget() {
    return this.#api.sendAsViewer("GET", "/v1/studio/budget");
  }

  /**
   * The owner of a series plays all of it.
   * @param {string} seriesId
   * @param {number} episode
   * @param {import("../api.js").Delivery} delivery
   */
  startPlayback(seriesId, episode, delivery) {
    return this.#api.startPlayback(seriesId, episode, delivery);
  }
}

/** @param {string} seriesId */
function seriesPath(seriesId) {
  return `/v1/studio/series/${encodeURIComponent(seriesId)}`;
}

/** @param {string | null} cursor */
function after(cursor) {
  return cursor === null ? "" : `?cursor=${encodeURIComponent(cursor)}`;
}
