import { Icon, type IconName } from './icon.js';

type Tone = 'ok' | 'info' | 'bad' | 'idle' | 'warn';

const words = {
  Authorized: ['ok', 'check'],
  'Opted in': ['ok', 'check'],
  'Not authorized': ['idle', 'none'],
  'Not opted in': ['idle', 'none'],
  'Needs opt-in': ['bad', 'alert'],
  Suspended: ['warn', 'clock'],
  Clearing: ['idle', 'clock'],
  'In use': ['ok', 'check'],
  Replaced: ['idle', 'swap'],
  Expired: ['idle', 'clock'],
  'Destroyed by Clear': ['idle', 'none'],
  Voided: ['bad', 'alert'],
  'Never stored': ['idle', 'none'],
  'Never used': ['idle', 'none'],
  'Waiting to be asked': ['idle', 'clock'],
  'Not known to UPS': ['idle', 'none'],
  'Label created': ['idle', 'label'],
  'In transit': ['info', 'arrow'],
  'Out for delivery': ['info', 'truck'],
  Delivered: ['ok', 'check'],
  Exception: ['bad', 'alert'],
  Returning: ['warn', 'returning'],
  Enabled: ['ok', 'check'],
  Disabled: ['idle', 'none'],
  Waiting: ['idle', 'clock'],
  Retrying: ['warn', 'returning'],
  'Given up': ['bad', 'alert'],
} as const satisfies Record<string, readonly [Tone, IconName]>;

/** The fixed set of words a badge may say. */
export type BadgeWord = keyof typeof words;

/** A state as icon, word and colour. One per row; never for a plain fact. */
export function Badge({ word }: { word: BadgeWord }): JSX.Element {
  const [tone, icon] = words[word];
  return (
    <span class={`badge ${tone}`}>
      <Icon name={icon} />
      <span>{word}</span>
    </span>
  );
}
