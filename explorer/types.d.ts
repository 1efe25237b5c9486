// SPDX-License-Identifier: MIT
//
// What analysis/explore/page.py writes into the page, and what TypeScript's library does not know yet.

interface Packed {
    n: number;
    planes: number;
    /** Letters, in as many parts as they come in. */
    data: string | string[];
}

interface PackedViews {
    members: Packed;
    step_ms: number;
    changes: number;
    sequence_lengths: Packed;
    sequence_codes: Packed;
    sequences: Packed;
    sources: Packed;
    list_lengths: Packed;
    lists: Packed;
    incarnations: Packed;
    lowest: Packed;
    bases: Packed;
    times: Packed;
}

interface PackedRun {
    about: string | string[];
    words: string;
    views: PackedViews;
}

/** Name, value, unit, place in metrics.json. */
type Figure = [string, number | null, string, string];

/** Text, the lines that show its rows, whether rows prove it. */
type WhyStep = [string, number[], boolean];

interface Why {
    headline: string;
    causes: {[what: string]: string};
    traced: boolean;
    steps: WhyStep[];
}

/** A row of a sequence diagram; see analysis/explore/sequence.py. */
interface Line {
    /** Seconds. */
    t: number;
    k: "view" | "message" | "timer" | "truth";
    c: string;
    /** The lifeline, -1: none. */
    a: number;
    m: number;
    s?: number;
    w?: number;
    i?: number;
    b?: number;
    p?: number;
    r?: number | null;
    l?: string;
    q?: number;
    h?: number;
    d?: string;
}

interface Incident {
    kind: string;
    t: number;
    end: number | null;
    subject: number;
    incarnation: number;
    title: string;
    numbers: Figure[];
    rows: number;
    why?: Why;
    members?: number[];
    lines?: Line[];
    words?: string;
}

interface Fault {
    verb: string;
    value: string;
    from_s: number;
    to_s: number | null;
    members: number[] | null;
    sides: number[][];
    peers: number[];
}

interface Topology {
    kind: string;
    map: boolean;
    /** Label, x, y, region. */
    routers: [string, number, number, string][];
    /** From, to, delay. */
    links: [number, number, number][];
    of_member: number[];
}

interface About {
    name: string;
    title: string;
    question: string;
    facts: string[];
    names: string[];
    simulated_s: number;
    converged: boolean;
    groups: number[];
    initial: number[];
    /** Seconds, member, flags. */
    health: [number, number, number][];
    restarts: [number, number][];
    faults: Fault[];
    topology: Topology | null;
    numbers: Figure[];
    counts: {[kind: string]: number};
    traced: boolean;
    incidents: Incident[];
}

/** Of any length and width. */
type Numbers = Uint8Array | Uint16Array | Uint32Array;

/** In browsers since 2023, in node since 18. */
declare class DecompressionStream {
    constructor(format: "deflate" | "gzip" | "deflate-raw");
    readonly readable: ReadableStream;
    readonly writable: WritableStream;
}

interface Window {
    /** What the page says of itself to tests and to the curious. */
    swimlab: {
        ready: boolean;
        openedMs: number;
        state: () => {t: number; incident: string; follow: number; counts: number[][]};
        measure: (durationMs: number) => Promise<import("./speed.js").Speed>;
    };
}
