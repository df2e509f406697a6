/**
 * Parts that outlive their place. A window that grows narrow gives each of them another one, and what is typed, asked or
 * open in them goes along: each stands in an element of its own, which is put where the layout wants it.
 */

import { type ReactNode, useCallback, useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';

type Lasting<Name extends string> = {
  /** Where each is to stand; at most one place of each at a time. */
  readonly places: Readonly<Record<Name, ReactNode>>;
  /** To be rendered once, above every layout. */
  readonly standing: ReactNode;
};

export function useLasting<Name extends string>(parts: Readonly<Record<Name, ReactNode>>): Lasting<Name> {
  const [hosts] = useState(() => new Map<Name, HTMLElement>());
  // What no layout has shown yet is not made: a phone begins with the chart alone.
  const [shown, setShown] = useState<ReadonlySet<Name>>(new Set());
  const show = useCallback((name: Name) => {
    setShown((known) => (known.has(name) ? known : new Set([...known, name])));
  }, []);
  const hostOf = (name: Name): HTMLElement => {
    const host = hosts.get(name) ?? document.createElement('div');
    hosts.set(name, host);
    return host;
  };
  const names = Object.keys(parts) as Name[];
  const places = names.map((name) => [name, <PlaceOf key={name} name={name} host={hostOf(name)} onShow={show} />]);
  return {
    places: Object.fromEntries(places) as Record<Name, ReactNode>,
    standing: names.filter((name) => shown.has(name)).map((name) => createPortal(parts[name], hostOf(name), name)),
  };
}

type PlaceProps<Name> = {
  readonly name: Name;
  readonly host: HTMLElement;
  readonly onShow: (name: Name) => void;
};

function PlaceOf<Name extends string>({ name, host, onShow }: PlaceProps<Name>) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    box.current?.append(host);
    onShow(name);
  }, [host, name, onShow]);
  return <div className="lasting" ref={box} />;
}
