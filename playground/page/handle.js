// SPDX-License-Identifier: MIT
//
// The page's end of a worker: orders go out, answers come back as promises. An error of the core is
// an error of the page; there is no other way to hear of it.

/**
 * @typedef {import("./core.js").Sight} Sight
 * @typedef {import("./worker.js").Deed} Deed
 * @typedef {import("./worker.js").Order} Order
 * @typedef {Sight & {toldMs: number, spentMs: number}} Step
 */

export class Handle {
    /** @param {string} source of the worker */
    constructor(source) {
        const url = URL.createObjectURL(new Blob([source], {type: "text/javascript"}));
        this.worker = new Worker(url);
        URL.revokeObjectURL(url);
        this.lastId = 0;
        /** @type {Map<number, {resolve: (answer: any) => void, reject: (error: Error) => void}>} */
        this.waiting = new Map();
        this.worker.onmessage = (event) => this.onAnswer(event.data);
        this.worker.onerror = (event) => {
            for (const each of this.waiting.values()) {
                each.reject(new Error(event.message || "the worker failed"));
            }
            this.waiting.clear();
        };
    }

    /** @param {{id: number, answer?: any, error?: string}} message */
    onAnswer({id, answer, error}) {
        const waiting = this.waiting.get(id);
        this.waiting.delete(id);
        if (error === undefined) {
            waiting?.resolve(answer);
        } else {
            waiting?.reject(new Error(error));
        }
    }

    /**
     * @param {Order} order
     * @returns {Promise<any>}
     */
    ask(order) {
        const id = ++this.lastId;
        return new Promise((resolve, reject) => {
            this.waiting.set(id, {resolve, reject});
            this.worker.postMessage({id, order});
        });
    }

    /** @param {ArrayBuffer} wasm @returns {Promise<{same: boolean, hash: string}>} */
    load(wasm) {
        return this.ask({kind: "load", wasm});
    }

    /** @param {string} settings @param {readonly Deed[]} deeds @returns {Promise<Sight>} */
    start(settings, deeds) {
        return this.ask({kind: "start", settings, deeds: [...deeds]});
    }

    /** @param {Deed} deed @returns {Promise<void>} */
    do(deed) {
        return this.ask({kind: "do", deed});
    }

    /** Forgets the deeds that are still to be done. @returns {Promise<void>} */
    forget() {
        return this.ask({kind: "forget"});
    }

    /** @param {number} untilMs @param {number} budgetMs @returns {Promise<Step>} */
    run(untilMs, budgetMs) {
        return this.ask({kind: "run", untilMs, budgetMs});
    }

    /** @returns {Promise<Record<string, any> | null>} */
    async metrics() {
        return (await this.ask({kind: "metrics"})).metrics;
    }

    /** @returns {Promise<number>} views that are wrong: none, or there is a defect */
    async wrongViews() {
        return (await this.ask({kind: "check"})).wrongViews;
    }

    end() {
        this.worker.terminate();
    }
}
