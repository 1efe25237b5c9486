// SPDX-License-Identifier: MIT
//
// The network with what its members hold of one of them: how news of a crash spreads over it.
//
// A member is a dot in the colour of its view, of a shape by its side while the network is parted, with
// a ring where its own network is worse than that of the others. Messages of the opened incident fly.

import { CLASS_ALIVE, CLASS_OFF, CLASS_UNKNOWN, classTable, healthOf } from "./classes.js";
import { DISTURBED, PAUSED, RUNNING, STALLED, UNPLUGGED } from "./truth.js";
import { layoutOf } from "./layout.js";

const LABELS_AT_MOST = 40;
const SCHEMATIC_LABELS_AT_MOST = 12;
const STUBS_AT_MOST = 150;
const LEAST_RIM_PX = 2.5;
const NAMES_AT_MOST = 40;
const FLIGHT_S = 0.25;

export class Network {
    /**
     * @param {HTMLCanvasElement} canvas
     * @param {import("./replay.js").Replay} replay
     * @param {About} about
     */
    constructor(canvas, replay, about) {
        this.canvas = canvas;
        this.replay = replay;
        this.about = about;
        this.table = classTable();
        /** @type {Map<number, number>} places among the shown, by member */
        this.placeOf = new Map();
        replay.views.members.forEach((member, place) => this.placeOf.set(member, place));
        /** @type {number} whose news is followed; -1: nobody's */
        this.follow = -1;
        /** @type {Line[]} */
        this.messages = [];
        /** @type {import("./layout.js").Layout | null} */
        this.layout = null;
        this.scale = 1;
        /** Who knows that the followed member is gone, of those who run and are shown. */
        this.knowing = 0;
        this.asked = 0;
    }

    /** @param {number} width @param {number} height in CSS pixels @param {number} scale */
    resize(width, height, scale) {
        this.scale = scale;
        this.canvas.width = Math.round(width * scale);
        this.canvas.height = Math.round(height * scale);
        this.canvas.style.height = `${height}px`;
        this.layout = this.about.topology &&
            layoutOf(this.about.topology, this.canvas.width, this.canvas.height);
    }

    /**
     * @param {import("./truth.js").Truth} truth
     * @param {import("./palette.js").Palette} palette
     */
    draw(truth, palette) {
        const context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
        context.clearRect(0, 0, this.canvas.width, this.canvas.height);
        this._count(truth);
        if (!this.layout || !this.about.topology) {
            return;
        }
        this._links(context, this.layout, truth, palette);
        this._members(context, this.layout, truth, palette);
        this._labels(context, this.layout, palette);
        this._flying(context, this.layout, truth.timeS, palette);
    }

    /** @param {number} member */
    _code(member) {
        const observer = this.placeOf.get(member);
        const subject = this.placeOf.get(this.follow);
        return observer === undefined || subject === undefined ? -1 :
            this.replay.state[subject * this.replay.members + observer];
    }

    /** @param {import("./truth.js").Truth} truth */
    _count(truth) {
        this.knowing = 0;
        this.asked = 0;
        for (const member of this.placeOf.keys()) {
            if (member !== this.follow && truth.flags[member] & RUNNING) {
                ++this.asked;
                this.knowing += (this._code(member) & 7) >= 3 ? 1 : 0;
            }
        }
    }

    /**
     * @param {CanvasRenderingContext2D} context
     * @param {import("./layout.js").Layout} layout
     * @param {import("./truth.js").Truth} truth
     * @param {import("./palette.js").Palette} palette
     */
    _links(context, layout, truth, palette) {
        const topology = /** @type {Topology} */ (this.about.topology);
        const sides = this._sidesOfRouters(truth);
        for (const cut of [false, true]) {
            context.beginPath();
            for (const [from, to] of topology.links) {
                const parted = sides !== null && sides[from] >= 0 && sides[to] >= 0 &&
                    sides[from] !== sides[to];
                if (parted === cut) {
                    context.moveTo(layout.routers[from].x, layout.routers[from].y);
                    context.lineTo(layout.routers[to].x, layout.routers[to].y);
                }
            }
            context.strokeStyle = cut ? palette.views[5] : palette.line;
            context.lineWidth = (cut ? 2 : 1) * this.scale;
            context.setLineDash(cut ? [5 * this.scale, 4 * this.scale] : []);
            context.stroke();
        }
        context.setLineDash([]);
        if (layout.members.length <= STUBS_AT_MOST) {
            this._stubs(context, layout, truth, palette);
        }
        context.fillStyle = palette.muted;
        for (const {x, y} of layout.routers) {
            context.fillRect(x - 2.5 * this.scale, y - 2.5 * this.scale, 5 * this.scale,
                5 * this.scale);
        }
    }

    /**
     * Above the members of each, which would hide them.
     *
     * @param {CanvasRenderingContext2D} context
     * @param {import("./layout.js").Layout} layout
     * @param {import("./palette.js").Palette} palette
     */
    _labels(context, layout, palette) {
        const topology = /** @type {Topology} */ (this.about.topology);
        if (topology.routers.length > LABELS_AT_MOST ||
            (!topology.map && topology.routers.length > SCHEMATIC_LABELS_AT_MOST)) {
            return;
        }
        const tops = layout.routers.map(({y}) => y - 3 * this.scale);
        topology.of_member.forEach((router, member) => {
            tops[router] = Math.min(tops[router], layout.members[member].y - layout.radius);
        });
        context.font = `600 ${10.5 * this.scale}px "DejaVu Sans", sans-serif`;
        context.textAlign = "center";
        context.textBaseline = "alphabetic";
        context.lineWidth = 3 * this.scale;
        context.lineJoin = "round";
        topology.routers.forEach((router, place) => {
            const hub = topology.routers.length === 1;
            const y = hub ? layout.routers[place].y + 16 * this.scale :
                tops[place] - 5 * this.scale;
            context.strokeStyle = palette.panel;
            context.strokeText(router[0], layout.routers[place].x, y);
            context.fillStyle = palette.muted;
            context.fillText(router[0], layout.routers[place].x, y);
        });
    }

    /**
     * The links of members to their routers, coloured where something is wrong with them.
     *
     * @param {CanvasRenderingContext2D} context
     * @param {import("./layout.js").Layout} layout
     * @param {import("./truth.js").Truth} truth
     * @param {import("./palette.js").Palette} palette
     */
    _stubs(context, layout, truth, palette) {
        const topology = /** @type {Topology} */ (this.about.topology);
        layout.members.forEach((place, member) => {
            const router = layout.routers[topology.of_member[member]];
            const bad = truth.flags[member] & (DISTURBED | UNPLUGGED);
            context.strokeStyle = bad ? palette.fault : palette.line;
            context.lineWidth = (bad ? 2.5 : 1) * this.scale;
            context.setLineDash(bad ? [6 * this.scale, 4 * this.scale] : []);
            context.beginPath();
            context.moveTo(router.x, router.y);
            context.lineTo(place.x, place.y);
            context.stroke();
        });
        context.setLineDash([]);
    }

    /**
     * The side of each router whose members are all on one; -1: of none or several.
     *
     * @param {import("./truth.js").Truth} truth
     */
    _sidesOfRouters(truth) {
        const {sides} = truth;
        const topology = /** @type {Topology} */ (this.about.topology);
        if (!sides) {
            return null;
        }
        const found = topology.routers.map(() => -2);
        topology.of_member.forEach((router, member) => {
            const side = sides[member];
            found[router] = found[router] === -2 || found[router] === side ? side : -1;
        });
        return found;
    }

    /**
     * @param {CanvasRenderingContext2D} context
     * @param {import("./layout.js").Layout} layout
     * @param {import("./truth.js").Truth} truth
     * @param {import("./palette.js").Palette} palette
     */
    _members(context, layout, truth, palette) {
        const health = this.follow >= 0 ? healthOf(truth.flags[this.follow]) : 0;
        const radius = layout.radius;
        layout.members.forEach((place, member) => {
            const flags = truth.flags[member];
            const code = this._code(member);
            const found = !(flags & RUNNING) ? CLASS_OFF : this.follow < 0 ? CLASS_ALIVE :
                code < 0 ? CLASS_UNKNOWN : this.table[health * 64 + code];
            const strong = found !== CLASS_ALIVE && found !== CLASS_OFF && found !== CLASS_UNKNOWN;
            const size = radius * (strong ? 1.15 : 1);
            context.beginPath();
            outline(context, place.x, place.y, size, truth.sides ? truth.sides[member] : 0);
            context.fillStyle = palette.views[found];
            context.fill();
            if (radius > LEAST_RIM_PX * this.scale) {
                context.strokeStyle = palette.rim;
                context.lineWidth = 0.75 * this.scale;
                context.stroke();
            }
            if (!(flags & RUNNING)) {
                cross(context, place.x, place.y, radius, palette.ink, this.scale);
            } else if (flags & (DISTURBED | UNPLUGGED | STALLED | PAUSED)) {
                context.strokeStyle = palette.fault;
                context.lineWidth = 1.5 * this.scale;
                context.setLineDash(flags & UNPLUGGED ? [2 * this.scale, 2 * this.scale] : []);
                context.beginPath();
                context.arc(place.x, place.y, radius + 2 * this.scale, 0, 2 * Math.PI);
                context.stroke();
                context.setLineDash([]);
            }
        });
        if (layout.members.length <= NAMES_AT_MOST) {
            this._names(context, layout, truth, palette);
        }
        const followed = layout.members[this.follow];
        if (followed) {
            context.strokeStyle = palette.ink;
            context.lineWidth = 2 * this.scale;
            context.beginPath();
            context.arc(followed.x, followed.y, radius + 5 * this.scale, 0, 2 * Math.PI);
            context.stroke();
        }
    }

    /**
     * @param {CanvasRenderingContext2D} context
     * @param {import("./layout.js").Layout} layout
     * @param {import("./truth.js").Truth} truth
     * @param {import("./palette.js").Palette} palette
     */
    _names(context, layout, truth, palette) {
        const topology = /** @type {Topology} */ (this.about.topology);
        context.fillStyle = palette.ink;
        context.font = `${11 * this.scale}px "DejaVu Sans", sans-serif`;
        context.textBaseline = "middle";
        context.textAlign = "center";
        const high = 12 * this.scale;
        /** @type {[number, number, number][]} middles and widths of what is written */
        const written = [];
        for (const member of this._byInterest(truth)) {
            const place = layout.members[member];
            const router = layout.routers[topology.of_member[member]];
            const far = Math.hypot(place.x - router.x, place.y - router.y) || 1;
            const out = layout.radius + 17 * this.scale;
            const [x, y] = [place.x + (place.x - router.x) / far * out,
                place.y + (place.y - router.y) / far * out];
            const wide = context.measureText(this.about.names[member]).width + 3 * this.scale;
            if (written.every(([otherX, otherY, otherWide]) => Math.abs(y - otherY) >= high ||
                Math.abs(x - otherX) >= (wide + otherWide) / 2)) {
                written.push([x, y, wide]);
                context.fillText(this.about.names[member], x, y);
            }
        }
    }

    /**
     * All members: where there is no room for each name, those of the first are written.
     *
     * @param {import("./truth.js").Truth} truth
     */
    _byInterest(truth) {
        const rank = (/** @type {number} */ member) => member === this.follow ? 0 :
            truth.flags[member] === RUNNING ? 2 : 1;
        return this.about.names.map((_, member) => member).sort((one, other) =>
            rank(one) - rank(other) || one - other);
    }

    /**
     * @param {CanvasRenderingContext2D} context
     * @param {import("./layout.js").Layout} layout
     * @param {number} timeS
     * @param {import("./palette.js").Palette} palette
     */
    _flying(context, layout, timeS, palette) {
        for (const message of this.messages) {
            const from = layout.members[message.m];
            const to = layout.members[message.p === undefined ? -1 : message.p];
            const arrived = typeof message.r === "number" ? message.r : message.t + FLIGHT_S;
            const endS = Math.max(arrived, message.t + FLIGHT_S);
            if (!from || !to || timeS < message.t || timeS > endS) {
                continue;
            }
            const lost = message.r === null;
            const share = Math.min(1, (timeS - message.t) / (endS - message.t)) * (lost ? 0.5 : 1);
            const [x, y] = [from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share];
            context.strokeStyle = lost ? palette.views[5] : palette.accent;
            context.lineWidth = 1.5 * this.scale;
            context.beginPath();
            context.moveTo(from.x, from.y);
            context.lineTo(x, y);
            context.stroke();
            if (lost) {
                cross(context, x, y, 4 * this.scale, palette.views[5], this.scale * 1.5);
            } else {
                context.fillStyle = palette.accent;
                context.beginPath();
                context.arc(x, y, 3 * this.scale, 0, 2 * Math.PI);
                context.fill();
            }
        }
    }

    /**
     * The member at a place of the canvas; -1: none.
     *
     * @param {number} x in CSS pixels
     * @param {number} y
     */
    memberAt(x, y) {
        if (!this.layout) {
            return -1;
        }
        let found = -1;
        let nearest = Math.pow(this.layout.radius + 4 * this.scale, 2);
        this.layout.members.forEach((place, member) => {
            const far = Math.pow(place.x - x * this.scale, 2) +
                Math.pow(place.y - y * this.scale, 2);
            if (far < nearest) {
                nearest = far;
                found = member;
            }
        });
        return found;
    }
}

/**
 * A shape a side, so that colour stays free for views.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} size
 * @param {number} side
 */
function outline(context, x, y, size, side) {
    if (side === 1) {
        context.rect(x - size * 0.9, y - size * 0.9, size * 1.8, size * 1.8);
    } else if (side === 2) {
        context.moveTo(x, y - size * 1.2);
        context.lineTo(x + size * 1.2, y);
        context.lineTo(x, y + size * 1.2);
        context.lineTo(x - size * 1.2, y);
    } else if (side > 2) {
        context.moveTo(x, y - size * 1.2);
        context.lineTo(x + size * 1.1, y + size * 0.9);
        context.lineTo(x - size * 1.1, y + size * 0.9);
    } else {
        context.arc(x, y, size, 0, 2 * Math.PI);
    }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} size
 * @param {string} colour
 * @param {number} width
 */
function cross(context, x, y, size, colour, width) {
    context.strokeStyle = colour;
    context.lineWidth = 1.5 * width;
    context.beginPath();
    context.moveTo(x - size, y - size);
    context.lineTo(x + size, y + size);
    context.moveTo(x + size, y - size);
    context.lineTo(x - size, y + size);
    context.stroke();
}
