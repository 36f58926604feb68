import { applicationWords } from '../opt-in/application-words.js';
import { Button, ButtonLink, EmptyState, Layout, PageHead, PostForm, Prose, Section, TextArea, type Frame } from '../ui/index.js';
import { FollowedRegion, type FollowedList } from './followed-region.js';
import { longestList, type BadEntry } from './pasted-list.js';

/** A list that was not taken: what was typed, what is wrong with it, and which entries. */
export interface RefusedList {
  readonly typed: string;
  readonly error: string;
  readonly entries: readonly BadEntry[];
}

export interface PackagesPageProps {
  readonly frame: Frame;
  readonly list: FollowedList;
  readonly interval: string;
  readonly refused?: RefusedList;
}

const entriesShown = 20;

/** Follow packages: the field for a pasted list, and what is followed. */
export function PackagesPage({ frame, list, interval, refused }: PackagesPageProps): JSX.Element {
  const { product } = frame;
  const title = 'Follow packages';
  const lead = `Paste package numbers. UPS is asked about each of them at once, and then every ${interval}, for as long as the ${applicationWords[product].noun} stands.`;
  const current = product === 'idh' && !list.authorized ? 'opt-in' : 'packages';
  return (
    <Layout frame={frame} title={title} current={current} head={<PageHead title={title} lead={lead} />}>
      {list.authorized || refused ? <FollowForm frame={frame} refused={refused} /> : <NotAuthorized frame={frame} />}
      <Section title="Followed packages" id="followed-packages">
        <FollowedRegion list={list} />
        <tag of="turbo-stream-source" src={`/${product}/packages/live?page=${list.page.page}`} />
      </Section>
    </Layout>
  );
}

function FollowForm({ frame, refused }: { frame: Frame; refused: RefusedList | undefined }): JSX.Element {
  return (
    <PostForm action={`/${frame.product}/packages`} csrf={frame.csrf} class="form">
      <TextArea
        label="Package numbers" name="numbers" rows={6} value={refused?.typed} error={refused?.error}
        hint={`Separated by new lines, spaces, commas or semicolons; at most ${longestList} at once.`}
      />
      {refused && refused.entries.length > 0 ? <BadEntries entries={refused.entries} /> : ''}
      <div class="form-actions">
        <Button label="Follow" kind="primary" />
      </div>
    </PostForm>
  );
}

function BadEntries({ entries }: { entries: readonly BadEntry[] }): JSX.Element {
  const rest = entries.slice(entriesShown);
  return (
    <Prose>
      <EntryList label="What is wrong in the list" entries={entries.slice(0, entriesShown)} />
      {rest.length > 0 ? (
        <details>
          <summary safe>{`Show ${rest.length.toLocaleString('en-US')} more`}</summary>
          <EntryList label="What else is wrong in the list" entries={rest} />
        </details>
      ) : (
        ''
      )}
    </Prose>
  );
}

function EntryList({ label, entries }: { label: string; entries: readonly BadEntry[] }): JSX.Element {
  return (
    <ul aria-label={label}>
      {entries.map(({ line, text, reason }) => (
        <li safe>{`Line ${line}: “${text}”: ${reason}.`}</li>
      ))}
    </ul>
  );
}

function NotAuthorized({ frame }: { frame: Frame }): JSX.Element {
  const { product, member, grants } = frame;
  const { noun, again, homePath, homeName } = applicationWords[product];
  if (grants[product].state === 'needs-opt-in') return '';
  if (grants[product].state === 'suspended') {
    return <EmptyState icon="key" title={`The ${noun} is suspended`} text="UPS is asked again when whoever runs this server has confirmed that it still holds." />;
  }
  const admin = member.role === 'admin';
  const text = admin
    ? `Without an ${noun} UPS cannot be asked about packages.`
    : `Without an ${noun} UPS cannot be asked about packages. An admin of your company has to ${again.replace(' again', '')}.`;
  return (
    <EmptyState icon="key" title={`No ${noun}`} text={text} action={admin ? <ButtonLink label={`Open the ${homeName}`} kind="primary" href={homePath} /> : undefined} />
  );
}
