// SPDX-License-Identifier: MIT
//
// The colours of what is drawn, from the style sheet, so that light and dark stand in one place.
// They differ in lightness too: whoever sees no hues, or prints in grey, tells them apart.

/**
 * @typedef {object} Palette
 * @property {string} ink
 * @property {string} faint
 * @property {string} line
 * @property {string} ground
 * @property {string} accent
 * @property {Record<"alive" | "suspect" | "gone" | "wrong" | "late" | "apart" | "empty", string>}
 *     views
 * @property {Record<"probe" | "help" | "gossip" | "stream", string>} messages
 */

/** What a view is worth, in the order of the numbers that the matrix keeps. */
export const JUDGEMENTS = /** @type {const} */ ([
    "empty",
    "alive",
    "suspect",
    "gone",
    "wrong",
    "late",
    "apart",
]);

/** @type {Record<(typeof JUDGEMENTS)[number], string>} */
export const MEANINGS = {
    alive: "holds it for alive, and it is",
    suspect: "suspects it",
    gone: "holds it for gone, and it is",
    wrong: "buried it alive",
    late: "has not noticed that it is gone",
    apart: "holds it for gone: it is beyond the partition",
    empty: "knows nobody: the observer is down, or the subject is unknown to it",
};

/** @returns {Palette} */
export function palette() {
    const style = getComputedStyle(document.documentElement);
    const of = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim();
    return {
        ink: of("ink"),
        faint: of("faint"),
        line: of("line"),
        ground: of("ground"),
        accent: of("accent"),
        views: {
            alive: of("alive"),
            suspect: of("suspect"),
            gone: of("gone"),
            wrong: of("wrong"),
            late: of("late"),
            apart: of("apart"),
            empty: of("empty"),
        },
        messages: {
            probe: of("probe"),
            help: of("help"),
            gossip: of("gossip"),
            stream: of("stream"),
        },
    };
}

/**
 * @param {string} colour #rrggbb
 * @returns {number} as a 32-bit pixel of ImageData, little-endian
 */
export function pixel(colour) {
    const value = parseInt(colour.slice(1), 16);
    return ((0xff << 24) | ((value & 0xff) << 16) | (value & 0xff00) | (value >> 16)) >>> 0;
}
