// SPDX-License-Identifier: MIT
//
// Numbers and moments as a reader wants to see them.

export const NO_VALUE = "–";

/** @param {number} value */
export function count(value) {
    return String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/**
 * A moment or a delay, as fine as the step of what it is about.
 *
 * @param {number} value
 * @param {number} [stepMs]
 */
export function seconds(value, stepMs = 1) {
    const digits = stepMs >= 1000 ? 0 : stepMs >= 100 && stepMs % 100 === 0 ? 1 :
        stepMs >= 10 ? 2 : 3;
    return value.toFixed(digits);
}

/**
 * @param {number | null} value
 * @param {string} unit
 */
export function quantity(value, unit) {
    if (value === null) {
        return "never";
    }
    if (unit !== "s") {
        return Number.isInteger(value) ? count(value) : String(Number(value.toPrecision(3)));
    }
    const text = value >= 100 ? value.toFixed(1) : value >= 1 ? value.toFixed(2) : value.toFixed(3);
    return `${text} s`;
}

/**
 * @param {number} number
 * @param {string} one
 * @param {string} [many]
 */
export function several(number, one, many = `${one}s`) {
    return `${count(number)} ${number === 1 ? one : many}`;
}

/**
 * What was done, in words.
 *
 * @param {Fault} fault
 * @param {string[]} names
 */
export function faultWords(fault, names) {
    const verb = fault.verb.replace(/_/g, " ");
    const value = fault.value ? ` ${fault.value}` : "";
    if (fault.verb === "partition") {
        return `partition: ${fault.sides.map((side) => count(side.length)).join(" against ")}`;
    }
    const whom = fault.members === null ? "everybody" :
        fault.members.length === 1 ? names[fault.members[0]] :
            several(fault.members.length, "member");
    return `${verb}${value}: ${whom}`;
}
