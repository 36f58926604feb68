import {
  Badge, Instant, Pagination, PostButton, productName, Progress, SecondLine, Table, Text, TrackingNumber, type Page, type Product, type Row,
} from '../ui/index.js';
import type { BudgetDelay, Delay } from './delay.js';
import { failureSentence, packageWord, type FollowedPackage } from './followed-package.js';
import type { FollowCounts } from './followed-package-store.js';

/** Everything that the list of followed packages shows, as of `now`. */
export interface FollowedList {
  readonly product: Product;
  readonly timeZone: string;
  readonly csrf: string;
  readonly authorized: boolean;
  readonly counts: FollowCounts;
  readonly delay: Delay | null;
  readonly packages: readonly FollowedPackage[];
  readonly page: Page;
  readonly now: Date;
}

/** The element that each message of the live stream replaces. */
export const regionId = 'followed';

/** The list of followed packages: how far the first look has come, the packages, and when this was so. */
export function FollowedRegion({ list }: { list: FollowedList }): JSX.Element {
  const { counts, page, product, authorized } = list;
  if (counts.total === 0) {
    return (
      <div id={regionId} class="section">
        <p class="remark">Nothing is followed yet.</p>
      </div>
    );
  }
  return (
    <div id={regionId} class="section">
      {authorized && counts.toGo > 0 ? (
        <Progress label={`Asking UPS about ${packages(counts.total)}`} done={counts.total - counts.toGo} total={counts.total} />
      ) : (
        ''
      )}
      <p class="remark">
        <Status list={list} /> Last updated at <Instant at={list.now} timeZone={list.timeZone} />.
      </p>
      <Table
        caption="Followed packages, the newest first"
        columns={[
          { label: 'Package number', kind: 'head' }, { label: 'State' }, { label: 'Last scan' }, { label: 'Last answer' },
          { label: 'Unfollow', kind: 'actions' },
        ]}
        rows={list.packages.map((item) => row(list, item))}
      />
      <Pagination {...page} what={counts.total === 1 ? 'package' : 'packages'} href={(number) => `/${product}/packages?page=${number}`} />
    </div>
  );
}

/** One message of the live stream: the whole list anew, merged into the page so that focus and scroll stay. */
export function FollowedStream({ list }: { list: FollowedList }): JSX.Element {
  return (
    <tag of="turbo-stream" action="replace" method="morph" target={regionId}>
      <template>
        <FollowedRegion list={list} />
      </template>
    </tag>
  );
}

function Status({ list }: { list: FollowedList }): JSX.Element {
  const { authorized, delay } = list;
  if (authorized && (delay?.reason === 'grant-budget' || delay?.reason === 'application-budget')) return <BudgetStatus delay={delay} list={list} />;
  return <span safe>{statusSentence(list)}</span>;
}

function statusSentence({ authorized, delay, counts }: FollowedList): string {
  if (!authorized || delay?.reason === 'no-grant') return 'Paused: UPS is not asked.';
  if (delay?.reason === 'throttled') return 'UPS asks us to call less often; the next look comes a little later.';
  if (delay?.reason === 'unreachable') return 'UPS does not answer at the moment; it is tried again by itself.';
  return counts.toGo > 0 ? 'This list changes by itself while answers come in.' : 'UPS is asked again by itself.';
}

/** How many packages wait, which budget is used up, and when it goes on. */
function BudgetStatus({ delay, list: { product, timeZone } }: { delay: BudgetDelay; list: FollowedList }): JSX.Element {
  const { waiting, callsPerMinute, goesOnAt, reason } = delay;
  const times = `${callsPerMinute.toLocaleString('en-US')} times a minute`;
  const why = reason === 'grant-budget' ? `for one company UPS is asked at most ${times}` : `${productName[product]} asks UPS at most ${times} for all companies together`;
  const who = `${packages(waiting)} ${waiting === 1 ? 'waits' : 'wait'} to be asked about, because ${why}.`;
  if (goesOnAt === null) return <span safe>{`${who} It goes on now, with those that wait longest.`}</span>;
  return (
    <>
      <span safe>{`${who} It goes on by itself, with those that wait longest, ${reason === 'grant-budget' ? 'at' : 'at about'}`}</span>{' '}
      <Instant at={goesOnAt} timeZone={timeZone} />.
    </>
  );
}

function row(list: FollowedList, item: FollowedPackage): Row {
  return {
    id: `package-${item.number}`,
    cells: [
      <TrackingNumber number={item.number} />,
      <PackageState item={item} />,
      <LastScan item={item} timeZone={list.timeZone} />,
      <LastAnswer item={item} timeZone={list.timeZone} />,
      <PostButton
        label="Unfollow" small readAs={`Unfollow ${item.number}`} action={`/${list.product}/packages/unfollow`} csrf={list.csrf}
        fields={{ number: item.number, page: `${list.page.page}` }}
      />,
    ],
  };
}

/** The badge of a package with UPS's own words below it. */
export function PackageState({ item }: { item: FollowedPackage }): JSX.Element {
  const word = packageWord(item);
  const text = item.state?.text ?? null;
  return (
    <>
      {word ? <Badge word={word} /> : ''}
      {text && text !== word ? word ? <SecondLine text={text} /> : <Text text={text} /> : ''}
    </>
  );
}

/** Time and place of the newest scan. Where UPS gave no time with a zone, the local time as it wrote it. */
export function LastScan({ item: { state }, timeZone }: { item: FollowedPackage; timeZone: string }): JSX.Element {
  if (!state || (!state.scanAt && !state.scanLocal)) return <Text text="None yet" />;
  return (
    <>
      {state.scanAt ? <Instant at={state.scanAt} timeZone={timeZone} style="scan" padded /> : <Text text={`${state.scanLocal ?? ''} local time`} />}
      {state.scanPlace ? <SecondLine text={state.scanPlace} /> : ''}
    </>
  );
}

function LastAnswer({ item, timeZone }: { item: FollowedPackage; timeZone: string }): JSX.Element {
  return (
    <>
      {item.askedAt ? <Instant at={item.askedAt} timeZone={timeZone} padded /> : <Text text="None yet" />}
      {item.failure ? (
        <span class="second-line">
          <span safe>{failureSentence(item.failure.kind)}</span> Tried at <Instant at={item.failure.at} timeZone={timeZone} />.
        </span>
      ) : (
        ''
      )}
    </>
  );
}

function packages(total: number): string {
  return total === 1 ? '1 package' : `${total.toLocaleString('en-US')} packages`;
}
