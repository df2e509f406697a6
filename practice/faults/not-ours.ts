/** Rows of the catalogue's groups A to G that no exchange can cause, each with its reason. */
export const NOT_OURS: readonly { readonly id: string; readonly title: string; readonly reason: string }[] = [
  { id: 'F16', title: 'Signer dies between send and reply', reason: 'A process of the client dies.' },
  { id: 'F17', title: 'Engine dies before the signer was asked', reason: 'A process of the client dies.' },
  { id: 'F18', title: 'Signer dies after its guard, before sending', reason: 'A process of the client dies.' },
  {
    id: 'F56',
    title: 'Name resolution or TLS fails',
    reason: 'This exchange is spoken to in plain HTTP at an address of the machine; neither exists here.',
  },
  {
    id: 'F66',
    title: 'Clock steps back, machine asleep',
    reason: 'The clock and the machine of the client. F65 moves the exchange’s time, F45 stands for its sleep.',
  },
  {
    id: 'F68',
    title: 'Summer time and leap days in schedules',
    reason: 'Schedules are the client’s; clock/advance moves time.',
  },
  {
    id: 'F83',
    title: 'Two instances on one key',
    reason: 'Somebody starts the client twice. F67 is what they would hear.',
  },
];
