// Checks badges with @digitalbazaar/vc: each as it is, and with one letter of each text altered. Prints how many were refused.
// check.mjs FOLDER CONTEXTS: every *.json in the first folder; the contexts, none of which is fetched.
import fs from 'node:fs';
import path from 'node:path';
import * as vc from '@digitalbazaar/vc';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';

const [folder, contexts] = process.argv.slice(2);
const known = {
  'https://www.w3.org/ns/credentials/v2': 'credentials-v2.json',
  'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json': 'ob-v3p0-context-3.0.3.json',
  'https://w3id.org/security/multikey/v1': 'security-multikey-v1.json',
  'https://w3id.org/security/data-integrity/v2': 'security-data-integrity-v2.json',
};
const did = 'https://www.w3.org/ns/did/v1';
const method = {'@id': 'https://w3id.org/security#assertionMethod', '@type': '@id', '@container': '@set'};
const didContext = {'@context': {'@protected': true, id: '@id', type: '@type', assertionMethod: method}};
const documentLoader = async url => {
  const found = document => ({documentUrl: url, contextUrl: null, document});
  if (known[url]) return found(JSON.parse(fs.readFileSync(path.join(contexts, known[url]))));
  if (url === did) return found(didContext);
  const [key, fragment] = url.split('#');
  if (!/^did:key:z[1-9A-HJ-NP-Za-km-z]+$/.test(key)) throw new Error(`not fetched: ${url}`);
  const publicKeyMultibase = key.slice('did:key:'.length);
  if (!fragment) return found({'@context': [did], id: key, assertionMethod: [`${key}#${publicKeyMultibase}`]});
  if (fragment !== publicKeyMultibase) throw new Error('another key');
  return found({'@context': 'https://w3id.org/security/multikey/v1', id: url, type: 'Multikey', controller: key, publicKeyMultibase});
};
const verify = async credential => {
  try {
    const result = await vc.verifyCredential({credential, suite: new DataIntegrityProof({cryptosuite}), documentLoader});
    return [result.verified, result.error];
  } catch (error) {
    return [false, error];
  }
};
function* leaves(value, at = []) {
  if (value !== null && typeof value === 'object') for (const key of Object.keys(value)) yield* leaves(value[key], [...at, key]);
  else yield [at, value];
}
const altered = value => {
  if (typeof value === 'boolean') return !value;
  const at = Math.floor(value.length / 2);
  return value.slice(0, at) + (value[at] === 'x' ? 'y' : 'x') + value.slice(at + 1);
};
const badges = fs.readdirSync(folder).filter(name => name.endsWith('.json')).sort();
let refused = 0;
for (const name of badges) {
  const text = fs.readFileSync(path.join(folder, name));
  const [sound, error] = await verify(JSON.parse(text));
  if (!sound) throw new Error(`${name}: ${error} ${JSON.stringify(error?.errors?.map(one => one.message))}`);
  for (const [at, value] of leaves(JSON.parse(text))) {
    const other = JSON.parse(text);
    let place = other;
    for (const step of at.slice(0, -1)) place = place[step];
    place[at.at(-1)] = altered(value);
    if ((await verify(other))[0]) throw new Error(`${name}: ${at.join('.')} was altered, and verifies`);
    refused += 1;
  }
}
console.log(`${badges.length} verified, ${refused} altered ones refused`);
