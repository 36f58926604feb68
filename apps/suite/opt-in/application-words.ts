import type { GrantState } from '@wayleave/vault';
import type { BadgeWord, Product } from '../ui/index.js';

/** How one application speaks of its grant, and where its grant is managed. IDM and IDH use the words of their own guides. */
export interface ApplicationWords {
  /** The button that starts the way to UPS.com. */
  readonly begin: string;
  readonly beginPath: string;
  readonly clearPath: string;
  readonly checkPath: string;
  /** The page about a consent by another UPS.com login. */
  readonly pendingPath: string;
  /** The page with the button, the state and the confirmation. */
  readonly homePath: string;
  readonly homeName: string;
  /** Where a failed or abandoned opt-in ends. */
  readonly notCompletedPath: string;
  /** "the … you had before still works" */
  readonly noun: string;
  /** "An admin has to …" */
  readonly again: string;
  /** Which applications the grant covers, as the subject of a sentence, with its verb. */
  readonly covers: string;
  readonly stateWords: Readonly<Record<GrantState, BadgeWord>>;
}

export const applicationWords: Readonly<Record<Product, ApplicationWords>> = {
  idm: {
    begin: 'Authorize', beginPath: '/idm/authorize', clearPath: '/idm/clear', checkPath: '/idm/check', pendingPath: '/idm/pending',
    homePath: '/idm/token-manager', homeName: 'Token Manager', notCompletedPath: '/idm/not-completed',
    noun: 'authorization', again: 'authorize again', covers: 'Intelligent Data Management is authorized',
    stateWords: { none: 'Not authorized', authorized: 'Authorized', suspended: 'Suspended', 'needs-opt-in': 'Needs opt-in', clearing: 'Clearing', cleared: 'Not authorized' },
  },
  idh: {
    begin: 'Opt-In', beginPath: '/idh/opt-in', clearPath: '/idh/clear', checkPath: '/idh/check', pendingPath: '/idh/pending',
    homePath: '/company-manager?from=idh', homeName: 'company manager', notCompletedPath: '/idh/not-completed',
    noun: 'opt-in', again: 'opt in again', covers: 'Intelligent Delivery History and ODCS are opted in for everyone in your company',
    stateWords: { none: 'Not opted in', authorized: 'Opted in', suspended: 'Suspended', 'needs-opt-in': 'Needs opt-in', clearing: 'Clearing', cleared: 'Not opted in' },
  },
};
