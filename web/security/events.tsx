import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { eventsQuery } from '../api/queries.ts';
import { Ago } from '../parts/ago.tsx';
import { ScrollX } from '../parts/scroll-x.tsx';
import { Block } from './block.tsx';

const SHOWN_FIRST = 12;

/** Logins, wrong codes, changed factors: who did what, when, from where. */
export function Events() {
  const query = useQuery(eventsQuery);
  const [all, setAll] = useState(false);
  const events = query.data ?? [];
  const shown = all ? events : events.slice(0, SHOWN_FIRST);
  return (
    <Block title="Security events" query={query} wide>
      {events.length === 0 ? (
        <p className="sec-body dim">Nothing happened yet.</p>
      ) : (
        <ScrollX label="Security events, newest first">
          <table className="table">
            <caption className="sr">Security events, newest first</caption>
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">What</th>
                <th scope="col">From</th>
                <th scope="col">Device</th>
              </tr>
            </thead>
            <tbody>
              {shown.map(({ id, atMs, kind, text, address, device }) => (
                <tr key={id}>
                  <td className="nowrap">
                    <Ago atMs={atMs} />
                  </td>
                  <td title={kind}>{text}</td>
                  <td className="dim" translate="no">
                    {address}
                  </td>
                  <td className="dim">{device}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollX>
      )}
      {all || events.length <= SHOWN_FIRST ? null : (
        <div className="sec-foot">
          <button type="button" className="quiet" onClick={() => setAll(true)}>
            Show all {events.length}
          </button>
        </div>
      )}
    </Block>
  );
}
