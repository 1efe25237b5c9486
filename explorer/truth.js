// SPDX-License-Identifier: MIT
//
// What is so at a moment, whatever members believe: who runs, who stands still, who is cut off.

export const RUNNING = 1;
export const PAUSED = 2;
export const STALLED = 4;
export const UNPLUGGED = 8;
export const DISTURBED = 16;

/** Moves forth and back in time; `flags` and `sides` are as at `timeS`. */
export class Truth {
    /** @param {About} about */
    constructor(about) {
        this.about = about;
        /** @type {Uint8Array} by member */
        this.flags = Uint8Array.from(about.initial);
        /** @type {Int8Array | null} the side of each while the network is parted */
        this.sides = null;
        /** @type {Fault | null} */
        this.partition = null;
        this.next = 0;
        this.timeS = -1;
    }

    /** @param {number} timeS just after all that happened then */
    seek(timeS) {
        if (timeS < this.timeS) {
            this.flags.set(this.about.initial);
            this.next = 0;
        }
        const changes = this.about.health;
        while (this.next < changes.length && changes[this.next][0] <= timeS) {
            this.flags[changes[this.next][1]] = changes[this.next][2];
            ++this.next;
        }
        this.timeS = timeS;
        const cut = faultsAt(this.about, timeS).find((fault) => fault.verb === "partition") || null;
        if (cut !== this.partition) {
            this.partition = cut;
            this.sides = cut && sidesOf(cut, this.about.names.length);
        }
    }
}

/**
 * @param {Fault} cut
 * @param {number} members
 * @returns {Int8Array} -1: on no side
 */
function sidesOf(cut, members) {
    const sides = new Int8Array(members).fill(-1);
    cut.sides.forEach((side, number) => {
        for (const member of side) {
            sides[member] = number;
        }
    });
    return sides;
}

/**
 * What goes on at a time; moments do not go on.
 *
 * @param {About} about
 * @param {number} timeS
 */
export function faultsAt(about, timeS) {
    return about.faults.filter((fault) => fault.from_s <= timeS &&
        (fault.to_s === null || timeS < fault.to_s));
}
