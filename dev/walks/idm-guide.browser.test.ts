import { afterAll, beforeAll, describe, it } from 'vitest';
import { openBrowser, type TestBrowser } from '../browser/index.js';
import { startTestConstellation, type TestConstellation } from '../constellation/index.js';
import { databaseKinds } from '../database/index.js';
import { walkIdmGuide } from './idm-guide.js';
import { startTimeout } from './walk.js';

let browser: TestBrowser;
beforeAll(async () => {
  browser = await openBrowser();
}, startTimeout);
afterAll(() => browser.close());

describe.each(databaseKinds())('the guide of Intelligent Data Management, with the suite on %s', (kind) => {
  let constellation: TestConstellation;
  beforeAll(async () => {
    constellation = await startTestConstellation({ kind });
  }, startTimeout);
  afterAll(() => constellation.stop());

  it('is walked step by step and label by label', () => walkIdmGuide(browser, constellation, () => constellation.worker.tick()));
});
