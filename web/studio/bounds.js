// What the service takes, so that a form can say so before it asks. The service decides; a test compares with its schemas.

/** @type {Record<string, import("../room/fields.js").Bounds>} by the names that the service uses in `where` */
export const BOUNDS = {
  "title": { minLength: 1, maxLength: 80 },
  "synopsis": { maxLength: 500 },
  "languages": { most: 8 },
  "tags": { most: 10 },
  "freeEpisodes": { min: 0, max: 200 },
  "pricing.startCoins": { min: 1, max: 1000 },
  "pricing.riseCoins": { min: 0, max: 1000 },
  "pricing.everyEpisodes": { min: 1, max: 200 },
  "pricing.mostCoins": { min: 1, max: 1000 },
  "ceilingCoins": { min: 1, max: 100000 },
  "restDiscountPercent": { min: 0, max: 90 },
  "refundableEpisodes": { min: 0, max: 20 },
  "earlyHours": { min: 0, max: 168 },
  "priceCoins": { min: 1, max: 1000 },
  "cliffhangerMs": { min: 1, max: 600000 },
};

export const SERIES_ID = /^[a-z0-9][a-z0-9-]{0,31}$/;
export const LANGUAGE_TAG = /^[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?$/;
export const TAG = /^[a-z0-9-]{1,24}$/;

/** Bytes of a video, of a file of subtitles, of a dub; and how many of each go with a video. */
export const VIDEO_BYTES = 2147483648;
export const SUBTITLES_BYTES = 262144;
export const DUB_BYTES = 67108864;
export const MOST_SUBTITLES = 8;
export const MOST_DUBS = 4;

/** An episode's longest, in milliseconds. */
export const LONGEST_MS = 180000;
