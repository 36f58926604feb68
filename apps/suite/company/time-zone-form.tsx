import { Button, PostForm } from '../ui/button.js';
import { Select } from '../ui/field.js';
import type { Frame } from '../ui/frame.js';
import { Section } from '../ui/page.js';

import { timeZones } from './time-zone.js';

/** The zone of all times on the company's pages and in its mails. */
export function TimeZoneForm({ frame, problem }: { frame: Frame; problem: string | undefined }): JSX.Element {
  const { timeZone } = frame.member;
  const names = timeZones.includes(timeZone) ? timeZones : [timeZone, ...timeZones];
  return (
    <Section title="Time zone" id="time-zone-form" remark="Times on your company's pages and in its mails are stated in it.">
      <PostForm action="/company-manager/time-zone" csrf={frame.csrf} fields={{ from: frame.product }}>
        <div class="fields">
          <Select label="Time zone" name="time_zone" value={timeZone} options={names.map((name) => ({ value: name, label: name.replaceAll('_', ' ') }))} error={problem} />
        </div>
        <Button label="Change the time zone" />
      </PostForm>
    </Section>
  );
}
