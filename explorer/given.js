// SPDX-License-Identifier: MIT
//
// What the page was given: its elements with packed data, as analysis/explore/page.py wrote them.

import { byId } from "./elements.js";

/** @returns {PackedRun[]} */
export function packedRuns() {
    // Of each element the texts that the parser made: put together they would be there twice.
    const parts = (/** @type {number} */ number) => Array.from(byId(`packed-${number}`).childNodes,
        (node) => node.nodeValue || "");
    const {runs} = JSON.parse(byId("data").textContent || "");
    for (const run of runs) {
        run.about = parts(run.about);
        for (const column of Object.values(run.views)) {
            if (typeof column === "object") {
                column.data = parts(column.data);
            }
        }
    }
    return runs;
}
