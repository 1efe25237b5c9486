// SPDX-License-Identifier: MIT
//
// Colours of the views, for a light and a dark page.
//
// They start from Okabe and Ito's ("Color Universal Design", 2008), and are told apart by lightness too:
// a test holds every pair against each other as people without red, green or blue cones see them.

import { CLASSES, PRIORITY } from "./classes.js";

/** @typedef {{views: string[], ink: string, muted: string, line: string, panel: string,
 *             accent: string, fault: string, rim: string}} Palette */

/** @type {Palette} */
export const LIGHT = {
    views: ["#fbfcfd", "#d5e4ee", "#eab308", "#46536a", "#d48cb4", "#c8330b", "#1879c0", "#848991"],
    ink: "#1a2332",
    muted: "#5a6778",
    line: "#d9dfe7",
    panel: "#ffffff",
    accent: "#0b63a5",
    fault: "#7a4b8c",
    rim: "#8aa3b5",
};

/** @type {Palette} */
export const DARK = {
    views: ["#11161e", "#21394a", "#f5d547", "#aab6c6", "#b76a9c", "#ff6a3d", "#3f9fe8", "#575c64"],
    ink: "#e7edf5",
    muted: "#98a6b8",
    line: "#2b3543",
    panel: "#171e28",
    accent: "#63b3f0",
    fault: "#c79bd8",
    rim: "#4d6b80",
};

/** @param {string} colour "#rrggbb" @returns {[number, number, number]} */
export function rgbOf(colour) {
    const value = parseInt(colour.slice(1), 16);
    return [value >> 16, (value >> 8) & 255, value & 255];
}

/**
 * Pixels as canvases keep them (little endian: alpha, blue, green, red).
 *
 * @param {Palette} palette
 * @returns {Uint32Array} by class
 */
export function pixels(palette) {
    return Uint32Array.from(palette.views, (colour) => {
        const [red, green, blue] = rgbOf(colour);
        return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
    });
}

/** @returns {Uint8Array} by class its rank, the greatest is shown where several share a place */
export function ranks() {
    const rank = new Uint8Array(CLASSES.length);
    PRIORITY.forEach((each, place) => {
        rank[each] = PRIORITY.length - place;
    });
    return rank;
}
