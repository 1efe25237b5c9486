// SPDX-License-Identifier: MIT
//
// The core in WebAssembly, as an object: text in, numbers and bytes out. Nothing of a page is here,
// so that a worker, node and a test use the same.
//
// playground/abi.cc is the other side. Views of memory are made anew for each look, since memory
// that grows takes the old ones away.

/** Of a message; playground/session.h, Flight. */
export const FLIGHT_BYTES = 24;
/** Of a conclusion; playground/session.h, Row. */
export const ROW_BYTES = 24;
/** How many messages the core remembers; playground/session.h. */
export const FLIGHTS = 4096;
const ABI = 1;

/**
 * What the cluster is now. Everything is a copy.
 * @typedef {object} Sight
 * @property {number} nowMs
 * @property {number} members
 * @property {number} changes grows with each change of a view
 * @property {Uint8Array | null} views members² bytes, by observer; null: as at the last look
 * @property {Uint8Array} state four bytes a member: condition, health score, side, life
 * @property {Uint8Array} rows the conclusions since the last look
 * @property {Uint8Array} flights the messages since the last look, as far as they are remembered
 * @property {number} flightsMissed those that are not
 * @property {number} messages sent so far
 * @property {number} bytes sent so far
 * @property {boolean} recordEnded
 */

/** The three system calls that libc makes: to write what it has to say as it ends. */
class SystemCalls {
    constructor() {
        /** @type {WebAssembly.Memory | null} */
        this.memory = null;
        this.said = "";
        this.imports = {
            wasi_snapshot_preview1: {
                fd_write: (/** @type {number} */ _file,
                    /** @type {number} */ parts,
                    /** @type {number} */ count,
                    /** @type {number} */ written) => this.write(parts, count, written),
                fd_close: () => 0,
                fd_seek: () => 70,  // ESPIPE
            },
        };
    }

    /**
     * @param {number} parts
     * @param {number} count
     * @param {number} written
     */
    write(parts, count, written) {
        if (!this.memory) {
            return 8;  // EBADF
        }
        const memory = new DataView(this.memory.buffer);
        let total = 0;
        for (let i = 0; i < count; ++i) {
            const at = memory.getUint32(parts + 8 * i, true);
            const size = memory.getUint32(parts + 8 * i + 4, true);
            this.said +=
                new TextDecoder().decode(new Uint8Array(this.memory.buffer, at, size).slice());
            total += size;
        }
        memory.setUint32(written, total, true);
        return 0;
    }
}

export class Core {
    /**
     * @param {BufferSource} bytes core.wasm
     * @returns {Promise<Core>}
     */
    static async load(bytes) {
        const calls = new SystemCalls();
        const made = await WebAssembly.instantiate(bytes, calls.imports);
        const core = new Core(made.instance, calls);
        if (core.call("swim_abi") !== ABI) {
            throw new Error(
                "this page and its core.wasm are of different versions; make both anew");
        }
        return core;
    }

    /**
     * @param {WebAssembly.Instance} instance
     * @param {SystemCalls} calls
     */
    constructor(instance, calls) {
        this.exports = instance.exports;
        this.calls = calls;
        this.memory = /** @type {WebAssembly.Memory} */ (instance.exports["memory"]);
        calls.memory = this.memory;
        this.call("_initialize");
        this.seenChanges = -1;
        this.seenRows = 0;
        this.seenFlights = 0;
    }

    /**
     * @param {string} name
     * @param {...number} values
     * @returns {number}
     */
    call(name, ...values) {
        const exported = /** @type {(...values: number[]) => number} */ (this.exports[name]);
        try {
            return exported(...values);
        } catch (error) {
            const why = this.calls.said || String(error);
            throw new Error(`${name}: the core failed: ${why}`);
        }
    }

    /** @param {string} text for the next function that reads one */
    put(text) {
        const bytes = new TextEncoder().encode(text);
        const at = this.call("swim_room", bytes.length);
        new Uint8Array(this.memory.buffer, at, bytes.length).set(bytes);
    }

    /** @returns {string} what the last function left */
    text() {
        const at = this.call("swim_text");
        const size = this.call("swim_text_bytes");
        return new TextDecoder().decode(new Uint8Array(this.memory.buffer, at, size).slice());
    }

    /**
     * Starts a cluster; throws what is wrong with the settings.
     * @param {string} settings lines of `key = value`
     */
    start(settings) {
        this.put(settings);
        if (this.call("swim_start") !== 0) {
            throw new Error(this.text());
        }
        this.seenChanges = -1;
        this.seenRows = 0;
        this.seenFlights = 0;
    }

    /**
     * Does something to the cluster, now; throws where it makes no sense.
     * @param {string} deed "crash 7,9"
     * @returns {number} to how many members it was done
     */
    do(deed) {
        this.put(deed);
        const hit = this.call("swim_do");
        if (hit < 0) {
            throw new Error(this.text());
        }
        return hit;
    }

    /** @param {number} untilMs on the cluster's clock */
    run(untilMs) {
        this.call("swim_run", untilMs);
    }

    /** @returns {number} the cluster's clock */
    nowMs() {
        return Math.round(this.call("swim_now") * 1e3) / 1e3;
    }

    /** @returns {Sight} */
    look() {
        const at = this.call("swim_look");
        const sight = new DataView(this.memory.buffer, at);
        /** @type {(place: number) => number} */
        const word = (place) => sight.getUint32(8 + 4 * place, true);
        const members = word(0);
        const changes = word(2);
        const rows = word(3);
        const flightNumber = word(6);
        /** @type {(at: number, size: number) => Uint8Array} */
        const copy = (from, size) => new Uint8Array(this.memory.buffer, from, size).slice();
        const views = changes === this.seenChanges ? null : copy(word(1), members * members);
        const newRows =
            copy(word(4) + ROW_BYTES * this.seenRows, ROW_BYTES * (rows - this.seenRows));
        const newFlights = flightNumber - this.seenFlights;
        const flights = this.copyFlights(word(5), flightNumber, Math.min(newFlights, FLIGHTS));
        const state = copy(word(7), 4 * members);
        this.seenChanges = changes;
        this.seenRows = rows;
        this.seenFlights = flightNumber;
        return {
            nowMs: Math.round(sight.getFloat64(0, true) * 1e6) / 1e3,
            members,
            changes,
            views,
            state,
            rows: newRows,
            flights,
            flightsMissed: Math.max(0, newFlights - FLIGHTS),
            messages: sight.getFloat64(48, true),
            bytes: sight.getFloat64(56, true),
            recordEnded: word(8) === 1,
        };
    }

    /**
     * @param {number} at where the ring of flights is
     * @param {number} end the number of the next one
     * @param {number} count
     */
    copyFlights(at, end, count) {
        const flights = new Uint8Array(count * FLIGHT_BYTES);
        const first = (end - count) % FLIGHTS;
        const ahead = Math.min(count, FLIGHTS - first);
        const memory = this.memory.buffer;
        flights.set(new Uint8Array(memory, at + first * FLIGHT_BYTES, ahead * FLIGHT_BYTES));
        flights.set(
            new Uint8Array(memory, at, (count - ahead) * FLIGHT_BYTES),
            ahead * FLIGHT_BYTES,
        );
        return flights;
    }

    /** @returns {Record<string, any> | null} metrics.json so far; null: nothing has happened yet */
    metrics() {
        return this.call("swim_metrics") === 0 ? JSON.parse(this.text()) : null;
    }

    /** @returns {number} views that differ from the members' own tables: none, but for a defect */
    wrongViews() {
        return this.call("swim_wrong_views");
    }

    /** @returns {{same: boolean, hash: string}} whether this core says what it says everywhere */
    sameEverywhere() {
        const same = this.call("swim_same_everywhere") === 1;
        return {same, hash: this.text()};
    }

    /**
     * @param {string} name
     * @returns {Record<string, string>} all parameters of the preset
     */
    preset(name) {
        this.put(name);
        if (this.call("swim_preset") !== 0) {
            throw new Error(this.text());
        }
        return Object.fromEntries(
            this.text().split("\n").filter((line) => line !== "").map((line) => {
                const [key = "", value = ""] = line.split(" = ");
                return [key, value];
            }),
        );
    }
}
