// SPDX-License-Identifier: MIT
//
// In which order members stand in the matrix: what belongs together should stand together.

/** @typedef {"name" | "router" | "side" | "trouble"} OrderName */

/** @type {[OrderName, string][]} */
export const ORDERS = [
    ["name", "by name"],
    ["trouble", "who was in trouble first"],
    ["router", "by router"],
    ["side", "by side of the partition"],
];

/**
 * Places of the shown members; equals stay in the order of their numbers.
 *
 * @param {OrderName} name
 * @param {About} about
 * @param {ArrayLike<number>} shown
 */
export function orderOf(name, about, shown) {
    const key = keyOf(name, about);
    const places = Array.from({length: shown.length}, (_, place) => place);
    places.sort((one, other) => key(shown[one]) - key(shown[other]) || one - other);
    return Uint32Array.from(places);
}

/**
 * @param {OrderName} name
 * @param {About} about
 * @returns {(member: number) => number}
 */
function keyOf(name, about) {
    if (name === "router" && about.topology) {
        const routers = about.topology.of_member;
        return (member) => routers[member];
    }
    if (name === "side") {
        const cut = about.faults.find((fault) => fault.verb === "partition");
        const side = new Map();
        ((cut && cut.sides) || []).forEach((members, number) => members.forEach((member) =>
            side.set(member, number)));
        return (member) => (side.has(member) ? side.get(member) : Infinity) || 0;
    }
    if (name === "trouble") {
        /** @type {Map<number, number>} */
        const first = new Map();
        about.incidents.forEach((incident, place) => {
            if (incident.kind !== "cut-off death" && !first.has(incident.subject)) {
                first.set(incident.subject, place);
            }
        });
        return (member) => {
            const place = first.get(member);
            return place === undefined ? about.incidents.length : place;
        };
    }
    return () => 0;
}
