import '../style/door.css';
import type { ReactNode } from 'react';
import { Mark } from '../parts/icons.tsx';

/** The sheet on which setting up, logging in and joining stand. */
export function Door(props: {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly children: ReactNode;
  readonly wide?: boolean;
}) {
  return (
    <main className="door">
      <div className={props.wide === true ? 'door-card wide' : 'door-card'}>
        <p className="door-brand">
          <Mark size={26} />
          Gapless
        </p>
        <div className="card door-box">
          <h1>{props.title}</h1>
          {props.lead === undefined ? null : <p className="dim">{props.lead}</p>}
          {props.children}
        </div>
        <p className="door-foot">
          <span>One desk for your exchanges. Runs on your machine, talks only to your exchanges.</span>
        </p>
      </div>
    </main>
  );
}
