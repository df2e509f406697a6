import { queryOptions } from '@tanstack/react-query';
import { call } from '../api/client.ts';

export const tokensQuery = queryOptions({ queryKey: ['tokens.list'], queryFn: () => call('tokens.list') });
