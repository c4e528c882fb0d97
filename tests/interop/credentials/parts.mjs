// Issues, derives and verifies credentials of which parts are shown, by npm's packages, as their
// users do. questions.mjs stands behind it.
import { createHash, createPrivateKey, createPublicKey, randomBytes, sign, verify } from 'node:crypto'

const DB = '@digitalbazaar'

const HEADERS = { 'ecdsa-sd-2023': 'zDna', 'bbs-2023': 'zUC7' }

const multikey = async (suite) =>
  import(suite === 'bbs-2023' ? `${DB}/bls12-381-multikey` : `${DB}/ecdsa-multikey`)

const loader = async (suite) => {
  const { driver } = await import(`${DB}/did-method-key`)
  const made = driver()
  const { from } = await multikey(suite)
  made.use({ multibaseMultikeyHeader: HEADERS[suite], fromMultibase: from })
  const known = new Map()
  return async (url) => {
    if (url.startsWith('did:key:') && !known.has(url)) {
      known.set(url, await made.get({ url }))
    }
    const document = known.get(url) ?? contexts.get(url)
    if (document === undefined) {
      throw new Error(`nothing is known of ${url}`)
    }
    return { documentUrl: url, document: structuredClone(document) }
  }
}

const pairOf = async (suite, { jwk, raw, did: controller, method: id }) => {
  const { fromJwk, fromRaw } = await multikey(suite)
  if (suite !== 'bbs-2023') {
    return fromJwk({ jwk, secretKey: true, id, controller })
  }
  const pair = await fromRaw({
    algorithm: 'BBS-BLS12-381-SHA-256',
    secretKey: new Uint8Array(Buffer.from(raw.secret, 'hex')),
    publicKey: new Uint8Array(Buffer.from(raw.public, 'hex')),
  })
  return Object.assign(pair, { id, controller })
}

const linked = {
  async issue({ suite: name, document, key, mandatory }) {
    const { issue } = await import(`${DB}/vc`)
    const { DataIntegrityProof } = await import(`${DB}/data-integrity`)
    const { createSignCryptosuite } = await import(`${DB}/${name}-cryptosuite`)
    const pair = await pairOf(name, key)
    const cryptosuite = createSignCryptosuite({ mandatoryPointers: mandatory })
    const suite = new DataIntegrityProof({ signer: pair.signer(), cryptosuite })
    return issue({ credential: document, suite, documentLoader: await loader(name) })
  },

  async derive({ suite: name, document, selective }) {
    const { derive } = await import(`${DB}/vc`)
    const { DataIntegrityProof } = await import(`${DB}/data-integrity`)
    const { createDiscloseCryptosuite } = await import(`${DB}/${name}-cryptosuite`)
    const cryptosuite = createDiscloseCryptosuite({ selectivePointers: selective })
    const suite = new DataIntegrityProof({ cryptosuite })
    const documentLoader = await loader(name)
    return derive({ verifiableCredential: document, suite, documentLoader })
  },

  async verifier({ suite: name, document }) {
    const { verifyCredential } = await import(`${DB}/vc`)
    const { DataIntegrityProof } = await import(`${DB}/data-integrity`)
    const { createVerifyCryptosuite } = await import(`${DB}/${name}-cryptosuite`)
    const suite = new DataIntegrityProof({ cryptosuite: createVerifyCryptosuite() })
    const documentLoader = await loader(name)
    return async () => {
      const credential = structuredClone(document)
      const { verified, error } = await verifyCredential({ credential, suite, documentLoader })
      return verified ? null : reason(error ?? 'not verified')
    }
  },
}

const P1363 = { dsaEncoding: 'ieee-p1363' }

const signing = (jwk) => {
  const key = createPrivateKey({ key: jwk, format: 'jwk' })
  return async (data) => sign('sha256', Buffer.from(data), { key, ...P1363 }).toString('base64url')
}

const holds = (jwk, data, signature) => {
  const key = createPublicKey({ key: jwk, format: 'jwk' })
  return verify('sha256', Buffer.from(data), { key, ...P1363 }, Buffer.from(signature, 'base64url'))
}

const instance = async ({ key, holder, issuer }) => {
  const { SDJwtVcInstance } = await import('@sd-jwt/sd-jwt-vc')
  return new SDJwtVcInstance({
    hasher: (data, alg) => new Uint8Array(createHash(alg.replace('-', '')).update(data).digest()),
    hashAlg: 'sha-256',
    saltGenerator: () => randomBytes(16).toString('base64url'),
    signAlg: 'ES256',
    kbSignAlg: 'ES256',
    ...(key === undefined ? {} : { signer: signing(key.jwk) }),
    ...(holder === undefined ? {} : { kbSigner: signing(holder.jwk) }),
    verifier: async (data, signature) => holds(issuer, data, signature),
    kbVerifier: async (data, signature, payload) => holds(payload.cnf.jwk, data, signature),
  })
}

const tokens = {
  async issue({ document, key, issuer }) {
    const made = await instance({ key, issuer })
    const { claims, ...payload } = document
    const header = { kid: key.method }
    return made.issue({ ...payload, ...claims }, { _sd: Object.keys(claims) }, { header })
  },

  async derive({ document, holder, issuer, selective, challenge, domain, iat }) {
    const made = await instance({ holder, issuer })
    const frame = Object.fromEntries(selective.map((name) => [name, true]))
    const kb = { payload: { iat, nonce: challenge, aud: domain } }
    return made.present(document, frame, { kb })
  },

  async verifier({ document, issuer, challenge, domain }) {
    const made = await instance({ issuer })
    return async () => {
      try {
        const { kb } = await made.verify(document, { keyBindingNonce: challenge })
        return kb?.payload.aud === domain ? null : 'the key binding is for another audience'
      } catch (error) {
        return reason(error)
      }
    }
  },
}

const by = ({ suite }) => (suite === 'sd-jwt' ? tokens : linked)

const asked = { derive: async (question) => by(question).derive(question) }
