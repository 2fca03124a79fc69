// Our own drawings of gifts, 24 by 24, each a few paths with their colours. A gift without one is drawn as a parcel.

/** @type {Record<string, [string, string][]>} */
const DRAWINGS = {
  rose: [
    ["#4fb477", "M11.2 12h1.6v10h-1.6zM12.8 18c1-2.4 3-3.4 5.6-3.2-.3 2.6-2.4 4-5.6 3.2zM11.2 20.5c-1-2-2.8-2.9-5.2-2.7.3 2.3 2.3 3.5 5.2 2.7z"],
    ["#ff5d73", "M12 2c3.6 0 6 2.3 6 5.4 0 3.3-2.6 6-6 6s-6-2.7-6-6C6 4.3 8.4 2 12 2z"],
    ["#ffb3be", "M12 4.2c1.9 0 3.2 1.2 3.2 2.7 0 1.6-1.4 2.7-3.1 2.7-1.4 0-2.4-.9-2.4-2 0-1 .8-1.7 1.8-1.7.7 0 1.2.4 1.2 1h-1c-.4-.2-.8.2-.8.7s.5.9 1.2.9c1 0 1.8-.6 1.8-1.6S13 5.4 12 5.4z"],
  ],
  tea: [
    ["#ffffff99", "M8 2c1.5 1.3-1 2.3.3 4H7C5.6 4 8 3.3 6.9 2zm4 0c1.5 1.3-1 2.3.3 4H11c-1.4-2 1-2.7-.1-4z"],
    ["#ffc857", "M4 8h13v6.5A5.5 5.5 0 0 1 11.5 20h-2A5.5 5.5 0 0 1 4 14.5z"],
    ["#ffc857", "M17 9.5h1.5a3.5 3.5 0 0 1 0 7H16.4l.5-1.8h1.5a1.7 1.7 0 0 0 0-3.4H17z"],
    ["#b4afbf", "M3 21h15v1.5H3z"],
  ],
  popcorn: [
    ["#fff3d0", "M7 9a2.8 2.8 0 0 1 .5-5.5A3.2 3.2 0 0 1 13 2.6a3 3 0 0 1 4.4 2.2A2.6 2.6 0 0 1 17.5 9z"],
    ["#ff5d73", "M5 9h14l-1.7 13H6.7z"],
    ["#ffffff", "M8.7 9h2l.4 13H9.4zm4.6 0h2l-.7 13h-1.7z"],
  ],
  ticket: [
    ["#ffc857", "M2 6h20v4.2a1.9 1.9 0 0 0 0 3.6V18H2v-4.2a1.9 1.9 0 0 0 0-3.6z"],
    ["#7a5200", "M8 7.5h1.3v2H8zm0 3.5h1.3v2H8zm0 3.5h1.3v2H8zm6.5-6 1.1 2.3 2.5.3-1.8 1.7.5 2.5-2.3-1.2-2.2 1.2.4-2.5-1.8-1.7 2.5-.3z"],
  ],
  fireworks: [
    ["#ffc857", "M11.3 2h1.4v6h-1.4zM4.2 4.9l1-1 4.2 4.3-1 1zM18.8 3.9l1 1-4.2 4.3-1-1z"],
    ["#6fdc9b", "M2 11.3h6v1.4H2zm14 0h6v1.4h-6z"],
    ["#ff7c8e", "M8.4 14.8l1 1-4.2 4.3-1-1zm7.2 0 4.2 4.3-1 1-4.2-4.3zM11.3 16h1.4v6h-1.4z"],
    ["#ffffff", "M12 9.8a2.2 2.2 0 1 1 0 4.4 2.2 2.2 0 0 1 0-4.4z"],
  ],
  "night-train": [
    ["#8ea8ff", "M7 2h10a3 3 0 0 1 3 3v9.5a3.5 3.5 0 0 1-3.5 3.5h-9A3.5 3.5 0 0 1 4 14.5V5a3 3 0 0 1 3-3z"],
    ["#17151d", "M6.5 5.5h4.7V11H6.5zm6.3 0h4.7V11h-4.7z"],
    ["#ffc857", "M8.5 13a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3zm7 0a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3z"],
    ["#b4afbf", "M7.6 18.5h1.8L7.8 22H6zm7 0h1.8L18 22h-1.8z"],
  ],
};
/** @type {[string, string][]} */
const PARCEL = [
  ["#ff5d73", "M3 8h18v4H3zM4.5 13h15v8.5h-15z"],
  ["#ffc857", "M10.7 8h2.6v13.5h-2.6zM12 7.5C9 7.5 6.5 6.6 6.5 4.7c0-1.2 1-2.2 2.3-2.2C10.9 2.5 12 5 12 7.5zm0 0c3 0 5.5-.9 5.5-2.8 0-1.2-1-2.2-2.3-2.2C13.1 2.5 12 5 12 7.5z"],
];

/**
 * A gift's drawing, for eyes only: its name is said by whatever holds it.
 * @param {string} gift
 */
export function drawing(gift) {
  const space = "http://www.w3.org/2000/svg";
  const picture = document.createElementNS(space, "svg");
  picture.setAttribute("aria-hidden", "true");
  picture.setAttribute("viewBox", "0 0 24 24");
  for (const [colour, path] of DRAWINGS[gift] ?? PARCEL) {
    const line = document.createElementNS(space, "path");
    line.setAttribute("fill", colour);
    line.setAttribute("d", path);
    picture.append(line);
  }
  return picture;
}
