// A walk with the generated client (make clients TO=...): what is on, what it costs, and that nobody pays another price.
// Beside it in the folder "typescript": tsc --strict --target es2022 --module nodenext walk.ts client.ts, then
// node walk.js https://watch.example "$ACCESS_TOKEN" [SERIES]

import { cliffhanger } from "./client.js";

declare const process: { argv: string[] };

const [, , address, token, wanted] = process.argv;
if (address === undefined || token === undefined) throw new Error("Give the address and an access token");
const api = cliffhanger(address, token);

const { data: listed } = await api.GET("/v1/series", { params: { query: { limit: 5 } } });
const seriesId = wanted ?? listed?.series[0]?.seriesId;
if (seriesId === undefined) throw new Error("Nothing is on");
const { data: wallet } = await api.GET("/v1/wallet");

const path = { seriesId, episode: 2 };
const { data: quote, error } = await api.GET("/v1/series/{seriesId}/episodes/{episode}/quote", {
  params: { path, query: { currency: "EUR" } },
});
// A refusal is a problem document: its code is stable, its words may change.
if (quote === undefined) throw new Error(`${error.code}: ${error.detail}`);
const price = quote.options.find((option) => option.kind === "episode")?.priceCoins ?? 0;

const { error: refused } = await api.POST("/v1/series/{seriesId}/episodes/{episode}/unlock", {
  params: { path },
  body: { priceShownCoins: price + 1 },
});
const { data: types } = await api.GET("/v1/event-types");

console.log(
  JSON.stringify({
    series: seriesId,
    coins: wallet?.coins.total,
    price,
    refused: refused?.code,
    events: types?.eventTypes.map((kind) => kind.type),
  }),
);
