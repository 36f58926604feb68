import { roleName } from '../sign-in/member.js';

import { Button, PostForm } from './button.js';
import type { Frame } from './frame.js';
import { Icon, type IconName } from './icon.js';
import { Mark } from './mark.js';
import { productName } from './product.js';

/** The entry of the menu that a page belongs to. */
export type MenuEntry = 'home' | 'packages' | 'admin' | 'company-manager' | 'opt-in' | 'history' | 'help';

interface Item {
  entry: MenuEntry | 'other-product';
  label: string;
  href: string;
  icon: IconName;
}

interface Group {
  heading?: string;
  items: Item[];
}

/** The left menu: what works now for this member, the other product, Help, and who is signed in. A bar on small screens. */
export function Menu({ frame, current }: { frame: Frame; current?: MenuEntry | undefined }): JSX.Element {
  const name = productName[frame.product];
  return (
    <>
      <header class="bar">
        <a class="brand" href={`/${frame.product}`}>
          <Mark product={frame.product} />
          <span safe>{name}</span>
        </a>
        <button type="button" class="button plain small" popovertarget="menu">
          <Icon name="menu" />
          <span>Menu</span>
        </button>
      </header>
      <aside class="menu" id="menu" popover aria-label="Product and person">
        <a class="brand" href={`/${frame.product}`}>
          <Mark product={frame.product} />
          <span safe>{name}</span>
        </a>
        <nav aria-label="Menu">
          {groups(frame).map((group, index) => (
            <div class="menu-group">
              {group.heading ? (
                <p class="menu-heading" id={`menu-${index}`} safe>
                  {group.heading}
                </p>
              ) : (
                ''
              )}
              <ul aria-labelledby={group.heading ? `menu-${index}` : undefined}>
                {group.items.map((item) => (
                  <li>
                    <a href={item.href} aria-current={item.entry === current ? 'page' : undefined}>
                      <Icon name={item.icon} />
                      <span safe>{item.label}</span>
                    </a>
                  </li>
                ))}
              </ul>
            </div>
          ))}
        </nav>
        <div class="who">
          <p class="company" safe>
            {frame.member.companyName}
          </p>
          <p safe>{frame.member.mail}</p>
          <p safe>{roleName[frame.member.role]}</p>
          <PostForm action="/sign-out" csrf={frame.csrf} fields={{ product: frame.product }}>
            <Button label="Sign out" small />
          </PostForm>
        </div>
      </aside>
    </>
  );
}

function groups(frame: Frame): Group[] {
  const admin = frame.member.role === 'admin';
  const companyManager: Item = { entry: 'company-manager', label: 'Company manager', href: `/company-manager?from=${frame.product}`, icon: 'building' };
  const help: Group = { items: [{ entry: 'help', label: 'Help', href: `/${frame.product}/help`, icon: 'help' }] };
  if (frame.product === 'idm') {
    return [
      { items: [
        { entry: 'home', label: 'Home', href: '/idm', icon: 'home' },
        { entry: 'packages', label: 'Follow packages', href: '/idm/packages', icon: 'box' },
      ] },
      ...(admin ? [{ items: [{ entry: 'admin', label: 'Admin', href: '/idm/token-manager', icon: 'key' } as const, companyManager] }] : []),
      { heading: 'Also yours', items: [{ entry: 'other-product', label: 'Delivery History', href: '/idh', icon: 'route' }] },
      help,
    ];
  }
  const open = frame.grants.idh.state === 'authorized';
  return [
    { items: open
      ? [
        { entry: 'history', label: 'Delivery History', href: '/idh/history', icon: 'list' },
        { entry: 'packages', label: 'Follow packages', href: '/idh/packages', icon: 'box' },
      ]
      : [{ entry: 'opt-in', label: 'Opt-In', href: '/idh/opt-in', icon: 'key' }] },
    ...(admin ? [{ heading: 'Admin', items: [companyManager] }] : []),
    { heading: 'Also yours', items: [{ entry: 'other-product', label: 'Data Management', href: '/idm', icon: 'key' }] },
    help,
  ];
}
