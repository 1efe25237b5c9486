// SPDX-License-Identifier: MIT
//
// The members on a ring, what the others think of each, and the messages that fly between them.
//
// Messages take milliseconds: at the speed of life nobody would see one. So each is shown for a
// third of a second at least, from when it was sent; and of very many, some.

import {FLIGHT_BYTES} from "./core.js";
import {DOWN, PAUSED, RUNNING, STALLED} from "./deeds.js";

/**
 * @typedef {import("./opinions.js").Opinions} Opinions
 * @typedef {import("./palette.js").Palette} Palette
 * @typedef {{from: number, to: number, kind: "probe" | "help" | "gossip" | "stream", lost: boolean,
 *     beganAt: number, lasts: number}} Flight
 */

const LEAST_MS = 380;
const MOST_FLIGHTS = 500;
const MOST_NEW = 60;
/** What a name takes of the ring. */
const NAME_ROOM = 26;

/** By TrafficKind of include/swim/traffic-kind.h. */
const KINDS = /** @type {const} */ ([
    "probe",  // ping
    "help",   // ping-req
    "probe",  // ack
    "help",   // nack
    "gossip",
    "stream",  // push-pull
    "stream",  // stream-ping
    "stream",  // stream-ack
    "stream",  // stream-user
]);

export class Ring {
    /** @param {HTMLCanvasElement} canvas */
    constructor(canvas) {
        this.canvas = canvas;
        /** @type {Flight[]} */
        this.flights = [];
        this.members = 0;
        /** Whether messages are drawn at all. */
        this.showsMessages = true;
    }

    clear() {
        this.flights = [];
    }

    /**
     * @param {Uint8Array} bytes as the core has them
     * @param {number} nowMs of the cluster
     * @param {number} speed how many milliseconds of the cluster a real one is
     * @param {number} realMs now
     */
    take(bytes, nowMs, speed, realMs) {
        if (!this.showsMessages) {
            return;
        }
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        const count = bytes.byteLength / FLIGHT_BYTES;
        // Evenly among all of them, and always the same ones: no dice here.
        const step = Math.max(1, count / MOST_NEW);
        for (let i = 0; i < count; i += step) {
            const at = Math.floor(i) * FLIGHT_BYTES;
            const sentMs = view.getFloat64(at, true) * 1000;
            const arrivesMs = view.getFloat64(at + 8, true) * 1000;
            const to = view.getUint16(at + 18, true);
            if (to === 0xffff) {
                continue;
            }
            this.flights.push({
                from: view.getUint16(at + 16, true),
                to,
                kind: KINDS[view.getUint8(at + 20)] ?? "gossip",
                lost: view.getUint8(at + 22) !== 0,
                beganAt: realMs - Math.min(200, (nowMs - sentMs) / speed),
                lasts: Math.max(LEAST_MS, (arrivesMs - sentMs) / speed),
            });
        }
        if (this.flights.length > MOST_FLIGHTS) {
            this.flights.splice(0, this.flights.length - MOST_FLIGHTS);
        }
    }

    /** @returns {{x: number, y: number, radius: number, dot: number}} the middle, and a dot */
    measure() {
        const side = Math.min(this.canvas.width, this.canvas.height);
        const radius = side * 0.37;
        const room = (2 * Math.PI * radius) / Math.max(1, this.members);
        const scale = devicePixelRatio;
        return {
            x: this.canvas.width / 2,
            y: this.canvas.height / 2,
            radius,
            dot: Math.max(1.2 * scale, Math.min(7 * scale, room * 0.36)),
        };
    }

    /** @param {number} member @returns {[number, number]} */
    placeOf(member) {
        const {x, y, radius} = this.measure();
        const angle = (2 * Math.PI * member) / this.members - Math.PI / 2;
        return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
    }

    /**
     * @param {number} px in pixels of the canvas
     * @param {number} py
     * @returns {number} the member there, or -1
     */
    memberAt(px, py) {
        const {x, y, radius} = this.measure();
        const distance = Math.hypot(px - x, py - y);
        if (Math.abs(distance - radius) > radius * 0.22 || this.members === 0) {
            return -1;
        }
        const angle = Math.atan2(py - y, px - x) + Math.PI / 2;
        const place = Math.round((angle / (2 * Math.PI)) * this.members);
        return (place + this.members) % this.members;
    }

    /**
     * @param {Opinions} opinions
     * @param {number} selected a member, or -1
     * @param {Palette} colours
     * @param {number} realMs now
     */
    draw(opinions, selected, colours, realMs) {
        this.members = opinions.members;
        const context = this.canvas.getContext("2d");
        if (!context) {
            return;
        }
        context.clearRect(0, 0, this.canvas.width, this.canvas.height);
        this.drawSides(context, opinions, colours);
        this.drawFlights(context, colours, realMs);
        const size = this.measure();
        // Names that would lie over each other are left out.
        const apart = NAME_ROOM * devicePixelRatio / (2 * Math.PI * size.radius / this.members);
        let lastNamed = -Infinity;
        for (let member = 0; member < this.members; ++member) {
            const isNamed = member - lastNamed >= apart && isNotable(opinions, member);
            lastNamed = isNamed ? member : lastNamed;
            this.drawMember(context, opinions, member, colours, size, isNamed);
        }
        if (selected >= 0) {
            this.drawSelected(context, selected, colours, size.dot);
            drawName(context, selected, size.x, size.y, colours.faint);
        }
    }

    /**
     * @param {CanvasRenderingContext2D} context
     * @param {Opinions} opinions
     * @param {Palette} colours
     */
    drawSides(context, opinions, colours) {
        const {x, y, radius} = this.measure();
        context.lineWidth = devicePixelRatio;
        context.strokeStyle = colours.line;
        context.beginPath();
        context.arc(x, y, radius, 0, 2 * Math.PI);
        context.stroke();
        const n = opinions.members;
        context.strokeStyle = colours.views.apart;
        context.lineWidth = 2.5 * devicePixelRatio;
        for (let member = 0; member < n; ++member) {
            const next = (member + 1) % n;
            if (opinions.sideOf(member) === opinions.sideOf(next)) {
                continue;
            }
            const angle = (2 * Math.PI * (member + 0.5)) / n - Math.PI / 2;
            context.beginPath();
            context.moveTo(x, y);
            context.lineTo(
                x + radius * 1.14 * Math.cos(angle), y + radius * 1.14 * Math.sin(angle));
            context.stroke();
        }
    }

    /**
     * @param {CanvasRenderingContext2D} context
     * @param {Palette} colours
     * @param {number} realMs
     */
    drawFlights(context, colours, realMs) {
        this.flights = this.flights.filter((flight) => realMs < flight.beganAt + flight.lasts);
        const {x, y} = this.measure();
        const scale = devicePixelRatio;
        context.lineCap = "round";
        for (const flight of this.flights) {
            const whole = Math.max(0, (realMs - flight.beganAt) / flight.lasts);
            const share = flight.lost ? Math.min(0.55, whole) : whole;
            const [x1, y1] = this.placeOf(flight.from);
            const [x2, y2] = this.placeOf(flight.to);
            const cx = x + ((x1 + x2) / 2 - x) * 0.55;
            const cy = y + ((y1 + y2) / 2 - y) * 0.55;
            /** @type {(t: number) => [number, number]} */
            const at = (t) => [(1 - t) * (1 - t) * x1 + 2 * t * (1 - t) * cx + t * t * x2,
                (1 - t) * (1 - t) * y1 + 2 * t * (1 - t) * cy + t * t * y2,
            ];
            const [hx, hy] = at(share);
            const [tx, ty] = at(Math.max(0, share - 0.22));
            context.globalAlpha = flight.lost ? 1 - whole * 0.6 : 1 - 0.35 * whole;
            context.strokeStyle = colours.messages[flight.kind];
            context.lineWidth = (flight.kind === "gossip" ? 1.4 : 1.9) * scale;
            if (flight.lost && whole > 0.55) {
                const arm = 3.2 * scale;
                context.strokeStyle = colours.views.wrong;
                context.beginPath();
                context.moveTo(hx - arm, hy - arm);
                context.lineTo(hx + arm, hy + arm);
                context.moveTo(hx + arm, hy - arm);
                context.lineTo(hx - arm, hy + arm);
                context.stroke();
                continue;
            }
            const alpha = context.globalAlpha;
            context.globalAlpha = alpha * 0.45;
            context.beginPath();
            context.moveTo(tx, ty);
            context.lineTo(hx, hy);
            context.stroke();
            context.globalAlpha = alpha;
            context.fillStyle = context.strokeStyle;
            context.beginPath();
            context.arc(hx, hy, context.lineWidth * 1.15, 0, 2 * Math.PI);
            context.fill();
        }
        context.globalAlpha = 1;
    }

    /**
     * A bar outwards says how many of those who run suspect it, and hold it for gone.
     * @param {CanvasRenderingContext2D} context
     * @param {Opinions} opinions
     * @param {number} member
     * @param {Palette} colours
     * @param {{x: number, y: number, radius: number, dot: number}} size
     * @param {boolean} isNamed
     */
    drawMember(context, opinions, member, colours, size, isNamed) {
        const angle = (2 * Math.PI * member) / opinions.members - Math.PI / 2;
        const cos = Math.cos(angle);
        const sin = Math.sin(angle);
        const others = Math.max(1, opinions.running - 1);
        const gone = (opinions.burying[member] ?? 0) / others;
        const suspect = (opinions.suspecting[member] ?? 0) / others;
        const condition = opinions.conditionOf(member);
        const wrong = (opinions.wronging[member] ?? 0) > 0;
        const bar = size.radius * 0.17;
        const from = size.radius + size.dot * 1.5;
        context.lineCap = "butt";
        context.lineWidth = Math.max(1, size.dot * 1.1);
        /** @type {(colour: string, begin: number, end: number) => void} */
        const stroke = (colour, begin, end) => {
            context.strokeStyle = colour;
            context.beginPath();
            context.moveTo(
                size.x + cos * (from + bar * begin), size.y + sin * (from + bar * begin));
            context.lineTo(size.x + cos * (from + bar * end), size.y + sin * (from + bar * end));
            context.stroke();
        };
        if (gone > 0) {
            const apart = !wrong && condition !== DOWN;
            const {views} = colours;
            stroke(wrong ? views.wrong : apart ? views.apart : views.gone, 0, gone);
        }
        if (suspect > 0) {
            stroke(colours.views.suspect, gone, gone + suspect);
        }
        drawDot(
            context,
            size.x + cos * size.radius,
            size.y + sin * size.radius,
            size.dot,
            condition,
            colours,
        );
        if (isNamed) {
            const far = from + bar * Math.min(1, gone + suspect) + 9 * devicePixelRatio;
            drawName(context, member, size.x + cos * far, size.y + sin * far, colours.ink);
        }
    }

    /**
     * @param {CanvasRenderingContext2D} context
     * @param {number} member
     * @param {Palette} colours
     * @param {number} dot
     */
    drawSelected(context, member, colours, dot) {
        const [x, y] = this.placeOf(member);
        context.strokeStyle = colours.accent;
        context.lineWidth = 2 * devicePixelRatio;
        context.beginPath();
        context.arc(x, y, dot + 4 * devicePixelRatio, 0, 2 * Math.PI);
        context.stroke();
    }
}

/**
 * Whether something is the matter with a member, or with what is thought of it.
 * @param {Opinions} opinions
 * @param {number} member
 */
function isNotable(opinions, member) {
    return opinions.conditionOf(member) !== RUNNING || (opinions.wronging[member] ?? 0) > 0;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} member
 * @param {number} x
 * @param {number} y
 * @param {string} colour
 */
function drawName(context, member, x, y, colour) {
    context.font = `600 ${10.5 * devicePixelRatio}px system-ui, sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillStyle = colour;
    const room = 14 * devicePixelRatio;
    const inside = Math.min(Math.max(x, room), context.canvas.width - room);
    context.fillText(`m${member}`, inside, y);
}

/**
 * What a member is, by shape: full, a cross, two bars, half.
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} r
 * @param {number} condition
 * @param {Palette} colours
 */
function drawDot(context, x, y, r, condition, colours) {
    context.fillStyle = colours.accent;
    context.strokeStyle = colours.ink;
    context.lineWidth = Math.max(devicePixelRatio, r * 0.32);
    if (condition === DOWN) {
        const arm = Math.max(r, 3.2 * devicePixelRatio);
        context.lineWidth = Math.max(context.lineWidth, 1.6 * devicePixelRatio);
        context.beginPath();
        context.moveTo(x - arm, y - arm);
        context.lineTo(x + arm, y + arm);
        context.moveTo(x + arm, y - arm);
        context.lineTo(x - arm, y + arm);
        context.stroke();
        return;
    }
    if (condition === PAUSED) {
        context.fillRect(x - r, y - r, r * 0.75, 2 * r);
        context.fillRect(x + r * 0.25, y - r, r * 0.75, 2 * r);
        return;
    }
    context.beginPath();
    context.arc(x, y, r, 0, condition === STALLED ? Math.PI : 2 * Math.PI);
    context.fill();
    if (condition === STALLED) {
        context.beginPath();
        context.arc(x, y, r, 0, 2 * Math.PI);
        context.strokeStyle = colours.accent;
        context.stroke();
    }
}
