import { describe, it } from 'vitest';
import { walkIdhGuide } from './idh-guide.js';
import { walkIdmGuide } from './idm-guide.js';
import { prepareWalk } from './walk.js';

describe('walked step by step and label by label', () => {
  const walk = prepareWalk();

  it('the guide of Intelligent Data Management', () => walkIdmGuide(walk.browser, walk.constellation, () => walk.constellation.worker.tick()));

  it('the guide of Intelligent Delivery History, whose opt-in screen is gone for other users', () => walkIdhGuide(walk.browser, walk.constellation));
});
