// SPDX-License-Identifier: MIT
//
// Where routers and members stand in the picture of the network, in pixels.
//
// Routers stand where the record puts them. Members gather around theirs like the seeds of a sunflower;
// where routers with members stand in one row (leaves under spines), theirs hang below in columns.

/** @typedef {{x: number, y: number}} Place */
/** @typedef {{routers: Place[], members: Place[], radius: number}} Layout */

const GOLDEN = Math.PI * (3 - Math.sqrt(5));
const MOST_RADIUS_PX = 7;
const MOST_PITCH_PX = 34;
const RING_AT_MOST = 150;
const MARGIN = 0.14;

/**
 * @param {Topology} topology
 * @param {number} width
 * @param {number} height
 * @returns {Layout}
 */
export function layoutOf(topology, width, height) {
    const held = topology.routers.map(() => /** @type {number[]} */ ([]));
    topology.of_member.forEach((router, member) => held[router].push(member));
    const withMembers = held.map((_, router) => router).filter((router) => held[router].length);
    const ys = new Set(withMembers.map((router) => topology.routers[router][2]));
    const hang = !topology.map && ys.size === 1 && withMembers.length > 1;
    const margin = Math.min(width, height) * MARGIN;
    const routers = routerPlaces(topology, width, height * (hang ? 0.45 : 1),
        hang ? Math.min(width / withMembers.length / 2, width / 4) : margin,
        hang ? margin * 0.45 : margin);
    const members = new Array(topology.of_member.length);
    const room = hang ? width / withMembers.length / 2 :
        roomOf(routers, withMembers, width, height);
    const most = Math.max(...held.map((each) => each.length), 1);
    if (hang) {
        const radius = hanging(routers, held, members, room, height);
        return {routers, members, radius};
    }
    if (withMembers.length === 1 && most <= RING_AT_MOST) {
        const radius = ring(routers[withMembers[0]], held[withMembers[0]], members,
            Math.min(width, height) * 0.36);
        return {routers, members, radius};
    }
    const radius = Math.max(1, Math.min(MOST_RADIUS_PX, room / (Math.sqrt(most) * 2.4)));
    for (const router of withMembers) {
        held[router].forEach((member, place) => {
            const far = radius * 2.1 * Math.sqrt(place + 0.8);
            members[member] = {
                x: routers[router].x + far * Math.cos(place * GOLDEN),
                y: routers[router].y + far * Math.sin(place * GOLDEN),
            };
        });
    }
    return {routers, members, radius};
}

/**
 * All members of one hub around it, the first at the top.
 *
 * @param {Place} hub
 * @param {number[]} held
 * @param {Place[]} members
 * @param {number} far
 * @returns {number} the radius of a member
 */
function ring(hub, held, members, far) {
    held.forEach((member, place) => {
        const angle = place / held.length * 2 * Math.PI - Math.PI / 2;
        members[member] = {x: hub.x + far * Math.cos(angle), y: hub.y + far * Math.sin(angle)};
    });
    return Math.max(2, Math.min(MOST_RADIUS_PX * 2.4, far * Math.PI / held.length * 0.6));
}

/**
 * @param {Topology} topology
 * @param {number} width
 * @param {number} height
 * @param {number} aside room at either side
 * @param {number} above room above and below
 * @returns {Place[]}
 */
function routerPlaces(topology, width, height, aside, above) {
    const xs = topology.routers.map((router) => router[1]);
    const ys = topology.routers.map((router) => router[2]);
    const [left, right] = [Math.min(...xs), Math.max(...xs)];
    const [bottom, top] = [Math.min(...ys), Math.max(...ys)];
    let [across, up] = [(width - 2 * aside) / (right - left || 1),
        (height - 2 * above) / (top - bottom || 1)];
    if (topology.map) {
        const stretch = 1 / Math.max(0.2, Math.cos((bottom + top) / 2 * Math.PI / 180));
        up = Math.min(up, across * stretch);
        across = up / stretch;
    }
    return topology.routers.map((router) => ({
        x: left === right ? width / 2 : width / 2 + (router[1] - (left + right) / 2) * across,
        y: bottom === top ? height / 2 : height / 2 - (router[2] - (bottom + top) / 2) * up,
    }));
}

/**
 * Half of the usual distance between a router with members and the next.
 *
 * @param {Place[]} routers
 * @param {number[]} withMembers
 * @param {number} width
 * @param {number} height
 */
function roomOf(routers, withMembers, width, height) {
    const nearest = withMembers.map((one) => Math.min(...withMembers.map((other) =>
        one === other ? Infinity :
            Math.hypot(routers[one].x - routers[other].x, routers[one].y - routers[other].y))));
    nearest.sort((one, other) => one - other);
    const usual = nearest[Math.floor(nearest.length / 3)];
    const edge = Math.min(...withMembers.map((router) => {
        const {x, y} = routers[router];
        return Math.min(x, width - x, y, height - y);
    }));
    return Math.min(Number.isFinite(usual) ? usual / 2 : Infinity, edge);
}

/**
 * @param {Place[]} routers
 * @param {number[][]} held
 * @param {Place[]} members
 * @param {number} room
 * @param {number} height
 * @returns {number} the radius of a member
 */
function hanging(routers, held, members, room, height) {
    const most = Math.max(...held.map((each) => each.length), 1);
    const base = Math.max(...routers.map((router) => router.y));
    const depth = height - base - 24;
    const strip = room * 2 * 0.86;
    const pitchOf = (/** @type {number} */ columns) =>
        Math.min(strip / columns, depth / Math.ceil(most / columns), MOST_PITCH_PX);
    let columns = 1;
    for (let more = 2; more <= most; ++more) {
        columns = pitchOf(more) > pitchOf(columns) ? more : columns;
    }
    const pitch = pitchOf(columns);
    held.forEach((each, router) => each.forEach((member, place) => {
        members[member] = {
            x: routers[router].x + (place % columns - (Math.min(columns, most) - 1) / 2) * pitch,
            y: base + 16 + Math.floor(place / columns) * pitch,
        };
    }));
    return Math.max(1, Math.min(pitch * 0.42, MOST_RADIUS_PX * 2));
}
