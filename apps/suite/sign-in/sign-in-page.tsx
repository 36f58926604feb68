import { Banner } from '../ui/banner.js';
import { Button, PostForm } from '../ui/button.js';
import { Field } from '../ui/field.js';
import { PublicLayout } from '../ui/layout.js';
import { Mark } from '../ui/mark.js';
import { productName, products, type Product } from '../ui/product.js';
import { SecondLine } from '../ui/table.js';

export interface SignInPageProps {
  product: Product;
  csrf: string;
  trademarkNotice: string;
  returnTo: string;
  signInName?: string;
  /** What went wrong with the last try. */
  problem?: string;
}

/** *Sign In* name and *Password*, under the name of the product. */
export function SignInPage(props: SignInPageProps): JSX.Element {
  const { product } = props;
  return (
    <PublicLayout title={productName[product]} product={product} trademarkNotice={props.trademarkNotice}>
      {props.problem ? (
        <Banner tone="bad">
          <p safe>{props.problem}</p>
        </Banner>
      ) : (
        ''
      )}
      <PostForm action={`/${product}/sign-in`} csrf={props.csrf} fields={{ return_to: props.returnTo }}>
        <Field label="Sign In name" name="sign_in_name" value={props.signInName} autocomplete="username" required autofocus={!props.signInName} />
        <Field label="Password" name="password" type="password" autocomplete="current-password" required autofocus={Boolean(props.signInName)} />
        <Button label="Sign In" kind="primary" wide />
      </PostForm>
      <p class="hint">
        Forgotten? <a href={`/forgot-password?product=${product}`}>Get a link to set a new password</a>. If you have no Sign In name yet,
        an admin of your company can add you.
      </p>
    </PublicLayout>
  );
}

const purpose: Readonly<Record<Product, string>> = {
  idm: 'Who may retrieve your UPS.com data, and for how long',
  idh: 'What was shipped, where it is, and when it arrived',
};

/** The links to the two products. */
export function ProductLinks(): JSX.Element {
  return (
    <ul class="chooser">
      {products.map((product) => (
        <li data-product={product}>
          <a href={`/${product}`}>
            <Mark product={product} />
            <strong safe>{productName[product]}</strong>
            <SecondLine text={purpose[product]} />
          </a>
        </li>
      ))}
    </ul>
  );
}

/** The front page: which product. One sign-in serves both. */
export function ChooserPage(props: { trademarkNotice: string; mailbox: boolean }): JSX.Element {
  return (
    <PublicLayout title="Customer Solutions" trademarkNotice={props.trademarkNotice}>
      <p class="lead">Choose where to go. One sign-in serves both.</p>
      <ProductLinks />
      {props.mailbox ? (
        <p class="hint">
          Mail of this server is not sent; it is kept in its <a href="/mailbox">mailbox</a>.
        </p>
      ) : (
        ''
      )}
    </PublicLayout>
  );
}
