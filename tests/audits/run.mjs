// Audits a server by the GraphQL-over-HTTP specification:
//   node run.mjs http://127.0.0.1:8080/graphql TOKEN
// The caller that TOKEN names needs introspection, which some audits ask for. Every audit is printed; a MUST or a
// SHOULD that is not ok ends with 1, a MAY does not.
import { serverAudits } from 'graphql-http';

const [url, token = ''] = process.argv.slice(2);
if (!url) {
  console.error('usage: node run.mjs URL [TOKEN]');
  process.exit(2);
}

/** Fetches as the audit asks, with the token added. */
function fetchWithToken(input, init = {}) {
  const headers = new Headers(init.headers);
  if (token) headers.set('authorization', `Bearer ${token}`);
  return fetch(input, { ...init, headers });
}

const counts = {};
let failed = 0;
for (const audit of serverAudits({ url, fetchFn: fetchWithToken })) {
  const result = await audit.fn();
  const level = audit.name.split(' ')[0];
  const ok = result.status === 'ok';
  counts[level] ??= { ok: 0, all: 0 };
  counts[level].all += 1;
  if (ok) counts[level].ok += 1;
  else if (level !== 'MAY') failed += 1;
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${audit.id} ${audit.name}${ok ? '' : `: ${result.reason}`}`);
}
for (const [level, { ok, all }] of Object.entries(counts)) console.log(`${level} ${ok}/${all}`);
process.exit(failed ? 1 : 0);
