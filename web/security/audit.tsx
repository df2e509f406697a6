/** The hash-chained trail of what custody did, newest first, and the button that proves it whole. */

import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Reply } from '../../src/contract/contract.ts';
import { call } from '../api/client.ts';
import { connectionsQuery } from '../api/queries.ts';
import { Ago } from '../parts/ago.tsx';
import { Icon } from '../parts/icons.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { ScrollX } from '../parts/scroll-x.tsx';
import { useAction } from '../parts/use-action.ts';
import { Block } from './block.tsx';

const PAGE = 50;
type Verdict = Reply<'audit.verify'>;

export function Audit(props: { readonly owner: boolean }) {
  const query = useInfiniteQuery({
    queryKey: ['audit.list'],
    queryFn: ({ pageParam }) =>
      call('audit.list', { query: { limit: PAGE, ...(pageParam === null ? {} : { before: pageParam }) } }),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => (page.length < PAGE ? null : (page.at(-1)?.seq ?? null)),
  });
  const { data: connections } = useQuery(connectionsQuery);
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const verify = useAction(async () => setVerdict(await call('audit.verify')));
  const entries = query.data?.pages.flat() ?? [];
  const nameOf = (id: string | null): string => connections?.find((one) => one.id === id)?.label ?? '';
  return (
    <Block
      title="Audit trail"
      query={query}
      wide
      aside={
        props.owner ? (
          <button type="button" className="button" onClick={verify.run} disabled={verify.running}>
            {verify.running ? 'Verifying' : 'Verify'}
          </button>
        ) : null
      }
    >
      <div role="status" className="verdict">
        {verdict === null ? null : verdict.ok ? (
          <p className="note">
            <Icon name="check" />
            <span>The trail is whole: {verdict.entries} entries, each following from the one before.</span>
          </p>
        ) : (
          <p className="note note-red">
            <Icon name="warn" />
            <span>
              <strong>The trail does not verify from entry {verdict.firstBadSeq ?? '?'} on.</strong> {verdict.reason}{' '}
              Stop using this desk, keep its data folder as it is, and make new keys at your exchanges.
            </span>
          </p>
        )}
        {verify.error === null ? null : <ProblemNote error={verify.error} />}
      </div>
      {entries.length === 0 ? <p className="sec-body dim">Nothing has been done yet.</p> : null}
      {entries.length === 0 ? null : (
        <ScrollX label="Audit trail, newest first">
          <table className="table">
            <caption className="sr">Audit trail, newest first</caption>
            <thead>
              <tr>
                <th scope="col" className="right">
                  No.
                </th>
                <th scope="col">When</th>
                <th scope="col">What</th>
                <th scope="col">Exchange</th>
                <th scope="col">Hash</th>
              </tr>
            </thead>
            <tbody>
              {entries.map(({ seq, atMs, event, text, connection, hash }) => (
                <tr key={seq}>
                  <td className="right num">{seq}</td>
                  <td className="nowrap">
                    <Ago atMs={atMs} />
                  </td>
                  <td title={event}>{text}</td>
                  <td className="dim">{nameOf(connection)}</td>
                  <td className="mono dim" title={hash} translate="no">
                    {hash.slice(0, 12)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollX>
      )}
      {query.hasNextPage ? (
        <div className="sec-foot">
          <button
            type="button"
            className="quiet"
            onClick={() => void query.fetchNextPage()}
            disabled={query.isFetchingNextPage}
          >
            Show older entries
          </button>
        </div>
      ) : null}
    </Block>
  );
}
