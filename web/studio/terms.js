// What a creator writes of a series and of an episode: the fields, and the way between a form's values and the service.

import { LANGUAGE_TAG, SERIES_ID, TAG } from "./bounds.js";

/** @typedef {import("../room/fields.js").Spec} Spec */
/** @typedef {import("../room/form.js").Values} Values */
/** @typedef {import("../room/form.js").Group} Group */
/** @typedef {import("./studio-api.js").OwnSeries} OwnSeries */

/** @type {Spec} */
export const ID_SPEC = {
  name: "seriesId",
  label: "Address",
  kind: "text",
  pattern: SERIES_ID,
  example: "the-last-train",
  hint: "Small letters, digits and hyphens. It stands in every link, and stays for ever.",
};

/** @type {Spec[]} */
const STORY = [
  { name: "title", label: "Title", kind: "text" },
  { name: "synopsis", label: "Synopsis", kind: "long", hint: "What a viewer reads before the first episode; at most 500 characters." },
  { name: "language", label: "Language", kind: "text", pattern: LANGUAGE_TAG, example: "en or pt-BR", hint: "The one that is spoken." },
  {
    name: "languages",
    label: "More languages",
    kind: "list",
    pattern: LANGUAGE_TAG,
    example: "de, pt-BR",
    hint: "Those of subtitles and dubs, with commas between them.",
  },
  { name: "tags", label: "Tags", kind: "list", pattern: TAG, example: "slow-burn, mystery", hint: "At most ten, with commas between them." },
  {
    name: "ageRating",
    label: "Age rating",
    kind: "choice",
    choices: [
      ["0", "For everybody"],
      ["6", "6 and older"],
      ["12", "12 and older"],
      ["16", "16 and older"],
      ["18", "18 and older"],
    ],
    hint: "Viewers who have told no age see what is for 12 and younger.",
  },
];

/** @type {Spec[]} */
const PRICES = [
  { name: "freeEpisodes", label: "Free episodes", kind: "whole", hint: "So many from the first on." },
  { name: "pricing.startCoins", label: "First price", kind: "whole", hint: "Coins for the first episode that is not free." },
  { name: "pricing.riseCoins", label: "Rise", kind: "whole", hint: "Coins by which the price goes up." },
  { name: "pricing.everyEpisodes", label: "Rises every", kind: "whole", hint: "So many paid episodes cost the same." },
  { name: "pricing.mostCoins", label: "Highest price", kind: "whole", hint: "Coins beyond which it does not rise." },
  {
    name: "ceilingCoins",
    label: "Ceiling",
    kind: "whole",
    optional: true,
    hint: "The whole series never costs a viewer more coins than that; empty is no ceiling.",
  },
  { name: "restDiscountPercent", label: "Discount on the rest", kind: "whole", hint: "Percent off for buying all that is left at once." },
  {
    name: "refundableEpisodes",
    label: "Episodes to give back",
    kind: "whole",
    hint: "Who has unlocked no more may have the coins again, once; 0 is no such rule.",
  },
];

/** @type {Spec[]} */
const RELEASE = [
  { name: "earlyHours", label: "Early access", kind: "whole", hint: "Members see an episode so many hours before its release." },
  { name: "listed", label: "Listed: everybody sees the series", kind: "check", hint: "Until then only you do." },
];

/**
 * @param {HTMLElement} prices says what the prices come to
 * @returns {Group[]}
 */
export function seriesGroups(prices) {
  return [
    { title: "The story", specs: STORY },
    { title: "Prices", specs: PRICES, note: prices },
    { title: "Release", specs: RELEASE },
  ];
}

/** @type {Values} */
export const NEW_SERIES = {
  title: "",
  synopsis: "",
  language: "en",
  languages: [],
  tags: [],
  ageRating: 0,
  freeEpisodes: 3,
  "pricing.startCoins": 10,
  "pricing.riseCoins": 2,
  "pricing.everyEpisodes": 10,
  "pricing.mostCoins": 30,
  ceilingCoins: null,
  restDiscountPercent: 0,
  refundableEpisodes: 0,
  earlyHours: 0,
  listed: false,
};

/**
 * @param {OwnSeries} series
 * @returns {Values}
 */
export function valuesOfSeries(series) {
  const { pricing, ...rest } = series;
  const given = /** @type {Record<string, any>} */ (rest);
  return Object.fromEntries(
    Object.keys(NEW_SERIES).map((name) => {
      const [outer, inner] = name.split(".");
      return [name, inner === undefined ? given[outer] : /** @type {Record<string, any>} */ (pricing)[inner]];
    }),
  );
}

/**
 * @param {Values} values
 * @returns {import("./studio-api.js").SeriesTerms}
 */
export function seriesTerms(values) {
  /** @type {Record<string, any>} */
  const terms = { pricing: {} };
  for (const name of Object.keys(NEW_SERIES)) {
    const [outer, inner] = name.split(".");
    if (inner === undefined) terms[outer] = values[name];
    else terms.pricing[inner] = values[name];
  }
  return /** @type {import("./studio-api.js").SeriesTerms} */ (terms);
}

/**
 * @param {OwnSeries} series
 * @returns {Group[]}
 */
export function episodeGroups(series) {
  const early = series.earlyHours > 0 ? ` Members see it ${series.earlyHours} hours before.` : "";
  return [
    {
      title: "The episode",
      specs: [
        { name: "title", label: "Title", kind: "text" },
        {
          name: "releaseAt",
          label: "Release",
          kind: "time",
          optional: true,
          hint: `By this machine's clock; empty is as soon as there is a video.${early}`,
        },
        { name: "priceCoins", label: "Price", kind: "whole", optional: true, hint: "In coins, apart from the series; empty follows the series' prices." },
        {
          name: "cliffhangerMs",
          label: "Cliffhanger",
          kind: "seconds",
          optional: true,
          hint: "Seconds into the video after which the story hangs. The preview below can set it.",
        },
      ],
    },
  ];
}

/** @type {Values} */
export const NEW_EPISODE = { title: "", releaseAt: null, priceCoins: null, cliffhangerMs: null };

/**
 * @param {import("./studio-api.js").OwnEpisode} episode
 * @returns {Values}
 */
export function valuesOfEpisode({ title, releaseAt, priceCoins, cliffhangerMs }) {
  return { title, releaseAt, priceCoins, cliffhangerMs };
}

/**
 * An address made from a title: "Café Noir!" becomes "cafe-noir".
 * @param {string} title
 */
export function addressFrom(title) {
  const plain = title.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 32).replace(/-+$/, "");
}

/**
 * What a series' pricing comes to, as a sentence, as far as the values are known.
 * @param {Values} values
 */
export function pricesInWords(values) {
  const [free, start, rise, every, most, ceiling] = [
    "freeEpisodes", "pricing.startCoins", "pricing.riseCoins", "pricing.everyEpisodes", "pricing.mostCoins", "ceilingCoins",
  ].map((name) => /** @type {number | null} */ (values[name]));
  if (free === null || start === null || rise === null || every === null || most === null) return "";
  const parts = free === 0 ? [] : [free === 1 ? "Episode 1 is free" : `Episodes 1 to ${free} are free`];
  let [from, price] = [free + 1, start];
  for (let step = 0; step < 3 && rise > 0 && price < most; step += 1) {
    parts.push(`${span(from, from + every - 1)} cost ${price} coins`);
    from += every;
    price = Math.min(price + rise, most);
  }
  parts.push(rise > 0 && price < most ? `and so on up to ${most} coins` : `all from ${from} on cost ${Math.min(price, most)} coins`);
  const bound = ceiling === null ? "" : ` Nobody pays more than ${ceiling} coins for the series.`;
  return `${parts.join("; ")}.${bound}`;
}

/**
 * @param {number} from
 * @param {number} to
 */
function span(from, to) {
  return from === to ? `${from}` : `${from} to ${to}`;
}
