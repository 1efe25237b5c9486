// SPDX-License-Identifier: MIT
//
// What a worker does with what the page sends: one order, one answer.

import {Teller} from "./worker.js";

const teller = new Teller();

addEventListener("message", async (event) => {
    const {id, order} = event.data;
    try {
        const answer = await teller.obey(order);
        const buffers = Object.values(answer)
                            .filter((value) => value instanceof Uint8Array)
                            .map((value) => value.buffer);
        postMessage({id, answer}, {transfer: buffers});
    } catch (error) {
        postMessage({id, error: error instanceof Error ? error.message : String(error)});
    }
});
