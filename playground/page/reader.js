// SPDX-License-Identifier: MIT
//
// What the reader does to the clusters.

import {byId, say} from "./dom.js";
import {wordsOf} from "./timeline.js";

/** @typedef {import("./app.js").App} App */

export class Reader {
    /** @param {App} app */
    constructor(app) {
        this.app = app;
    }

    /** What a story has planned does not happen any more: the story is the reader's. */
    takeOver() {
        if (this.app.telling.dropPlanned()) {
            this.app.guide.leave();
        }
    }

    /**
     * @param {string} verb
     * @param {readonly number[] | string} operand
     */
    act(verb, operand = "") {
        this.takeOver();
        const text = this.app.telling.act(verb, operand);
        say(text === "" ? "That changes nothing." : wordsOf(text));
        this.app.showDeeds(Infinity);
        this.app.draw(performance.now());
    }

    /** @param {string} verb @param {number} member */
    hit(verb, member) {
        this.takeOver();
        const {deeds} = this.app.telling;
        const undoing = /** @type {Record<string, string>} */ (
            {crash: "restart", leave: "restart", pause: "resume", stall: "unstall"})[verb];
        const done = deeds.canHit(verb, member) || undoing === undefined ? verb : undoing;
        this.select(member);
        this.act(done, [member]);
    }

    /** @param {string} verb */
    hitSelected(verb) {
        if (this.app.selected >= 0) {
            this.hit(verb, this.app.selected);
        }
    }

    hitRandom() {
        this.takeOver();
        const {deeds, settings} = this.app.telling;
        const can = [...Array(settings.common.members).keys()].filter(
            (member) => deeds.canHit(this.app.tool, member));
        const member = can[Math.floor(Math.random() * can.length)];
        if (member !== undefined) {
            this.hit(this.app.tool, member);
        }
    }

    partition() {
        const share = Number(byId("cut", HTMLSelectElement).value);
        const {members} = this.app.telling.settings.common;
        this.act("partition", [...Array(Math.max(1, Math.round(members * share))).keys()]);
    }

    /** @param {number} member */
    select(member) {
        this.app.selected =
            Number.isInteger(member) && member < this.app.telling.settings.common.members ? member :
                                                                                            -1;
        byId("member", HTMLInputElement).value =
            this.app.selected < 0 ? "" : `${this.app.selected}`;
        const panel = this.app.panels[0];
        if (this.app.selected >= 0 && panel) {
            say(panel.sayOf(this.app.selected));
        }
        this.app.draw(performance.now());
    }
}
