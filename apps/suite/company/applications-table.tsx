import { applicationWords } from '../opt-in/application-words.js';
import { troubleWords } from '../opt-in/trouble-words.js';
import { Badge } from '../ui/badge.js';
import { ButtonLink, PostButton } from '../ui/button.js';
import type { Frame } from '../ui/frame.js';
import { formatInstant, Instant } from '../ui/instant.js';
import { productName, type Product } from '../ui/product.js';
import { MailAddress } from '../ui/record.js';
import { SecondLine, Table, Text, type Row } from '../ui/table.js';

/** What the company's applications may do, and the buttons that begin or end it. */
export function ApplicationsTable({ frame }: { frame: Frame }): JSX.Element {
  return (
    <>
      <Table
        caption="Applications of your company"
        columns={[
          { label: 'Application', kind: 'head' }, { label: 'State', kind: 'state' }, { label: 'Opted in by' }, { label: 'Since' },
          { label: 'Action', kind: 'actions' },
        ]}
        rows={[applicationRow(frame, 'idh'), odcsRow(frame), applicationRow(frame, 'idm')]}
      />
      <p class="remark">
        <a href={`/company-manager/audit?from=${frame.product}`}>Audit: everything that was done with these permissions</a>
      </p>
    </>
  );
}

function applicationRow(frame: Frame, product: Product): Row {
  const grant = frame.grants[product];
  return {
    id: `application-${product}`,
    cells: [
      <Text text={productName[product]} />,
      <State frame={frame} product={product} />,
      <MailAddress mail={stands(frame, product) ? grant.optedInBy?.label ?? 'Nobody' : 'Nobody'} />,
      <Since frame={frame} product={product} />,
      <Action frame={frame} product={product} />,
    ],
  };
}

function State({ frame, product }: { frame: Frame; product: Product }): JSX.Element {
  const { state, trouble } = frame.grants[product];
  return (
    <>
      <Badge word={applicationWords[product].stateWords[state]} />
      {state === 'authorized' && trouble ? <SecondLine text={`${troubleWords(trouble.kind, product, frame.operatorIsTold).heading}.`} /> : ''}
    </>
  );
}

function odcsRow(frame: Frame): Row {
  return {
    id: 'application-odcs',
    cells: [
      <>
        ODCS
        <SecondLine text="Its interface is not there yet." />
      </>,
      <Badge word={applicationWords.idh.stateWords[frame.grants.idh.state]} />,
      <Text text="Covered by the opt-in above" />,
      <Since frame={frame} product="idh" />,
      '',
    ],
  };
}

function stands(frame: Frame, product: Product): boolean {
  const { state } = frame.grants[product];
  return state === 'authorized' || state === 'suspended' || state === 'needs-opt-in';
}

function Since({ frame, product }: { frame: Frame; product: Product }): JSX.Element {
  const { since, state, refreshTokenExpiresAt: end } = frame.grants[product];
  const { timeZone } = frame.member;
  if (!since || !stands(frame, product)) return <Text text="–" />;
  return (
    <>
      <Instant at={since} timeZone={timeZone} padded />
      {state === 'authorized' && end ? <SecondLine text={`Ends ${formatInstant(end, timeZone)} unless used.`} /> : ''}
    </>
  );
}

function Action({ frame, product }: { frame: Frame; product: Product }): JSX.Element {
  const { state, pending } = frame.grants[product];
  const words = applicationWords[product];
  const decide = pending ? <ButtonLink small label="Decide" readAs={`Decide about another UPS.com login for ${productName[product]}`} href={words.pendingPath} /> : '';
  if (state === 'authorized') {
    return (
      <>
        {decide}
        {product === 'idh' ? <PostButton small label="Check now" kind="quiet" action={words.checkPath} csrf={frame.csrf} /> : ''}
        <ButtonLink small label="Clear" kind="destructive" href={words.clearPath} />
      </>
    );
  }
  if (state === 'clearing') return '';
  return (
    <>
      {decide}
      <PostButton small label={words.begin} kind="primary" action={words.beginPath} csrf={frame.csrf} leavesSite />
      {state === 'suspended' ? <ButtonLink small label="Clear" kind="destructive" href={words.clearPath} /> : ''}
    </>
  );
}
