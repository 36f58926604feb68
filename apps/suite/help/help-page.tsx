import { AccountExecutiveBlock } from '../ui/account-executive.js';
import type { Frame } from '../ui/frame.js';
import { Layout } from '../ui/layout.js';
import { PageHead, Prose, WithSide } from '../ui/page.js';
import { productName } from '../ui/product.js';
import { PasswordWarning } from '../ui/warning.js';

/** Step by step: how this product is authorized and how that ends, in our own words. */
export function HelpPage({ frame }: { frame: Frame }): JSX.Element {
  return (
    <Layout
      frame={frame} title="Help" current="help"
      head={<PageHead title="Help" lead={`${productName[frame.product]}, step by step.`} />}
    >
      <WithSide side={<AccountExecutiveBlock executive={frame.executive} admin={frame.member.role === 'admin'} />}>
        <Prose>
          {frame.product === 'idm' ? <AuthorizeSteps /> : <OptInSteps />}
          <AtUpsCom />
          <Ending idm={frame.product === 'idm'} />
          <SigningIn />
        </Prose>
      </WithSide>
      <PasswordWarning product={frame.product} />
    </Layout>
  );
}

function AuthorizeSteps(): JSX.Element {
  return (
    <>
      <h2>Authorize Intelligent Data Management</h2>
      <p>An admin does this once for the whole company. It needs a UPS.com profile, and about a minute.</p>
      <ol>
        <li>
          Sign in with your <strong>Sign In</strong> name and <strong>Password</strong>.
        </li>
        <li>
          In the menu on the left, choose <strong>Admin</strong>. The Token Manager opens.
        </li>
        <li>
          Press <strong>Authorize</strong>. The browser goes to UPS.com.
        </li>
        <li>Give your permission there; the steps are below.</li>
        <li>
          Back in the Token Manager, a green line says that a token was generated, and the newest access token is the first row of the
          grid, with the time it was created and the time it expires.
        </li>
      </ol>
      <p>From then on tokens are renewed by themselves, and each renewal adds a row. The tokens themselves are never shown.</p>
    </>
  );
}

function OptInSteps(): JSX.Element {
  return (
    <>
      <h2>Opt in for Intelligent Delivery History and ODCS</h2>
      <p>
        An admin does this once for the whole company; until then every member sees the opt-in screen. It needs a UPS.com profile, which
        can be made on the way, and about a minute.
      </p>
      <ol>
        <li>
          Sign in with your <strong>Sign In</strong> name and <strong>Password</strong>. The opt-in screen opens.
        </li>
        <li>
          Press <strong>Opt-In</strong>. The company manager opens.
        </li>
        <li>
          Press <strong>Opt-In</strong> in the row of Intelligent Delivery History. The browser goes to UPS.com.
        </li>
        <li>Give your permission there; the steps are below.</li>
        <li>Back here, a green line says that a token was generated.</li>
      </ol>
      <p>Once that is done, nobody in the company sees the opt-in screen; everybody lands on Delivery History. ODCS is covered by it.</p>
    </>
  );
}

function AtUpsCom(): JSX.Element {
  return (
    <>
      <h2>At UPS.com</h2>
      <ol>
        <li>
          Type the <strong>Email or Username</strong> of the UPS.com profile. No profile? Use <strong>Sign up</strong>; it continues here
          afterwards.
        </li>
        <li>
          Read the <strong>Confidentiality Agreement</strong> and check its box. It names the application, and what it may read: shipping
          account numbers, contact information, rates, and package tracking status.
        </li>
        <li>
          Press <strong>Continue</strong>.
        </li>
        <li>
          Type the UPS.com password and press <strong>Log In</strong>. With this the permission is given.
        </li>
      </ol>
      <p>Pressing Cancel there, or closing the page, changes nothing: what was authorized before goes on.</p>
    </>
  );
}

function Ending({ idm }: { idm: boolean }): JSX.Element {
  return (
    <>
      <h2>When it ends</h2>
      <ul>
        <li>
          <strong>Clear</strong>, in the {idm ? 'Token Manager' : 'company manager'}, ends it at once: running calls are cut off, and the
          tokens are destroyed here. The other applications go on. What was retrieved before stays.
        </li>
        <li>
          <strong>A changed UPS.com password</strong> ends it too, for every application that was opted in with that profile. So does
          withdrawing the application in the UPS.com profile. UPS.com tells nobody, so we ask regularly; when it is noticed, all members
          see a banner and admins get a mail.
        </li>
        <li>
          <strong>An admin who leaves</strong> does not end it. The permission belongs to the company.
        </li>
      </ul>
      <p>After each of these an admin can {idm ? 'authorize' : 'opt in'} again in the same way.</p>
    </>
  );
}

function SigningIn(): JSX.Element {
  return (
    <>
      <h2>Signing in</h2>
      <ul>
        <li>One sign-in serves both products. It ends by itself after a while without use, and after a working day in any case.</li>
        <li>
          After ten tries in a quarter of an hour from browsers that are new to it, a Sign In name has to wait. Browsers you have signed in
          from before have ten tries of their own, so that a stranger cannot lock you out.
        </li>
        <li>
          A forgotten password: use <strong>Forgotten?</strong> on the sign-in page. The link in the mail works once and for an hour.
        </li>
        <li>Members are added and removed by admins, in the company manager.</li>
      </ul>
    </>
  );
}
