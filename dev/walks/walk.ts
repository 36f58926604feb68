import { afterAll, beforeAll, beforeEach } from 'vitest';
import { openBrowser, type TestBrowser } from '../browser/index.js';
import { optIn, signIn, startTestConstellation, type SignIn, type TestConstellation } from '../constellation/index.js';
import { Visitor } from '../visitor/index.js';
import type { Product } from './pages.js';
import { newCompany, newProfile, type WalkCompany } from './people.js';

/** Where the walks of one file take place, and for whom. Each test finds a company and a UPS.com profile of its own. */
export interface Walk {
  readonly browser: TestBrowser;
  readonly constellation: TestConstellation;
  readonly company: WalkCompany;
  readonly profile: SignIn;
}

/** Where a guide is walked, and by whom. */
export type GuidePlaces = Pick<TestConstellation, 'suiteUrl' | 'upscomUrl' | 'signIns'>;

/** Has the calling file's tests run in a browser and a constellation that they share. What the answer holds is there from the first test on. */
export function prepareWalk(): Walk {
  const walk = {} as { -readonly [K in keyof Walk]: Walk[K] };
  beforeAll(async () => {
    [walk.browser, walk.constellation] = await Promise.all([openBrowser(), startTestConstellation()]);
  });
  afterAll(async () => {
    await walk.browser.close();
    await walk.constellation.stop();
  });
  beforeEach(async () => {
    [walk.company, walk.profile] = await Promise.all([newCompany(walk.constellation), newProfile(walk.constellation)]);
  });
  return walk;
}

/** The company's admin opts in over HTTP, in a fifth of the time that it takes in a browser: for walks that are about something else. */
export async function optedIn({ constellation, company, profile }: Walk, ...products: Product[]): Promise<void> {
  const admin = new Visitor();
  await signIn(admin, constellation, company.admin);
  for (const product of products) await optIn(admin, constellation, product, profile);
}
