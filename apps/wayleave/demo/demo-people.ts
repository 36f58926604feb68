/** Someone who can sign in to the suite. The Sign In name is the one that the suite makes from the mail address. */
export interface DemoMember {
  readonly signInName: string;
  readonly mail: string;
  readonly role: 'admin' | 'user';
}

export interface DemoCompany {
  readonly name: string;
  /** The first is the one the company is made with, an admin. */
  readonly members: readonly [DemoMember, ...DemoMember[]];
}

export const demoCompanies: readonly DemoCompany[] = [
  {
    name: 'Hartwell Instruments',
    members: [
      { signInName: 'hartwell.alice', mail: 'alice@hartwell.example', role: 'admin' },
      { signInName: 'hartwell.ben', mail: 'ben@hartwell.example', role: 'user' },
      { signInName: 'hartwell.carla', mail: 'carla@hartwell.example', role: 'user' },
    ],
  },
  { name: 'Brook and Daughters', members: [{ signInName: 'brook.dora', mail: 'dora@brook.example', role: 'admin' }] },
];

/** The UPS.com profile of the demo, at the stand-in. */
export const demoProfile = {
  username: 'hartwell-shipping',
  email: 'shipping@hartwell.example',
  accounts: [
    { number: 'A1B2C3', name: 'Hartwell Instruments, warehouse' },
    { number: 'X4Y5Z6', name: 'Hartwell Instruments, returns' },
  ],
} as const;

/** Everybody who has a password: the suite's members and the profile. */
export const demoSignIns: readonly string[] = [
  ...demoCompanies.flatMap(({ members }) => members.map(({ signInName }) => signInName)),
  demoProfile.username,
];

/** The two applications as the stand-in knows them. */
export const demoApplications = {
  idm: { clientId: 'wayleave-demo-idm', displayName: 'Intelligent Data Management' },
  idh: { clientId: 'wayleave-demo-idh', displayName: 'Intelligent Delivery History' },
} as const;
