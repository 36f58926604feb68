import { describe, it } from 'vitest';
import { walkIdhGuide } from './idh-guide.js';
import { prepareWalk } from './walk.js';

describe('the guide of Intelligent Delivery History', () => {
  const walk = prepareWalk();

  it('is walked step by step and label by label, and the opt-in screen is gone for other users', () => walkIdhGuide(walk.browser, walk.constellation));
});
