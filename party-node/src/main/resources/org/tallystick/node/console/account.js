// Who is logged in, with which roles, and their password.

import {el} from './dom.js';
import {time} from './format.js';
import {newPassword} from './login.js';
import {facts, note, section} from './parts.js';
import {who} from './roles.js';
import {t, word} from './text.js';

export async function account() {
  const me = who();
  // A log-in of the organisation has no password here.
  const hasPassword = !me.name.startsWith('sso:');
  const place = el('div');
  const ask = () => newPassword(null, () => place.replaceChildren(note(t('password.changed'))));
  place.append(hasPassword ? ask() : note(t('account.elsewhere')));
  return [
    section(t('account.who'), facts([
      [t('account.name'), me.name],
      [t('account.roles'), me.roles.map(role => word('role', role)).join(t('list.comma'))],
      me.until && [t('account.until'), time(me.until)],
    ])),
    section(t('password.title'), place),
  ];
}
