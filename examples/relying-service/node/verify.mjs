// Is this e-card token good, now, for us?
//
//     ECARD_CLIENT_ID=… ECARD_CLIENT_SECRET=… node verify.mjs ISSUER < token
//
// Says so twice, a JSON object a line: by keys and status list fetched here (what works without asking
// anybody about a person), and by asking the issuer. Exit 0 both say valid, 1 not valid, 2 nobody could tell.

import { inflateSync } from 'node:zlib';
import { text } from 'node:stream/consumers';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';

const LARGEST_LIST = 1 << 18; // 2**20 entries of two bits
const CLOCKS_DIFFER_BY = 30; // seconds: excuses a beginning in the future, never an end that has passed

/** The card is not good, or this is no card. */
class Invalid extends Error {}
/** Nobody could tell. Never to be taken for valid. */
class Unknown extends Error {}

const now = () => Math.floor(Date.now() / 1000);

async function fetched(url, options) {
  try {
    const answer = await fetch(url, { ...options, redirect: 'error', signal: AbortSignal.timeout(5000) });
    if (!answer.ok) throw new Unknown(`${answer.status}`);
    return answer;
  } catch (error) {
    throw new Unknown(`not reached: ${error.message}`);
  }
}

/** Keep one for as long as the process lives: it holds keys and lists. */
class Verifier {
  lists = new Map();

  constructor(issuer, audience) {
    Object.assign(this, { issuer, audience });
    // Asks again for an unknown key name, at most once a minute.
    this.keys = createRemoteJWKSet(new URL(`${issuer}/oauth/jwks`), { cooldownDuration: 60_000 });
  }

  /** The token's claims, and how old the knowledge of its status is (s). */
  async verify(token, wanted) {
    const required = ['iss', 'aud', 'sub', 'iat', 'nbf', 'exp', 'status'];
    const { issuer, audience } = this;
    const claims = await this.open(token, 'ecard+jwt', { issuer, audience, requiredClaims: required });
    const { uri, idx } = claims.status.status_list;
    const { value, age } = await this.status(uri, idx);
    if (value !== 0) throw new Invalid({ 1: 'ended', 2: 'suspended' }[value] ?? 'status');
    if (wanted && !claims.functions.includes(wanted)) throw new Invalid('function_refused');
    return { claims, age };
  }

  /** Algorithm, kind and key are ours to say, not the token's. */
  async open(token, typ, expected) {
    try {
      const options = { algorithms: ['ES256'], typ, clockTolerance: CLOCKS_DIFFER_BY, ...expected };
      const { payload } = await jwtVerify(token, this.keys, options);
      if (payload.exp <= now()) throw new Invalid('expired');
      if (payload.iat > now() + CLOCKS_DIFFER_BY) throw new Invalid('made in the future');
      return payload;
    } catch (error) {
      if (error instanceof Invalid) throw error;
      // What is no word about the token is one about fetching the keys.
      const fetching = error instanceof errors.JWKSTimeout || error.code === 'ERR_JOSE_GENERIC';
      if (fetching || !(error instanceof errors.JOSEError)) throw new Unknown(`keys: ${error.message}`);
      throw new Invalid(error.code);
    }
  }

  async status(uri, idx) {
    if (!uri.startsWith(`${this.issuer}/status/`)) throw new Invalid('a status list of somebody else');
    let known = this.lists.get(uri);
    if (!known || now() >= known.iat + known.ttl) {
      known = await this.newer(uri, known);
      this.lists.set(uri, known);
    }
    const byte = known.bytes[Math.floor(idx / 4)]; // two bits an entry, the lowest first
    if (byte === undefined) throw new Unknown('index');
    return { value: (byte >> ((idx % 4) * 2)) & 3, age: Math.max(0, now() - known.iat) };
  }

  async newer(uri, known) {
    const token = await (await fetched(uri)).text();
    try {
      const found = await this.open(token, 'statuslist+jwt', { subject: uri, requiredClaims: ['iat', 'exp'] });
      if (found.status_list.bits !== 2) throw new Error('another kind of list');
      if (known && found.iat < known.iat) throw new Error('an older list than we have');
      const packed = Buffer.from(found.status_list.lst, 'base64url');
      const bytes = inflateSync(packed, { maxOutputLength: LARGEST_LIST });
      return { iat: found.iat, ttl: found.ttl ?? 300, bytes };
    } catch (error) {
      throw new Unknown(`status list: ${error.message}`);
    }
  }
}

/** The issuer's own answer: nothing is fresher. */
async function ask(issuer, token, wanted) {
  const { ECARD_CLIENT_ID: id, ECARD_CLIENT_SECRET: secret } = process.env;
  const body = new URLSearchParams({ token, ...(wanted && { function: wanted }) });
  const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
  const answer = await fetched(`${issuer}/verify`, { method: 'POST', body, headers: { authorization } });
  const said = await answer.json();
  if (!said.active) throw new Invalid(said.reason ?? said.status);
  return said;
}

/** One line, and the exit code. The token and what it says of a person are never written. */
async function say(way, judge) {
  try {
    await judge();
    console.log(JSON.stringify({ way, verdict: 'valid' }));
    return 0;
  } catch (error) {
    if (!(error instanceof Invalid || error instanceof Unknown)) throw error;
    const verdict = error instanceof Invalid ? 'invalid' : 'unknown';
    console.log(JSON.stringify({ way, verdict, reason: error.message }));
    return verdict === 'invalid' ? 1 : 2;
  }
}

const issuer = process.argv[2];
const token = (await text(process.stdin)).trim();
const verifier = new Verifier(issuer, [`${issuer}/verify`, process.env.ECARD_CLIENT_ID]);
const codes = [
  await say('local', () => verifier.verify(token)),
  await say('online', () => ask(issuer, token)),
];
process.exitCode = codes.includes(1) ? 1 : Math.max(...codes);
