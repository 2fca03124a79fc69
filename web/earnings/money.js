// Amounts and days as people read them.

/**
 * @param {number} amount in the currency's smallest unit
 * @param {string} currency ISO 4217
 */
export function shown(amount, currency) {
  const format = new Intl.NumberFormat("en", { style: "currency", currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amount / 10 ** digits);
}

/** @param {string} day ISO 8601 */
export function dayOf(day) {
  return new Date(`${day}T00:00:00Z`).toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
}

/** @param {string} time RFC 3339 */
export function dateOf(time) {
  return new Date(time).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
}

/**
 * The last so many days, today among them, oldest first.
 * @param {number} count
 * @param {Date} now
 */
export function lastDays(count, now) {
  return Array.from({ length: count }, (_, back) => new Date(now.getTime() - (count - 1 - back) * 86_400_000).toISOString().slice(0, 10));
}
