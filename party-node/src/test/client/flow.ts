// What people and systems of four parties do over REST, by a client that was generated from the interface's own
// description: people log in, a model is activated, an agreement drafted, signed and put in force, businesses are scored
// one by one and in a job, refused, stopped, and looked up in receipts and statements. Prints what was answered.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import createClient, { type Client } from 'openapi-fetch';
import type { components, paths } from './api.js';

type Node = Client<paths>;
type Role = components['schemas']['NewUser']['roles'][number];
type Entry = components['schemas']['Agreement'];

interface Setup {
  nodes: Record<string, { url: string; token: string }>;
  model: Record<string, never>;
  bank: string;
  purpose: string;
  registrar: { suite: 'ed25519' | 'sm2'; publicKey: string };
  businesses: { subject: string; consent: string }[];
}

const setup = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as Setup;
const agencies = Object.keys(setup.nodes).filter(name => name !== 'bank');

function as(node: string, token: string): Node {
  const client = createClient<paths>({ baseUrl: setup.nodes[node]!.url });
  client.use({ onRequest: ({ request }) => request.headers.set('Authorization', `Bearer ${token}`) });
  return client;
}

/** The data of an answer; throws with the problem otherwise. */
async function good<T>(answer: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await answer;
  if (data === undefined) {
    throw new Error(`${response.status} of ${response.url}: ${JSON.stringify(error)}`);
  }
  return data;
}

function require(holds: boolean, what: string): void {
  if (!holds) {
    throw new Error(what);
  }
}

/** The reason of a refusal. */
async function refused(answer: Promise<{ error?: unknown; response: Response }>): Promise<string> {
  const { error, response } = await answer;
  require(response.status === 409, `${response.status} instead of a refusal: ${JSON.stringify(error)}`);
  return String((error as components['schemas']['Problem']).details?.['reason']);
}

/** Until it holds; the whole flow has a deadline of its own. */
async function until<T>(what: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await what();
    if (found !== undefined) {
      return found;
    }
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}

/** A new person at a node, logged in with a password of their own. */
async function person(node: string, name: string, role: Role): Promise<Node> {
  const operator = as(node, setup.nodes[node]!.token);
  const first = randomUUID();
  await good(operator.POST('/v1/users', { body: { name, roles: [role], password: first } }));
  const client = await logIn(node, name, first);
  // The session goes on under the new password.
  await good(client.POST('/v1/me/password', { body: { current: first, password: randomUUID() } }));
  const me = await good(client.GET('/v1/me'));
  require(me.roles.includes(role), `${name} is no ${role}`);
  return client;
}

/** A system at a node, with a key of its own. */
async function system(node: string, label: string, role: components['schemas']['NewKey']['role']): Promise<Node> {
  const operator = as(node, setup.nodes[node]!.token);
  const key = await good(operator.POST('/v1/keys', { body: { label, role, days: 1 } }));
  return as(node, key.secret!);
}

async function logIn(node: string, name: string, password: string): Promise<Node> {
  const me = await good(as(node, '').POST('/v1/login', { body: { name, password } }));
  return as(node, me.token!);
}

function draft(model: components['schemas']['Model']): components['schemas']['AgreementDraft'] {
  const today = new Date(new Date().toISOString().slice(0, 10));
  const end = new Date(today.getTime() + 90 * 24 * 3600 * 1000);
  return {
    title: 'Scores for loans', requester: setup.bank, currency: 'CNY', floor: 'rep4', retentionDays: 365,
    purposes: [{ name: setup.purpose, publicInterest: false }],
    uses: [{
      kind: 'score', program: model.program, models: [model.digest], consent: true,
      prices: { tax: 50, utility: 20, 'social-security': 30 },
    }],
    limits: {
      bitsPerSubject: 12, windowDays: 90, usesPerDay: 1000, minimumGroup: 100, minimumWeights: 1, bandBits: 24,
    },
    issuers: [{ name: 'market supervision bureau', ...setup.registrar }],
    validFrom: today.toISOString().replace('.000', ''), validUntil: end.toISOString().replace('.000', ''),
  };
}

async function agreement(client: Node, hash: string): Promise<Entry | undefined> {
  return (await client.GET('/v1/agreements/{hash}', { params: { path: { hash } } })).data;
}

/** Drafted at the bank, taken up and signed at every node, put in force. */
async function agree(officers: Map<string, Node>, approvers: Map<string, Node>, model: components['schemas']['Model']) {
  const drafted = await good(officers.get('bank')!.POST('/v1/agreements/draft', { body: draft(model) }));
  const { hash } = await good(officers.get('bank')!.POST('/v1/agreements', { body: drafted.document }));
  const at = { params: { path: { hash } } };
  for (const [name, officer] of officers) {
    await until(() => agreement(officer, hash));
    if (name !== 'bank') {
      await good(officer.POST('/v1/agreements/{hash}/propose', at));
    }
    await good(approvers.get(name)!.POST('/v1/agreements/{hash}/sign', at));
  }
  for (const [name, approver] of approvers) {
    await until(async () => ((await agreement(officers.get(name)!, hash))?.signed.length === 4 ? true : undefined));
    await good(approver.POST('/v1/agreements/{hash}/activate', at));
  }
  return at;
}

async function main(): Promise<void> {
  const officers = new Map<string, Node>();
  const approvers = new Map<string, Node>();
  for (const name of Object.keys(setup.nodes)) {
    await good(as(name, '').GET('/ready'));
    officers.set(name, await system(name, 'officer', 'data-officer'));
    approvers.set(name, await person(name, 'approver', 'approver'));
  }
  const model = await good(officers.get('bank')!.POST('/v1/models', { body: setup.model }));
  const at = await agree(officers, approvers, model);

  const los = await system('bank', 'los', 'client');
  const [first, second, ...others] = setup.businesses;
  const common = { model: model.name, purpose: setup.purpose };
  const missing = await refused(los.POST('/v1/scores', { body: { ...common, subject: first!.subject } }));
  require(missing === 'consent_missing', missing);
  const body = { ...common, ...first!, requestId: 'loan-1' };
  const answer = await good(los.POST('/v1/scores', { body }));
  const again = await good(los.POST('/v1/scores', { body }));
  require(JSON.stringify(answer) === JSON.stringify(again), 'a retry has another answer');

  await good(officers.get('utility')!.POST('/v1/agreements/{hash}/suspend', at));
  const suspended = await refused(los.POST('/v1/scores', { body: { ...common, ...second! } }));
  require(suspended === 'agreement_suspended', suspended);
  await good(approvers.get('utility')!.POST('/v1/agreements/{hash}/resume', at));
  const stop = { kind: 'bank' as const, name: setup.bank };
  const stops = await good(officers.get('tax')!.POST('/v1/stops', { body: stop }));
  require(stops.stops[0]!.agreements === 1, 'the stop bears on nothing');
  const stopped = await refused(los.POST('/v1/scores', { body: { ...common, ...second! } }));
  require(stopped === 'stopped', stopped);
  await good(approvers.get('tax')!.POST('/v1/stops/lift', { body: stop }));

  const started = await good(los.POST('/v1/jobs', { body: { ...common, rows: [second!, ...others] } }));
  const path = { id: started.id };
  const job = await until(async () => {
    const seen = await good(los.GET('/v1/jobs/{id}', { params: { path } }));
    return seen.status === 'running' ? undefined : seen;
  });
  require(job.status === 'done' && job.failed === 0, JSON.stringify(job));
  const lines = await good(los.GET('/v1/jobs/{id}/results', { params: { path }, parseAs: 'text' }));

  const month = new Date().toISOString().slice(0, 7);
  const charged: Record<string, number> = {};
  for (const name of agencies) {
    const officer = officers.get(name)!;
    const receipts = (await good(officer.GET('/v1/receipts'))).receipts;
    const released = receipts.find(receipt => receipt.outcome === 'released')!;
    const proven = await good(officer.GET('/v1/receipts/{index}', { params: { path: { index: released.index } } }));
    require(proven.proof !== undefined, 'a receipt without its proof');
    await good(officer.GET('/v1/receipts/head'));
    const statement = await good(officer.GET('/v1/statements/{month}', { params: { path: { month } } }));
    charged[name] = (statement as components['schemas']['Statement']).lines.reduce((sum, line) => sum + line.charged, 0);
    const uses = await good(officer.POST('/v1/statements/subject', { body: { subject: first!.subject } }));
    require(uses.uses.length > 0, 'a business without its uses');
    const budget = await good(officer.POST('/v1/budgets', { body: { subject: first!.subject } }));
    require(budget.bitsTold > 0, 'nothing was taken off the budget');
  }
  const results = (lines as unknown as string).trim().split('\n').map(line => JSON.parse(line) as unknown);
  process.stdout.write(JSON.stringify({ answers: [answer, ...results], charged }) + '\n');
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
