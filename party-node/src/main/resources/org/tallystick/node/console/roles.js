// Who may do what, as the description of the interface says. The node itself decides; here, buttons that would be in
// vain are left out.

let me = {name: '', roles: [], node: ''};

export function isMe(person) {
  me = person;
}

export function who() {
  return me;
}

export function has(...roles) {
  return roles.some(role => me.roles.includes(role));
}

/** All roles, those of people first. */
export const ROLES = ['data-officer', 'approver', 'auditor', 'operator', 'client'];

const READERS = ['data-officer', 'approver', 'auditor', 'operator'];

export const VIEW_ROLES = {
  agreements: READERS,
  agreement: READERS,
  compare: READERS,
  programs: READERS,
  program: READERS,
  sessions: READERS,
  budgets: ['data-officer', 'auditor'],
  stops: READERS,
  receipts: READERS,
  statement: ['data-officer', 'approver', 'auditor'],
  models: ROLES,
  users: ['operator', 'auditor'],
  user: ['operator', 'auditor'],
  keys: ['operator', 'auditor'],
  health: ROLES,
  account: ROLES,
};

export function maySee(view) {
  return has(...VIEW_ROLES[view]);
}

/** What can become of an agreement in each state, and who may do that. */
export const CHANGES = {
  propose: {from: ['offered'], by: ['data-officer']},
  sign: {from: ['proposed'], by: ['approver'], notByProposer: true},
  activate: {from: ['signed'], by: ['approver'], notByProposer: true, afterAllSigned: true},
  resume: {from: ['suspended'], by: ['approver']},
  suspend: {from: ['active'], by: ['approver', 'data-officer']},
  revoke: {from: ['offered', 'proposed', 'signed', 'active', 'suspended'], by: ['approver'], forGood: true},
};
