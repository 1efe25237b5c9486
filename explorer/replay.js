// SPDX-License-Identifier: MIT
//
// All views at any moment. The changes are put into the order of time once, each with what it replaces,
// so that moving by a step either way costs what changes in it and no more. The first moment needs no
// such order: the page is drawn before there is one.

import { ALIVE, UNKNOWN, VIEWS } from "./views.js";
import { RUNNING } from "./truth.js";

/** Of nobody: whom nobody knows at the start. */
const NO_GROUP = -2;

/** The state of all pairs, at `subject * n + observer`: codes of views.js. */
export class Replay {
    /**
     * @param {import("./views.js").Views} views
     * @param {About} about
     */
    constructor(views, about) {
        this.views = views;
        this.members = views.members.length;
        this.steps = views.tally.length / VIEWS;
        this.known = knownOf(views, about);
        this.restarts = restartsOf(views, about, this.steps);
        this.forgotten = forgottenBy(views, this.known, this.restarts);
        /** How many changes there are to each view in each step, at `step * 8 + view`. */
        this.tally = withForgotten(views.tally, this.forgotten);
        /** The first change of each step; one more at the end. */
        this.starts = firstOfSteps(this.tally, this.steps);
        /** @type {Uint8Array} */
        this.state = new Uint8Array(this.members * this.members);
        /** The step that the state is of; -1: none yet. */
        this.step = -1;
        /** Whether the changes are in order. */
        this.ordered = false;
        this.pairs = new Uint32Array(0);
        /** The code after each change times 256, and that before it. */
        this.changes = new Uint16Array(0);
    }

    /** @param {number} step */
    seek(step) {
        const wanted = Math.max(0, Math.min(this.steps - 1, step));
        if (wanted === this.step) {
            return;
        }
        if (this.step < 0) {
            this._jump(wanted);
            this.step = wanted;
            return;
        }
        this.order();
        if (wanted > this.step) {
            this._run(this.step + 1, wanted + 1);
        } else {
            const {pairs, changes, starts, state} = this;
            for (let at = starts[this.step + 1] - 1; at >= starts[wanted + 1]; --at) {
                state[pairs[at]] = changes[at] & 255;
            }
        }
        this.step = wanted;
    }

    /**
     * @param {number} from
     * @param {number} to
     */
    _run(from, to) {
        const {pairs, changes, starts, state} = this;
        for (let at = starts[from]; at < starts[to]; ++at) {
            state[pairs[at]] = changes[at] >> 8;
        }
    }

    /**
     * The state of a step without those before it: of each pair the last that was until then.
     *
     * @param {number} step
     */
    _jump(step) {
        const {members, restarts, known, state} = this;
        const {sequences, sequenceStarts, codes, steps} = this.views;
        let at = 0;
        let pair = 0;
        for (let subject = 0; subject < members; ++subject) {
            const group = known[subject] < 0 ? NO_GROUP : known[subject];
            for (let observer = 0; observer < members; ++observer, ++pair) {
                let held = known[observer] === group || observer === subject ? ALIVE : UNKNOWN;
                let since = -1;
                const end = sequenceStarts[sequences[pair] + 1];
                for (let place = sequenceStarts[sequences[pair]]; place < end; ++place, ++at) {
                    if (steps[at] <= step) {
                        held = codes[place];
                        since = steps[at];
                    }
                }
                const own = restarts[observer];
                state[pair] = own.length && observer !== subject && isBetween(own, since, step) ?
                    UNKNOWN : held;
            }
        }
    }

    /**
     * Deals the changes, which are sorted by pair, out to their steps: they are millions. What a process
     * forgets as it starts anew comes before the others of its step.
     */
    order() {
        if (this.ordered) {
            return;
        }
        this.ordered = true;
        const room = this.starts[this.steps];
        const pairs = this.pairs = new Uint32Array(room);
        const changes = this.changes = new Uint16Array(room);
        const {members, restarts, forgotten, known} = this;
        const {sequences, sequenceStarts, codes, steps} = this.views;
        const next = this.starts.slice();
        forgotten.steps.forEach((step, which) => {
            const place = next[step]++;
            pairs[place] = forgotten.pairs[which];
            changes[place] = UNKNOWN << 8 | forgotten.codes[which];
        });
        let at = 0;
        let pair = 0;
        for (let subject = 0; subject < members; ++subject) {
            const group = known[subject] < 0 ? NO_GROUP : known[subject];
            for (let observer = 0; observer < members; ++observer, ++pair) {
                const own = restarts[observer];
                let held = known[observer] === group || observer === subject ? ALIVE : UNKNOWN;
                let since = -1;
                const end = sequenceStarts[sequences[pair] + 1];
                for (let place = sequenceStarts[sequences[pair]]; place < end; ++place, ++at) {
                    const step = steps[at];
                    if (own.length && observer !== subject && isBetween(own, since, step)) {
                        held = UNKNOWN;
                    }
                    const moment = next[step]++;
                    pairs[moment] = pair;
                    changes[moment] = codes[place] << 8 | held;
                    held = codes[place];
                    since = step;
                }
            }
        }
    }
}

/**
 * Whom a member knows at the start: those of one number with it. Of -1 are those who know nobody.
 *
 * @param {import("./views.js").Views} views
 * @param {About} about
 */
function knownOf(views, about) {
    return Int32Array.from(views.members, (member) =>
        about.converged && about.initial[member] & RUNNING ? about.groups[member] || 0 : -1);
}

/**
 * The steps in which each observer starts anew, in order.
 *
 * @param {import("./views.js").Views} views
 * @param {About} about
 * @param {number} steps
 */
function restartsOf(views, about, steps) {
    /** @type {Map<number, number>} */
    const placeOf = new Map();
    views.members.forEach((member, place) => placeOf.set(member, place));
    const found = Array.from(views.members, () => /** @type {number[]} */ ([]));
    for (const [timeS, member] of about.restarts) {
        const observer = placeOf.get(member);
        const step = Math.floor(timeS * 1000 / views.stepMs);
        if (observer !== undefined && step < steps) {
            found[observer].push(step);
        }
    }
    found.forEach((own) => own.sort((one, other) => one - other));
    return found;
}

/**
 * Whether one of some steps is later than `after`, and not later than `until`.
 *
 * @param {number[]} steps
 * @param {number} after
 * @param {number} until
 */
function isBetween(steps, after, until) {
    return steps.some((step) => step > after && step <= until);
}

/** @typedef {{steps: number[], pairs: number[], codes: number[]}} Forgotten what pairs held until a step */

/**
 * All that processes forget as they start anew.
 *
 * @param {import("./views.js").Views} views
 * @param {Int32Array} known
 * @param {number[][]} restarts
 */
function forgottenBy(views, known, restarts) {
    const {sequences, sequenceStarts, codes, steps} = views;
    const n = views.members.length;
    /** @type {Forgotten} */
    const found = {steps: [], pairs: [], codes: []};
    if (restarts.every((own) => !own.length)) {
        return found;
    }
    let at = 0;
    for (let pair = 0; pair < n * n; ++pair) {
        const [subject, observer] = [Math.floor(pair / n), pair % n];
        let held = known[observer] >= 0 && known[observer] === known[subject] ? ALIVE : UNKNOWN;
        let place = sequenceStarts[sequences[pair]];
        const end = sequenceStarts[sequences[pair] + 1];
        for (const step of subject === observer ? [] : restarts[observer]) {
            for (; place < end && steps[at] < step; ++place, ++at) {
                held = codes[place];
            }
            if (held !== UNKNOWN) {
                found.steps.push(step);
                found.pairs.push(pair);
                found.codes.push(held);
                held = UNKNOWN;
            }
        }
        at += end - place;
    }
    return found;
}

/**
 * @param {Uint32Array} tally
 * @param {Forgotten} forgotten
 */
function withForgotten(tally, forgotten) {
    const whole = tally.slice();
    for (const step of forgotten.steps) {
        ++whole[step * VIEWS + UNKNOWN];
    }
    return whole;
}

/**
 * @param {Uint32Array} tally
 * @param {number} steps
 */
function firstOfSteps(tally, steps) {
    const starts = new Uint32Array(steps + 1);
    for (let step = 0; step < steps; ++step) {
        let sum = starts[step];
        for (let view = 0; view < VIEWS; ++view) {
            sum += tally[step * VIEWS + view];
        }
        starts[step + 1] = sum;
    }
    return starts;
}
