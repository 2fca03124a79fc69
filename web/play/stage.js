// The upright frame: one thing stands in front at a time, a poster, a wall or the picture. The picture stays behind a wall, dimmed.

import { element, icon, part } from "../dom.js";

/** @typedef {{label: string, posterUrl: string | null}} Neighbour what a drag uncovers */

export class Stage {
  #frame = part("stage", HTMLElement);
  #front = part("front", HTMLElement);
  #deck = part("deck", HTMLElement);
  #neighbours = { before: part("before", HTMLElement), after: part("after", HTMLElement) };
  /** What a thumb touches to pause, and drags. */
  surface = part("surface", HTMLButtonElement);

  /** @returns {"poster" | "opening" | "wall" | "video"} */
  get shows() {
    return /** @type {any} */ (this.#frame.dataset.shows);
  }

  /**
   * @param {string} title
   * @param {string} words
   * @param {{posterUrl?: string | null, opening?: boolean}} [more] `opening`: a picture is on its way
   */
  showPoster(title, words, { posterUrl = null, opening = false } = {}) {
    const name = element("p", { class: "title", "aria-hidden": "true" }, title);
    this.#cover(element("div", { class: "poster" }, poster(posterUrl), element("div", { class: "over" }, name, element("p", {}, words))));
    this.#frame.dataset.shows = opening ? "opening" : "poster";
  }

  /** What is on its way is told while the picture before it still stands. */
  showOpening() {
    this.#cover(element("div", { class: "spinner", role: "img", "aria-label": "Loading" }));
    this.#frame.dataset.shows = "video";
  }

  /**
   * @param {HTMLElement} wall
   * @param {string | null} posterUrl stands behind it when no picture does
   */
  showWall(wall, posterUrl) {
    this.#cover(element("div", { class: "behind" }, poster(posterUrl)), wall);
    this.#frame.dataset.shows = "wall";
    // Whoever pressed "play" reads on here.
    wall.querySelector("h2")?.focus({ preventScroll: true });
  }

  showVideo() {
    const heldFocus = this.#front.contains(document.activeElement) || document.activeElement === document.body;
    this.#front.replaceChildren();
    this.#frame.dataset.shows = "video";
    if (heldFocus) this.surface.focus({ preventScroll: true });
  }

  /**
   * @param {Neighbour | null} before
   * @param {Neighbour | null} after
   */
  showNeighbours(before, after) {
    for (const [place, neighbour] of /** @type {const} */ ([["before", before], ["after", after]])) {
      const label = neighbour?.label ?? (place === "after" ? "That was all for now." : "This is the beginning.");
      this.#neighbours[place].replaceChildren(poster(neighbour?.posterUrl ?? null), element("p", {}, label));
    }
  }

  /** @param {number} pixels the picture follows the finger; 0 lets it glide back */
  drag(pixels) {
    this.#deck.classList.toggle("dragged", pixels !== 0);
    this.#deck.style.setProperty("--drag", `${pixels}px`);
  }

  /** @param {1 | -1} direction the picture leaves, upwards for the next one, before another takes its place */
  async slide(direction) {
    this.#deck.classList.remove("dragged");
    this.#deck.style.setProperty("--drag", `${-direction * this.#frame.clientHeight}px`);
    await Promise.allSettled(this.#deck.getAnimations().map((animation) => animation.finished));
    this.#deck.classList.add("dragged");
    this.#deck.style.setProperty("--drag", "0px");
  }

  /** @param {...HTMLElement} content */
  #cover(...content) {
    this.#front.replaceChildren(...content);
  }
}

/**
 * A public picture of an episode or a series, or the page's own drawing where there is none.
 * @param {string | null | undefined} url
 */
export function poster(url) {
  if (!url) return element("div", { class: "no-poster" }, icon("play"));
  const image = element("img", { src: url, alt: "", decoding: "async", loading: "lazy" });
  image.addEventListener("error", () => image.replaceWith(poster(null)), { once: true });
  return image;
}
