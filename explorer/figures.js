// SPDX-License-Identifier: MIT
//
// Numbers with their names. Each tells its place in metrics.json, which a test holds it against.

import { element } from "./elements.js";
import { quantity } from "./words.js";

/**
 * @param {Figure[]} figures
 * @param {number} run
 * @returns {HTMLElement[]} pairs of dt and dd, each in a div
 */
export function figureElements(figures, run) {
    return figures.map(([name, value, unit, path]) => {
        const shown = element("dd", {"data-value": JSON.stringify(value)}, [quantity(value, unit)]);
        if (path) {
            shown.setAttribute("data-metric", path);
            shown.setAttribute("data-run", String(run));
            shown.title = `metrics.json: ${path}`;
        }
        return element("div", {}, [element("dt", {}, [name]), shown]);
    });
}
