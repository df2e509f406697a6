import type { Clock } from '../ports.ts';

/** Ways in which an exchange fails its clients, switched on by tests. */
export const FAULT_KINDS = ['maintenance', 'rateLimit', 'unreachable', 'malformed', 'slow'] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export type Fault = {
  readonly kind: FaultKind;
  /** Requests whose path begins with this; `/` is the whole exchange. */
  readonly path: string;
  /** How many requests it still hits; null until cleared. */
  readonly count: number | null;
  /** Of `slow` only. */
  readonly delayMs: number;
};

export interface Faults {
  set(fault: Fault): void;
  /** Null clears every kind. */
  clear(kind: FaultKind | null): void;
  list(): readonly Fault[];
  /** What strikes this request, counted down; of several on one path all strike. */
  strike(path: string): readonly Fault[];
  /** How far the exchange's time, as clients see it, is ahead of the practice clock. */
  skewMs(): number;
  setSkewMs(skewMs: number): void;
}

export function createFaults(): Faults {
  let faults: Fault[] = [];
  let skewMs = 0;
  return {
    set(fault) {
      faults = [...faults.filter(({ kind, path }) => kind !== fault.kind || path !== fault.path), fault];
    },
    clear(kind) {
      faults = kind === null ? [] : faults.filter((fault) => fault.kind !== kind);
      if (kind === null) skewMs = 0;
    },
    list: () => faults,
    strike(path) {
      if (faults.length === 0) return [];
      const struck = faults.filter((fault) => path.startsWith(fault.path));
      faults = faults
        .map((fault) => (struck.includes(fault) && fault.count !== null ? { ...fault, count: fault.count - 1 } : fault))
        .filter(({ count }) => count === null || count > 0);
      return struck;
    },
    skewMs: () => skewMs,
    setSkewMs(value) {
      skewMs = value;
    },
  };
}

/** The time as clients of the exchange are told it. */
export function skewedClock(clock: Clock, faults: Faults): Clock {
  return { nowMs: () => clock.nowMs() + faults.skewMs() };
}

/** Addresses that tests want requests of a key to come from. */
export interface PretendedAddresses {
  /** `count` null: until cleared. `address` null clears. */
  set(publicKey: string, address: string | null, count: number | null): void;
  take(publicKey: string): string | null;
}

export function createPretendedAddresses(): PretendedAddresses {
  const byKey = new Map<string, { readonly address: string; readonly count: number | null }>();
  return {
    set(publicKey, address, count) {
      if (address === null) byKey.delete(publicKey);
      else byKey.set(publicKey, { address, count });
    },
    take(publicKey) {
      const found = byKey.get(publicKey);
      if (found === undefined) return null;
      if (found.count !== null && found.count <= 1) byKey.delete(publicKey);
      else if (found.count !== null) byKey.set(publicKey, { ...found, count: found.count - 1 });
      return found.address;
    },
  };
}
