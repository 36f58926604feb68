import { Banner, Button, ButtonLink, Choices, Field, Layout, PageHead, PostForm, Section, type Frame } from '../ui/index.js';
import { webhooksPath } from './paths.js';
import { webhookEvents } from './webhook.js';

export interface AddEndpointProps {
  frame: Frame;
  typed?: { url: string; events: readonly string[] };
  problems?: Readonly<Record<string, string>>;
}

/** The form for a new endpoint. The browser sends it by itself, since its answer is a page that is shown only once. */
export function AddEndpointPage({ frame, typed, problems }: AddEndpointProps): JSX.Element {
  return (
    <Layout
      frame={frame} title="Add an endpoint" current="company-manager"
      head={<PageHead title="Add an endpoint" lead="A server of yours that is told what happens, by a signed POST for each event." />}
    >
      <PostForm action={webhooksPath} csrf={frame.csrf} fields={{ from: frame.product }} class="form" leavesSite>
        <Field
          label="Address" name="url" type="url" value={typed?.url} autocomplete="off" required autofocus error={problems?.url}
          hint="Begins with https:// and leads to a server of the public internet."
        />
        <Choices
          label="Events" name="events" chosen={typed?.events ?? webhookEvents.map(({ type }) => type)} error={problems?.events}
          options={webhookEvents.map(({ type, meaning }) => ({ value: type, label: type, hint: meaning }))}
        />
        <div class="form-actions">
          <Button label="Add the endpoint" kind="primary" />
          <ButtonLink label="Back to webhooks" href={`${webhooksPath}?from=${frame.product}`} />
        </div>
      </PostForm>
    </Layout>
  );
}

/** Shows the signing secret of a new endpoint, this once. */
export function SecretPage({ frame, url, secret }: { frame: Frame; url: string; secret: string }): JSX.Element {
  return (
    <Layout
      frame={frame} title="The endpoint is added" current="company-manager"
      head={<PageHead title="The endpoint is added" lead={`Events are sent to ${url} from now on.`} />}
    >
      <Banner tone="warn" heading="Copy the secret now">
        <p>It is not shown again. Whoever has it can sign messages as if they came from here; keep it where your server keeps its secrets.</p>
      </Banner>
      <Section title="Signing secret">
        <div class="form">
          <Field label="Secret" name="secret" value={secret} readonly autocomplete="off" autofocus hint="Your server checks the header webhook-signature with it (Standard Webhooks)." />
          <div class="form-actions">
            <ButtonLink label="I have copied it" kind="primary" href={`${webhooksPath}?from=${frame.product}`} />
          </div>
        </div>
      </Section>
    </Layout>
  );
}
