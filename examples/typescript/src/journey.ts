// A platform's journey: register its agencies, operators and streamers, prepare a submission, download and check it, file it.
//   node build/journey.js http://127.0.0.1:8080/graphql TOKEN [FOLDER]
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Registry } from './client.js';
import {
  FileSubmissionDocument,
  type FilingKind,
  type JudgedFragment,
  PrepareSubmissionDocument,
  RegisterDocument,
  type RegisterMutationVariables,
  SubmissionDocument,
  type SubmissionQuery,
  type ToldFragment,
  WhoAmIDocument,
} from './generated.js';
import { type People, people } from './platform.js';
import { windowsAt } from './windows.js';

const PATIENCE = 60; // seconds until a submission must be ready

type Submission = NonNullable<SubmissionQuery['submission']>;

const [url, token, folder = mkdtempSync(join(tmpdir(), 'minglu-'))] = process.argv.slice(2);
if (!url || !token) {
  console.error('usage: node build/journey.js URL TOKEN [FOLDER]');
  process.exit(2);
}
const registry = new Registry(url, token);

function show(problems: readonly ToldFragment[]): void {
  for (const { severity, code, path, message, article } of problems) {
    const basis = article ? ` [${article.instrument}${article.number}]` : '';
    console.log(`    ${severity} ${code} ${path.join('.')}: ${message}${basis}`);
  }
}

const KINDS = ['agencies', 'operators', 'streamers'] as const;

/** The request that registers people, or judges them where there is no key. */
function request(people: People, idempotencyKey?: string): RegisterMutationVariables {
  const rest = { dryRun: !idempotencyKey, idempotencyKey };
  return {
    agencies: { items: people.agencies, ...rest },
    operators: { items: people.operators, ...rest },
    streamers: { items: people.streamers, ...rest },
  };
}

/** The items that were not refused. */
function passed<Item>(items: Item[], { results }: JudgedFragment): Item[] {
  return items.filter((_, at) => !results.some(({ index, outcome }) => index === at && outcome === 'REJECTED'));
}

async function register(): Promise<void> {
  const now = new Date();
  const all = people(now);
  console.log('a dry run of everybody; ties are pending until those who are tied are there:');
  const dry = await registry.execute(RegisterDocument, request(all));
  for (const kind of KINDS) {
    show(dry[kind].problems);
    for (const result of dry[kind].results) {
      console.log(`  ${result.externalId} ${result.outcome}`);
      show(result.problems);
    }
  }
  const fit: People = {
    agencies: passed(all.agencies, dry.agencies),
    operators: passed(all.operators, dry.operators),
    streamers: passed(all.streamers, dry.streamers),
  };
  const done = await registry.execute(RegisterDocument, request(fit, `platform-${now.toISOString()}`));
  console.log('registered without those to be mended:');
  for (const kind of KINDS) {
    const { created, updated, unchanged, rejected, problems, results } = done[kind];
    console.log(`  ${kind}: ${created} created, ${updated} updated, ${unchanged} unchanged, ${rejected} rejected`);
    show([...problems, ...results.flatMap((result) => result.problems)]);
    if (rejected > 0) throw new Error('what passed the dry run was refused');
  }
}

async function ready(id: string): Promise<Submission> {
  for (let waited = 0; waited < PATIENCE; waited++) {
    const { submission } = await registry.execute(SubmissionDocument, { id });
    if (!submission) throw new Error(`the submission ${id} is not in sight`);
    if (submission.state === 'READY') return submission;
    if (submission.state !== 'PREPARING') throw new Error(`the submission ${id} is ${submission.state}`);
    await sleep(1000);
  }
  throw new Error(`the submission ${id} was not ready within ${PATIENCE} s`);
}

async function submit(window: string, kind: FilingKind): Promise<void> {
  const { prepareSubmission: prepared } = await registry.execute(PrepareSubmissionDocument, {
    input: { window, kind, report: 'LIVESTREAM' },
  });
  show(prepared.problems);
  if (!prepared.submission) throw new Error(`the submission ${window} was not prepared`);
  const submission = await ready(prepared.submission.id);
  const sheets = submission.sheets.map(({ sheet, rows }) => `${sheet} ${rows}`).join(', ');
  console.log(`${window} ${kind} version ${submission.version} is READY, due on ${submission.dueOn}: ${sheets}`);
  for (const file of submission.files) {
    writeFileSync(join(folder, file.name), await registry.download(file));
    console.log(`  downloaded ${file.name}, ${file.bytes} bytes, SHA-256 as on record`);
  }
  const { fileSubmission: filed } = await registry.execute(FileSubmissionDocument, {
    input: { submission: submission.id },
  });
  show(filed.problems);
  if (filed.submission?.state === 'FILED') {
    const { recipient, late } = filed.submission;
    console.log(`  filed with ${recipient.fullName}${late ? ', late' : ''}`);
  } else if (filed.problems.some(({ code }) => code === 'WINDOW_NOT_OPEN')) {
    console.log('  to be filed when its window opens');
  } else {
    throw new Error(`the submission ${window} was not filed`);
  }
}

const { me } = await registry.execute(WhoAmIDocument, {});
console.log(`${me.role} ${me.platform?.platformName ?? ''}; files go to ${folder}`);
await register();
const { coming, last } = windowsAt(new Date());
// Between windows the registry answers WINDOW_NOT_OPEN with the day, as data.
await submit(coming, 'INITIAL');
// What the last filing did not have yet can be filed at any time, as late.
await submit(last, 'SUPPLEMENT');
