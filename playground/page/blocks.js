// SPDX-License-Identifier: MIT
//
// What to paste for a product, from the data that ./swimlab playground makes of
// campaign/tune/products: each product's block as lines, and for every value of a slider the line
// that it makes. So the page knows no syntax, and cannot write a block that ./swimlab tune would
// not.

import {PROTOCOL} from "./settings.js";

/**
 * @typedef {object} ProductData
 * @property {string} name
 * @property {string} title
 * @property {string[]} lines of the block with its defaults
 * @property {Record<string, {line: number, values: Record<string, string>}>} options by parameter:
 *     which
 *     line is its own, and what stands there for each value
 * @property {Record<string, string>} cannot by parameter: why it cannot be set
 */

/**
 * @param {ProductData} product
 * @param {Record<string, string>} all every parameter of the cluster
 * @returns {string}
 */
export function blockOf(product, all) {
    const lines = product.lines.slice();
    for (const [key, option] of Object.entries(product.options)) {
        const line = option.values[all[key] ?? ""];
        if (line !== undefined) {
            lines[option.line] = line;
        }
    }
    return `${lines.join("\n")}\n`;
}

/**
 * @param {ProductData} product
 * @param {Record<string, string>} all every parameter of the cluster
 * @returns {string} what of the sliders' settings the block does not say; empty: it says all
 */
export function shortfallOf(product, all) {
    const missing = PROTOCOL.filter((slider) => {
        const option = product.options[slider.key];
        return option === undefined || option.values[all[slider.key] ?? ""] === undefined;
    });
    return missing
        .map((slider) => product.cannot[slider.key] ??
                `${slider.label} = ${all[slider.key]} cannot be set in ${product.title}.`)
        .join(" ");
}
