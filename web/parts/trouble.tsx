/** What is wrong: cause, cure, one button, and the exchange's own words under Details. */

import type { ReactNode } from 'react';
import type { Trouble } from '../../src/contract/exchanges.ts';
import { CopyButton } from './copy-button.tsx';
import { Icon } from './icons.tsx';
import { Words } from './words.tsx';

export function TroubleBlock(props: {
  readonly trouble: Trouble;
  readonly tone: 'amber' | 'red';
  readonly children: ReactNode;
  readonly large?: boolean;
}) {
  const { title, cause, cure, raw, code } = props.trouble;
  const Title = props.large === true ? 'h2' : 'strong';
  return (
    <div className={`trouble note note-${props.tone}`}>
      <Icon name="warn" />
      <div className="trouble-text">
        <Title>
          <Words text={title} />
        </Title>
        <p>
          <Words text={cause} />
        </p>
        <p>
          <Words text={cure} />
        </p>
        <div className="actions">{props.children}</div>
        <details>
          <summary>Details</summary>
          <p className="raw mono" translate="no">
            {raw === '' ? 'The exchange sent no words of its own.' : raw}
          </p>
          <p className="dim small">
            Code <code>{code}</code> <CopyButton text={`${code}\n${raw}`} what="details" />
          </p>
        </details>
      </div>
    </div>
  );
}
