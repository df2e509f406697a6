/** Ties every route to its schemas. The server registers from this; the types are what page and command line see. */

import type { z } from 'zod';
import { custody } from './custody.ts';
import { exchanges } from './exchanges.ts';
import { people } from './people.ts';
import type { RouteName } from './routes.ts';
import { trading } from './trading.ts';

export type Operation = {
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  readonly reply: z.ZodType;
};

export const CONTRACT = { ...people, ...exchanges, ...custody, ...trading } satisfies Record<RouteName, Operation>;

type Part<N extends RouteName, K extends 'params' | 'query' | 'body'> = (typeof CONTRACT)[N] extends {
  [P in K]: infer S;
}
  ? S extends z.ZodType
    ? z.input<S>
    : undefined
  : undefined;

export type Params<N extends RouteName> = Part<N, 'params'>;
export type Query<N extends RouteName> = Part<N, 'query'>;
export type Body<N extends RouteName> = Part<N, 'body'>;
export type Reply<N extends RouteName> = z.output<(typeof CONTRACT)[N]['reply']>;
