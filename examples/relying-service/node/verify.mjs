// Is this e-card token good, now, for us?
//
//     npm ci
//     ECARD_CLIENT_ID=… ECARD_CLIENT_SECRET=… node verify.mjs ISSUER [FUNCTION] < token
//
// Says so twice, a JSON object a line: by keys and status list fetched here (what works without asking anybody
// about a person), and by asking the issuer, who takes the code of a citizen's phone as well. Exit 0 valid, 1 not
// valid, 2 nobody could tell, or asked wrongly.

import { inflateSync } from 'node:zlib';
import { text } from 'node:stream/consumers';
import { createRemoteJWKSet, decodeProtectedHeader, errors, jwtVerify } from 'jose';

const LONGEST_WAIT = 2000; // milliseconds; what takes longer is unknown
const LARGEST_LIST = 1 << 18; // 2**20 entries of two bits
const CLOCKS_DIFFER_BY = 30; // seconds: excuses a beginning in the future, never an end that has passed
const ASK_AGAIN_AFTER = 60; // seconds: an issuer that is down is asked no more often
const FORBIDDEN = ['jku', 'jwk', 'x5u', 'crit']; // a key the token brings along, or what we do not know

/** The card is not good, or this is no card. */
class Invalid extends Error {}
/** Nobody could tell. Never to be taken for valid. */
class Unknown extends Error {}

const now = () => Math.floor(Date.now() / 1000);

async function fetched(url, options) {
  try {
    return await fetch(url, { ...options, redirect: 'error', signal: AbortSignal.timeout(LONGEST_WAIT) });
  } catch (error) {
    throw new Unknown(`not reached: ${error.cause?.code ?? error.message}`);
  }
}

/** Keep one for as long as the process lives: it holds keys and lists. */
class Verifier {
  lists = new Map();
  askedAt = new Map();

  constructor(issuer, audience) {
    Object.assign(this, { issuer, audience });
    // Kept for an hour; asked for again for an unknown key name, at most once a minute.
    const options = { cooldownDuration: 60_000, cacheMaxAge: 3_600_000, timeoutDuration: LONGEST_WAIT };
    this.keys = createRemoteJWKSet(new URL(`${issuer}/oauth/jwks`), options);
  }

  /** The token's claims, and how old the knowledge of its status is (s). */
  async verify(token, wanted) {
    const required = ['iss', 'aud', 'sub', 'iat', 'nbf', 'exp', 'status', 'functions'];
    const { issuer, audience } = this;
    const claims = await this.open(token, 'ecard+jwt', { issuer, audience, requiredClaims: required });
    const { uri, idx } = claims.status?.status_list ?? {};
    if (typeof uri !== 'string' || !Number.isInteger(idx) || !Array.isArray(claims.functions)) {
      throw new Invalid('form');
    }
    const { value, age } = await this.status(uri, idx);
    if (value !== 0) throw new Invalid({ 1: 'ended', 2: 'suspended' }[value] ?? 'status');
    if (wanted && !claims.functions.includes(wanted)) throw new Invalid('function_refused');
    return { claims, age };
  }

  /** Algorithm, kind and key are ours to say, not the token's. */
  async open(token, typ, expected) {
    try {
      const header = decodeProtectedHeader(token);
      if (FORBIDDEN.some((name) => name in header)) throw new Invalid('header');
      const options = { algorithms: ['ES256'], typ, clockTolerance: CLOCKS_DIFFER_BY, ...expected };
      const { payload } = await jwtVerify(token, this.keys, options);
      if (payload.exp <= now()) throw new Invalid('expired');
      if (payload.iat > now() + CLOCKS_DIFFER_BY) throw new Invalid('made in the future');
      return payload;
    } catch (error) {
      if (error instanceof Invalid) throw error;
      // What is no word about the token is one about fetching the keys.
      const fetching = error instanceof errors.JWKSTimeout || error.code === 'ERR_JOSE_GENERIC';
      const ofToken = error instanceof errors.JOSEError || error.message === 'Invalid Token or Protected Header formatting';
      if (fetching || !ofToken) throw new Unknown(`keys: ${error.message}`);
      throw new Invalid(error.code ?? 'form');
    }
  }

  /** The entry, and how old the knowledge is (s). How old is too old is for you to say. */
  async status(uri, idx) {
    if (!uri.startsWith(`${this.issuer}/status/`)) throw new Invalid('a status list of somebody else');
    let known = this.lists.get(uri);
    if (!known || now() >= known.fetched + known.ttl) known = await this.renewed(uri, known);
    if (!known || now() >= known.exp) throw new Unknown('no status list');
    const byte = known.bytes[Math.floor(idx / 4)]; // two bits an entry, the lowest first
    if (byte === undefined) throw new Unknown('index');
    return { value: (byte >> ((idx % 4) * 2)) & 3, age: Math.max(0, now() - known.since) };
  }

  /** A newer list, or the one we have: it stands until its end. */
  async renewed(uri, known) {
    if (now() < (this.askedAt.get(uri) ?? 0) + ASK_AGAIN_AFTER) return known;
    this.askedAt.set(uri, now());
    try {
      const answer = await fetched(uri, { headers: known ? { 'if-none-match': known.tag } : {} });
      if (!answer.ok && answer.status !== 304) throw new Unknown(`answered ${answer.status}`);
      // What is confirmed (304) is as young as that; what is sent is as old as it says.
      const newer =
        answer.status === 304 ? { ...known, since: now() } : await this.read(uri, await answer.text(), known);
      known = { ...newer, fetched: now(), tag: answer.headers.get('etag') ?? '' };
      this.lists.set(uri, known);
    } catch (error) {
      if (!(error instanceof Unknown) || !known) throw error;
    }
    return known;
  }

  async read(uri, token, known) {
    try {
      const found = await this.open(token, 'statuslist+jwt', { subject: uri, requiredClaims: ['iat', 'exp'] });
      if (found.status_list.bits !== 2) throw new Error('another kind of list');
      if (known && found.iat < known.iat) throw new Error('an older list than we have');
      const packed = Buffer.from(found.status_list.lst, 'base64url');
      const bytes = inflateSync(packed, { maxOutputLength: LARGEST_LIST });
      return { iat: found.iat, since: found.iat, exp: found.exp, ttl: found.ttl ?? 300, bytes };
    } catch (error) {
      throw new Unknown(`status list: ${error.message}`);
    }
  }
}

/** The issuer's own answer: nothing is fresher. A code is used up by it. */
async function ask(issuer, shown, wanted) {
  const { ECARD_CLIENT_ID: id, ECARD_CLIENT_SECRET: secret } = process.env;
  const what = isCode(shown) ? { qr: shown } : { token: shown };
  const body = new URLSearchParams({ ...what, ...(wanted && { function: wanted }) });
  const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
  const answer = await fetched(`${issuer}/verify`, { method: 'POST', body, headers: { authorization } });
  if (!answer.ok) throw new Unknown(`answered ${answer.status}`);
  const said = await answer.json();
  if (said.active) return said;
  if (!said.reason) throw new Unknown(said.status); // the issuer cannot tell either
  throw new Invalid(said.reason === 'revoked' ? said.status : said.reason);
}

const isCode = (shown) => shown.startsWith('EC1:') || /^[0-9]+$/.test(shown);

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

async function main([address, wanted]) {
  const { ECARD_CLIENT_ID: id, ECARD_CLIENT_SECRET: secret } = process.env;
  if (!address || !id || !secret) {
    console.error('usage: ECARD_CLIENT_ID=… ECARD_CLIENT_SECRET=… node verify.mjs ISSUER [FUNCTION] < token');
    return 2;
  }
  const issuer = address.replace(/\/+$/, '');
  const shown = (await text(process.stdin)).trim();
  const verifier = new Verifier(issuer, [`${issuer}/verify`, id]);
  const codes = [await say('online', () => ask(issuer, shown, wanted))];
  if (!isCode(shown)) codes.push(await say('local', () => verifier.verify(shown, wanted)));
  return codes.includes(1) ? 1 : Math.max(...codes);
}

process.exitCode = await main(process.argv.slice(2));
